"""When hosts see the end of a client's connections: when it has closed them, or long after its machine has crashed.

Part of the SMTP client. What will be closed at a moment that has not come is closed only if the machine lives so long.
A host that hears no more from a client waits for five minutes, unless it has closed the connection itself.
See: smtpd_timeout in postconf(5); RFC 5321 4.5.3.2.7.
Left out: the five minutes are counted from the crash, or the greeting after it, not from the last reply; a host that
says something to a machine that is up again hears at once that there is no such connection.
"""

from typing import Any

from sim.kernel.alarm import ring_once
from sim.kernel.clock import Clock
from sim.mail.delivery import SERVER_PATIENCE_US, Connection


class Partings:
    """The ends of one client's connections.

    Args:
        env: the simulation's environment.
        may_crash: whether its machine ever crashes.
    """

    def __init__(self, env: Clock, may_crash: bool) -> None:
        self._env = env
        self._may_crash = may_crash
        self._ahead: dict[Connection, int] = {}
        """What will be closed, and how long each host does not see it."""

    def close(self, connection: Connection, at_us: int, half_us: int) -> None:
        """Close a connection at a moment; its host sees it a trip later, or when it is through with its work."""
        if not self._may_crash or at_us <= self._env.now:
            connection.server.close(
                connection.client, connection.opened_us, max(at_us + half_us, connection.busy_us)
            )
            return
        self._ahead[connection] = half_us

        def leave(_: Any) -> None:
            if connection in self._ahead:
                self.close(connection, at_us, self._ahead.pop(connection))

        ring_once(self._env, at_us, leave)

    def let_wait(self, connection: Connection, since_us: int, half_us: int) -> None:
        """Let a host wait, from a moment on, for a client that has crashed."""
        seen_us = max(since_us + SERVER_PATIENCE_US + half_us, connection.busy_us)

        def give_up(_: Any) -> None:
            if not connection.is_closed:
                connection.server.close(connection.client, connection.opened_us, seen_us)

        ring_once(self._env, seen_us, give_up)

    def crash(self) -> None:
        """End with the machine: nothing is closed any more."""
        for connection, half_us in self._ahead.items():
            self.let_wait(connection, self._env.now, half_us)
        self._ahead.clear()
