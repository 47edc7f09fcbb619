"""Clients that connect and say nothing, so that a host's processes are busy with nothing.

From: nobody.
To:   smtp_server, which holds a process for each until it has waited long enough.

Each opens one connection to the provider's first host. Where its processes are limited it takes one, or waits in the
accept queue like everybody; a request that finds the queue full is sent again after 1, 3, 7 and 15 s, and then given
up. Greeted, it says nothing until the host hangs up: after `silence_timeout`, or sooner under stress. With `returns`
it then comes back.
See: Postfix's STRESS_README; smtpd_timeout in postconf(5).
A crash of the host takes their connections; who waited in the accept queue does not come back.
Left out: the time that packets take, other weather, a host that would drop who says nothing before the greeting.
"""

from typing import Any, Final

from sim.kernel.alarm import ring_once
from sim.kernel.clock import Clock
from sim.kernel.condition import CRASHED
from sim.kernel.world import SECOND_US
from sim.mail.handoff import NOBODY_US, ReceivesMail
from sim.scenario.silent_clients import SilentClients as SilentClientsSettings
from sim.vocabulary.replies import ACCEPTED

_TIMEOUT_US: Final = 300 * SECOND_US
"""After so long a host hangs up whose processes are not limited (Postfix: smtpd_timeout)."""
_AGAIN_US: Final = tuple(seconds * SECOND_US for seconds in (1, 2, 4, 8))
"""Pauses between requests to connect that nobody answers (tcp(7), RFC 6298 5.5)."""


class SilentClients:
    """Those of one entry.

    Args:
        env: the simulation's environment.
        settings: how many, and when.
        server: the host that they connect to.
        client: the address that they come from.
    """

    def __init__(
        self, env: Clock, settings: SilentClientsSettings, server: ReceivesMail, client: int
    ) -> None:
        self._env = env
        self._server = server
        self._client = client
        self._returns = settings.returns
        for _ in range(settings.count):
            ring_once(env, settings.at_us, lambda _: self._connect(0))

    def _connect(self, tries: int) -> None:
        processes = self._server.processes
        now_us = self._env.now
        if self._server.condition.state_at(now_us) == CRASHED:
            self._try_again(tries)
        elif processes is None:
            self._greeted()
        elif processes.take_place():
            if processes.take_process():
                self._greeted()
            else:
                processes.wait(self._greeted, NOBODY_US, now_us)
        elif not processes.half_open:
            self._try_again(tries)

    def _try_again(self, tries: int) -> None:
        """Send a request to connect again that nobody answered, or give up."""
        if tries < len(_AGAIN_US):
            ring_once(self._env, self._env.now + _AGAIN_US[tries], lambda _: self._connect(tries + 1))

    def _greeted(self) -> None:
        """A process has taken the connection up: it waits for the client's first word."""
        now_us, server = self._env.now, self._server
        processes = server.processes
        timeout_us = _TIMEOUT_US if processes is None else processes.timeout_us
        if server.admit(self._client, now_us) != ACCEPTED:
            return
        server.close(self._client, now_us, now_us + timeout_us)
        if self._returns:
            ring_once(self._env, now_us + timeout_us, self._come_back)

    def _come_back(self, _: Any) -> None:
        self._connect(0)
