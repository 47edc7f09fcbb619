"""The condition of a place (a host, a resolver, a road) over time: up, down, silent, or slow.

A timetable of faults is known beforehand, so the condition at any moment is a plain look-up, also at
a moment that has not come yet.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

UP: Final = 0
DENYING_USERS: Final = 1
DISK_FULL: Final = 2
DISK_FULL_FINAL: Final = 3
GREETS_421: Final = 4
GREETS_554: Final = 5
HANGING: Final = 6
REFUSING: Final = 7
NXDOMAIN: Final = 8
SERVFAIL: Final = 9
SILENT: Final = 10
DOWN: Final = 11
CRASHED: Final = 12
"""States, in the order of their severity: where two are in force, the later one is."""
_AT_WORK: Final = frozenset((UP, DENYING_USERS, DISK_FULL, DISK_FULL_FINAL, GREETS_421, GREETS_554))

NEVER_US: Final = 1 << 62
"""Later than any run."""

Spell = tuple[int, int, int, int, float]
"""From, to (exclusive), state, slow extra, share of packets lost or of users denied: times in microseconds."""


class Condition:
    """What a place is like at each moment.

    Args:
        spells: intervals with their state, slowness and loss. Where they overlap, the most severe state and
            the greatest loss are in force, and slownesses add up.
        may_change: whether more may be added during the run.
    """

    __slots__ = ("_crashes_us", "_from_us", "_loss", "_slow_us", "_spells", "_state", "eventful")

    def __init__(self, spells: Iterable[Spell] = (), *, may_change: bool = False) -> None:
        self._lay_out(list(spells))
        self.eventful = bool(self._from_us) or may_change

    def add(self, spell: Spell) -> None:
        """Let something happen that no timetable knew; only of a place that may change."""
        assert self.eventful, "who asks this place nothing does not hear of it"
        self._lay_out([*self._spells, spell])

    def _lay_out(self, listed: list[Spell]) -> None:
        self._spells = listed
        coming = sorted(listed, reverse=True)
        edges = sorted({edge for spell in coming for edge in spell[:2]})
        self._from_us: list[int] = edges
        self._state: list[int] = []
        self._slow_us: list[int] = []
        self._loss: list[float] = []
        here: list[Spell] = []
        for edge in edges:
            while coming and coming[-1][0] == edge:
                here.append(coming.pop())
            here = [spell for spell in here if edge < spell[1]]
            self._state.append(max((spell[2] for spell in here), default=UP))
            self._slow_us.append(sum(spell[3] for spell in here))
            self._loss.append(max((spell[4] for spell in here), default=0.0))
        self._crashes_us = self.begins_us(CRASHED)

    def state_at(self, at_us: int) -> int:
        """Give the state in force."""
        position = bisect_right(self._from_us, at_us) - 1
        return self._state[position] if position >= 0 else UP

    def slow_at(self, at_us: int) -> int:
        """Give what each answer takes longer, in microseconds."""
        position = bisect_right(self._from_us, at_us) - 1
        return self._slow_us[position] if position >= 0 else 0

    def loss_at(self, at_us: int) -> float:
        """Give the share of packets that are lost because of a fault; of a host, the share of users it denies."""
        position = bisect_right(self._from_us, at_us) - 1
        return self._loss[position] if position >= 0 else 0.0

    def next_change_us(self, at_us: int) -> int | None:
        """Give the next moment after `at_us` at which something changes."""
        position = bisect_right(self._from_us, at_us)
        return self._from_us[position] if position < len(self._from_us) else None

    def begins_us(self, state: int) -> list[int]:
        """Give the moments at which a state begins."""
        before = [UP, *self._state]
        return [
            from_us
            for from_us, earlier, later in zip(self._from_us, before, self._state, strict=False)
            if later == state != earlier
        ]

    def crash_after(self, at_us: int) -> int:
        """Give the moment of the first crash after `at_us`, NEVER_US where there is none."""
        crashes_us = self._crashes_us
        if not crashes_us:
            return NEVER_US
        position = bisect_right(crashes_us, at_us)
        return crashes_us[position] if position < len(crashes_us) else NEVER_US

    def restart_us(self, crash_us: int) -> int:
        """Give when a crash is over: the first moment from then on at which the place is not crashed."""
        at_us = crash_us
        while self.state_at(at_us) == CRASHED:
            following_us = self.next_change_us(at_us)
            assert following_us is not None, "every fault ends"
            at_us = following_us
        return at_us

    def work_ends_us(self, begun_us: int, work_us: int) -> int:
        """Give when work is done that begins at `begun_us`, and is begun again after each crash that breaks it off."""
        while (crash_us := self.crash_after(begun_us)) <= begun_us + work_us:
            begun_us = self.restart_us(crash_us)
        return begun_us + work_us

    def up_again_us(self, at_us: int) -> int:
        """Give the first moment at or after `at_us` at which the place is up; every fault ends."""
        while self.state_at(at_us) != UP:
            following_us = self.next_change_us(at_us)
            assert following_us is not None, "every fault ends"
            at_us = following_us
        return at_us

    def down_us(self, end_us: int) -> int:
        """Give for how long the place did not do its work, until `end_us`."""
        edges = [*self._from_us, end_us]
        return sum(
            max(0, min(after, end_us) - before)
            for before, after, state in zip(edges, edges[1:], self._state, strict=False)
            if state not in _AT_WORK
        )

    def pauses(self) -> Sequence[tuple[int, int]]:
        """Give the intervals in which the place is not up, joined where they touch."""
        joined: list[tuple[int, int]] = []
        for index, state in enumerate(self._state):
            if state == UP:
                continue
            begin, finish = self._from_us[index], self._from_us[index + 1]
            if joined and joined[-1][1] == begin:
                joined[-1] = (joined[-1][0], finish)
            else:
                joined.append((begin, finish))
        return joined
