"""Keep finished SMTP connections for a moment, so that the next letter need not open one.

From: queue_manager, which stores a connection after a delivery.
To:   queue_manager, which takes the one stored last for the next.

A connection waits at most `smtp_connection_cache_time_limit`; then it is closed.
See: Postfix's scache(8) and CONNECTION_CACHE_README.
Left out: what an idle connection costs either side.
"""

from collections.abc import Callable
from typing import Any

from sim.kernel.alarm import ring_once
from sim.kernel.clock import Clock
from sim.mail.delivery import Connection


class ConnectionCache:
    """The idle connections of one sender to one provider.

    Args:
        env: the simulation's environment.
        time_limit_us: how long one may lie idle.
        close: called with a connection and the moment at which the client closes it.
    """

    def __init__(self, env: Clock, time_limit_us: int, close: Callable[[Connection, int], None]) -> None:
        self._env = env
        self._time_limit_us = time_limit_us
        self._close = close
        self._idle: list[Connection] = []
        self._sweeping = False

    def store(self, connection: Connection, now_us: int) -> None:
        """Put a connection away now."""
        connection.expires_us = now_us + self._time_limit_us
        self._idle.append(connection)
        if not self._sweeping:
            self._sweeping = True
            ring_once(self._env, connection.expires_us, self._sweep)

    def take(self, now_us: int) -> Connection | None:
        """Take the connection that was stored last, if one is left."""
        idle = self._idle
        if idle and idle[-1].expires_us > now_us:
            return idle.pop()
        return None

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
