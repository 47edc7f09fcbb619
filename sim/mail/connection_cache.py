"""Keep finished SMTP connections for a moment, so that the next letter need not open one.

From: queue_manager, which stores a connection after a delivery.
To:   queue_manager, which takes one for the next; smtp_client, which takes one to another host of the same.

A connection waits at most `smtp_connection_cache_time_limit`; then it is closed. Only the first good session
of an attempt is kept under the destination's name; one with another host after it is kept under that host
alone, so that later letters do not pass over the hosts that come first.
See: Postfix's scache(8) and CONNECTION_CACHE_README.
Left out: what an idle connection costs either side.
"""

from collections.abc import Callable
from typing import Any

from sim.kernel.alarm import ring_once
from sim.kernel.clock import Clock
from sim.mail.delivery import Connection
from sim.mail.handoff import ReceivesMail


class ConnectionCache:
    """The idle connections of one sender to one provider.

    Args:
        env: the simulation's environment.
        time_limit_us: how long one may lie idle.
        best_preference: the MX preference of the hosts that are tried first.
        close: called with a connection and the moment at which the client closes it.
    """

    def __init__(
        self, env: Clock, time_limit_us: int, best_preference: int, close: Callable[[Connection, int], None]
    ) -> None:
        self._env = env
        self._best = best_preference
        self._time_limit_us = time_limit_us
        self._close = close
        self._idle: list[Connection] = []
        self._sweeping = False

    def store(self, connection: Connection, now_us: int, *, by_name: bool) -> None:
        """Put a connection away now, to be found by the destination's name or by its host alone."""
        connection.by_name = by_name
        connection.expires_us = now_us + self._time_limit_us
        self._idle.append(connection)
        if not self._sweeping:
            self._sweeping = True
            ring_once(self._env, connection.expires_us, self._sweep)

    def take(self, now_us: int) -> Connection | None:
        """Take the connection stored last under the destination's name, else one to a host of best preference."""
        idle = self._idle
        if idle and idle[-1].by_name and idle[-1].expires_us > now_us:
            return idle.pop()
        return self._take(now_us, lambda kept: kept.by_name) or self._take(
            now_us, lambda kept: kept.server.preference == self._best
        )

    def take_to(self, server: ReceivesMail, now_us: int) -> Connection | None:
        """Take the connection to a host that was stored last, if one is left."""
        return self._take(now_us, lambda kept: kept.server is server)

    def _take(self, now_us: int, fits: Callable[[Connection], bool]) -> Connection | None:
        for place in range(len(self._idle) - 1, -1, -1):
            kept = self._idle[place]
            if kept.expires_us <= now_us:
                return None
            if fits(kept):
                return self._idle.pop(place)
        return None

    def forget_all(self) -> list[Connection]:
        """Give all of them away, without closing them."""
        kept = list(self._idle)
        self._idle.clear()
        return kept

    def _sweep(self, _: Any) -> None:
        """Close what has expired; the oldest stands first."""
        now_us = self._env.now
        idle = self._idle
        while idle and idle[0].expires_us <= now_us:
            self._close(idle.pop(0), now_us)
        if idle:
            ring_once(self._env, idle[0].expires_us, self._sweep)
        else:
            self._sweeping = False
