"""Carry an accepted letter from the receiving MTA into its mailbox (the MDA).

From: smtp_server, when it has accepted; queue_manager, for mail to the sender's own machine.
To:   mailbox_store.

Each letter takes `time`. With `workers` the agent is a first-come queue that the letter joins at the
moment of its acceptance; without, it is a mere duration. A letter is on the disk of the host that accepted it: if that
one crashes before the letter is in its box, it joins the queue anew when the host is up again, and its delivery begins
from the start.
See: RFC 2033 for LMTP, over which such agents are usually asked.
Left out: quotas, retries inside the receiving site, filters of the user; it goes on when a host is down without a
crash.
"""

from sim.kernel.alarm import ring_once
from sim.kernel.clock import Clock
from sim.kernel.condition import CRASHED, NEVER_US, Condition
from sim.kernel.draws import uniform
from sim.kernel.first_come import CountedStation
from sim.kernel.letters import Letters
from sim.kernel.recorder import Table
from sim.kernel.variates import duration_sampler
from sim.mail.handoff import FilesLetters
from sim.scenario.provider import Delivery as DeliverySettings


class DeliveryAgent:
    """The delivery agent for what one host has accepted; those of a provider's hosts share their workers.

    Args:
        settings: time and workers.
        letters: the world's letters.
        base: base of the draws for its times.
        store: where letters are filed.
        visits: the table that tells the waits of a queue.
        station: the queue, where there are workers; its `queue_index` in `visits`.
        env: the simulation's environment.
        condition: that of the host on whose disk its letters are.
    """

    def __init__(
        self,
        settings: DeliverySettings,
        letters: Letters,
        base: int,
        store: FilesLetters,
        visits: Table,
        station: tuple[int, CountedStation] | None,
        env: Clock,
        condition: Condition,
    ) -> None:
        self._sample = duration_sampler(settings.time)
        self._constant_us = settings.time.mean_us if settings.time.shape == "constant" else None
        self._letters = letters
        self._base = base
        self._store = store
        self._visits = visits
        self._station = station
        self.is_a_queue = station is not None
        self._env = env
        self._condition = condition
        self._crashes = bool(condition.begins_us(CRASHED))

    def deliver(self, row: int, accepted_us: int) -> None:
        """Take over a letter that was accepted at `accepted_us`; asked then if it is a queue."""
        service_us = self._constant_us
        if service_us is None:
            service_us = self._sample(uniform(self._base, self._letters.key(row)))
        if self._station is None:
            done_us = accepted_us + service_us
            if self._crashes:
                done_us = self._condition.work_ends_us(accepted_us, service_us)
            self._store.file(row, done_us)
            return
        queue, station = self._station
        crash_us = self._condition.crash_after(accepted_us) if self._crashes else NEVER_US
        left_us = station.depart(accepted_us, service_us, crash_us)
        self._visits.add(queue, row, accepted_us, left_us)
        if left_us < crash_us:
            self._store.file(row, left_us)
            return
        again_us = self._condition.restart_us(crash_us)
        ring_once(self._env, again_us, lambda _: self.deliver(row, again_us))
