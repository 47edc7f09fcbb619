"""The connections that one sender keeps open for the next letter, provider by provider.

Part of the queue manager, which decides by the pace of its deliveries whether one is kept at all; the caches tell
which one is found by whom.
See: Postfix's smtp_connection_* in postconf(5).
"""

from typing import Protocol

from sim.kernel.clock import Clock
from sim.kernel.world import SECOND_US
from sim.mail.connection_cache import ConnectionCache
from sim.mail.delivery import Connection, Delivery
from sim.mail.handoff import ReceivesMail
from sim.mail.routes import Route
from sim.scenario.postconf import Postconf


class ClosesConnections(Protocol):
    """The SMTP client, as the keeper of its connections knows it."""

    def close(self, connection: Connection, at_us: int, route: Route) -> None:
        """Close a connection."""
        ...

    def let_wait(self, connection: Connection, route: Route) -> None:
        """Let the host of a connection wait in vain."""
        ...


class KeptConnections:
    """The idle connections of one sender.

    Args:
        env: the simulation's environment.
        postconf: how long one may lie idle, and how old it may be.
    """

    client: ClosesConnections

    def __init__(self, env: Clock, postconf: Postconf) -> None:
        self._env = env
        self._reuse_us = postconf.smtp_connection_reuse_time_limit * SECOND_US
        self._cache_us = postconf.smtp_connection_cache_time_limit * SECOND_US
        self._caches: dict[int, tuple[ConnectionCache, Route]] = {}

    def take(self, provider: int, now_us: int) -> Connection | None:
        """Take one for a new delivery, if there is one."""
        cache = self._caches.get(provider)
        return None if cache is None else cache[0].take(now_us)

    def take_to(self, delivery: Delivery, server: ReceivesMail, now_us: int) -> Connection | None:
        """Take one to a host for a delivery that goes on with it now, if there is one."""
        cache = self._caches.get(delivery.route.provider)
        return cache[0].take_to(server, now_us) if cache is not None and delivery.load else None

    def put_away(self, delivery: Delivery, connection: Connection, now_us: int) -> None:
        """Keep a connection that a delivery is through with now, or close it, if the host has not."""
        if connection.is_closed:
            return
        if delivery.want_store and now_us - connection.opened_us < self._reuse_us:
            cache = self._caches.get(delivery.route.provider)
            if cache is None:
                cache = self._open_cache(delivery.route)
            cache[0].store(connection, now_us, by_name=not delivery.alternate)
        else:
            self.client.close(connection, now_us, delivery.route)

    def crash(self) -> None:
        """End with the machine: nobody talks to the hosts any more."""
        for cache, route in self._caches.values():
            for connection in cache.forget_all():
                self.client.let_wait(connection, route)

    def _open_cache(self, route: Route) -> tuple[ConnectionCache, Route]:
        close = self.client.close
        best = route.servers[0].preference
        cache = ConnectionCache(
            self._env, self._cache_us, best, lambda idle, at_us: close(idle, at_us, route)
        )
        self._caches[route.provider] = cache, route
        return cache, route
