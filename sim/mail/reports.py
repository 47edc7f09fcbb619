"""What readers do with letters that they did not want: report them as spam, or unsubscribe.

From: mailbox_store, with each letter that lies in an inbox; readers, whose time of opening it shares.
To:   the provider's reputation, with each complaint; suppression_list, with each one who unsubscribes, and with
      complaints where the provider tells of each letter (feedback `per_letter`). Where it tells only how many there
      were (`aggregate`), that is counted afterwards, day by day; no letter is named.

Who reports which letter belongs to the letter. It happens when the letter is opened.
See: RFC 5965 for feedback reports; RFC 8058 for one-click unsubscription.
Left out: reports of letters in the spam folder, "this is not spam", readers who never open.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sim.kernel.alarm import ring_once
from sim.kernel.draws import uniform
from sim.kernel.world import World
from sim.mail.handoff import HearsOfReaders, RemembersSenders
from sim.vocabulary.kinds import LETTER


class Reports:
    """The readers of one provider, as far as they are heard of.

    Args:
        world: the run.
        opened_us: gives when they open a letter, by its key, its mailbox and since when it lies there.
        complaints: share of letters that are reported, entry by entry.
        unsubscribes: share of letters whose reader unsubscribes, entry by entry.
        memory: told of each complaint; None where the provider remembers nothing.
        senders: the suppression lists, sender by sender; None where there is none.
        tells: whether the provider tells senders of each letter that was reported.
    """

    def __init__(
        self,
        world: World,
        opened_us: Callable[[int, int, int], int],
        complaints: Sequence[float],
        unsubscribes: Sequence[float],
        memory: RemembersSenders | None,
        senders: Sequence[HearsOfReaders | None],
        *,
        tells: bool,
    ) -> None:
        self._env = world.env
        self._letters = world.letters
        # As in the readers' table: a letter is reported when it is opened.
        self._opened_us = opened_us
        self._complaints, self._unsubscribes = complaints, unsubscribes
        self._complain_base = world.draws.purpose("complains")
        self._unsubscribe_base = world.draws.purpose("unsubscribes")
        self._memory = memory
        if memory is not None:
            memory.remembers = True
        self._senders = senders
        self._tells = tells
        self._table = world.recorder.reports

    def filed(self, row: int, at_us: int) -> None:
        """Note that a letter lies in an inbox from `at_us` on."""
        letters = self._letters
        entry, key = letters.entry[row], letters.key(row)
        if letters.kind[row] != LETTER:
            return
        complains = uniform(self._complain_base, key) < self._complaints[entry]
        leaves = uniform(self._unsubscribe_base, key) < self._unsubscribes[entry]
        if not complains and not leaves:
            return
        opened_us = self._opened_us(key, letters.mailbox[row], at_us)
        suppressions = self._senders[letters.sender[row]]

        def speak(_: Any) -> None:
            now_us = self._env.now
            if complains:
                self._table.add(row, now_us, "complained")
                if self._memory is not None:
                    self._memory.complained(row, now_us)
                if self._tells and suppressions is not None:
                    suppressions.complained(row, now_us)
            if leaves:
                self._table.add(row, now_us, "unsubscribed")
                if suppressions is not None:
                    suppressions.unsubscribed(row, now_us)

        ring_once(self._env, max(opened_us, self._env.now), speak)
