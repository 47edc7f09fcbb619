"""The post box: letters come into being, each with the traits that it keeps.

From: nobody; people and their programs write here.
To:   spool.

A letter's provider, mailbox, size, and whether its addressee exists or filters it, are drawn here, by the
letter's own key, so that another scenario with the same entry has the same letters. A message to several
recipients is so many letters, one a recipient, of the size that its first one drew.
See: RFC 6409 for submission.
Left out: submission over SMTP by clients with connections of their own.
"""

from bisect import bisect_right
from collections.abc import Sequence
from heapq import heapify, heappop, heapreplace
from itertools import accumulate, islice
from typing import Any, Final

from sim.kernel.alarm import Alarm, Ring
from sim.kernel.clock import Clock
from sim.kernel.draws import hash64, uniforms
from sim.kernel.variates import size_sampler
from sim.kernel.world import World
from sim.mail.arrivals import arrival_times_us
from sim.mail.handoff import TakesLetters
from sim.scenario.letters import Letters as LettersSettings
from sim.scenario.provider import Provider
from sim.vocabulary.kinds import LETTER

UNKNOWN: int = 1
FILTERED: int = 2
"""Values of the column `unknown_user`: there is no such user, or the user filters the letter."""

_BUNCH: Final = 4096
"""Letters written at once; nothing depends on it but speed."""


class Submission:
    """One entry of `letters:`.

    Args:
        world: the run.
        place: the entry's place among all.
        name: the entry's name.
        settings: the entry.
        sender: the sender's place.
        providers: all providers, by name in file order.
        spool: the sender's.
        watched: rows whose conversation is kept; numbers of this entry in `watch_numbers` are added.
        watch_numbers: numbers of watched letters of this entry.
        local_epoch_us: the start as local wall-clock time.
    """

    def __init__(
        self,
        *,
        world: World,
        place: int,
        name: str,
        settings: LettersSettings,
        sender: int,
        providers: dict[str, Provider],
        spool: TakesLetters,
        watched: set[int],
        watch_numbers: frozenset[int],
        local_epoch_us: int,
    ) -> None:
        self._world = world
        self._place = place
        self._settings = settings
        self._sender = sender
        self._spool = spool
        self._watched = watched
        self._watch_numbers = watch_numbers
        self._entry_key = hash64(name)
        order = list(providers)
        self._shares = [
            (limit, order.index(provider))
            for limit, provider in zip(accumulate(settings.to.values()), settings.to, strict=True)
        ]
        self._users = [provider.users for provider in providers.values()]
        self._filters = [provider.user_filter_ratio for provider in providers.values()]
        self._sample_size = size_sampler(settings.size)
        draws = world.draws
        self._arrivals = arrival_times_us(
            settings, draws.stream(f"letters.{name}.arrivals"), local_epoch_us, world.end_us
        )
        self._times_us: list[int] = []
        self._rows = range(0)
        self._recipients = settings.recipients
        self._next, self._first = 0, 1
        self._destination_base = draws.purpose("destination")
        self._mailbox_base = draws.purpose("mailbox")
        self._size_base = draws.purpose("size")
        self._unknown_base = draws.purpose("unknown_user")
        self._filter_base = draws.purpose("user_filter")

    def next_us(self) -> int | None:
        """Give when the next letter is handed in; None when there is none left.

        Letters are written ahead, many at once; each is handed in at its own moment.
        """
        if self._next == len(self._times_us):
            self._next = 0
            self._times_us = list(islice(self._arrivals, _BUNCH))
            if not self._times_us:
                return None
            self._rows = self._write(self._first, self._times_us)
            self._first += len(self._times_us) * self._recipients
        return self._times_us[self._next]

    def hand_in(self, now_us: int) -> int:
        """Hand in the letters of this moment, as far as they are written, and tell how many."""
        times_us, begin = self._times_us, self._next
        end, count = begin + 1, len(times_us)
        while end < count and times_us[end] == now_us:
            end += 1
        self._next = end
        rows = self._rows[begin * self._recipients : end * self._recipients]
        self._hand_over(rows, now_us)
        return len(rows)

    def _hand_over(self, rows: range, at_us: int) -> None:
        if self._settings.times_us is not None:
            self._spool.take_accepted(rows, self._recipients, at_us)
        else:
            self._spool.take(rows, self._recipients)

    def _write(self, first: int, times_us: list[int]) -> range:
        """Bring letters into being, with numbers from `first` on, to be handed in at the given times."""
        recipients = self._recipients
        count = len(times_us) * recipients
        if recipients > 1:
            times_us = [at_us for at_us in times_us for _ in range(recipients)]
        numbers = range(first, first + count)
        keys = range(self._entry_key + first, self._entry_key + first + count)
        providers = self._choose_providers(keys)
        rows = self._world.letters.new(
            kind=LETTER,
            entry=self._place,
            sender=self._sender,
            numbers=numbers,
            providers=providers,
            mailboxes=self._choose_mailboxes(numbers, keys, providers),
            sizes_bytes=self._choose_sizes(keys),
            unknown_users=self._choose_unknown(keys, providers),
            submitted_us=times_us,
            recipients=recipients,
        )
        if self._watch_numbers:
            self._watched.update(
                row for row, number in zip(rows, numbers, strict=True) if number in self._watch_numbers
            )
        return rows

    def _choose_providers(self, keys: range) -> Sequence[int]:
        last = self._shares[-1][1]
        if len(self._shares) == 1:
            return [last] * len(keys)
        limits = [limit for limit, _ in self._shares]
        places = [*(place for _, place in self._shares), last]
        return [places[bisect_right(limits, draw)] for draw in uniforms(self._destination_base, keys)]

    def _choose_mailboxes(self, numbers: range, keys: range, providers: Sequence[int]) -> Sequence[int]:
        """A list names each addressee once; everyday mail goes to anybody."""
        if self._settings.rate_per_s is None:
            return range(numbers.start - 1, numbers.stop - 1)
        users, draws = self._users, uniforms(self._mailbox_base, keys)
        return [int(draw * users[place]) for draw, place in zip(draws, providers, strict=True)]

    def _choose_sizes(self, keys: range) -> Sequence[int]:
        if self._settings.size.p90_bytes is None:
            return [self._settings.size.median_bytes] * len(keys)
        draws = uniforms(self._size_base, keys)
        recipients = self._recipients
        if recipients > 1:
            draws = [draws[place // recipients * recipients] for place in range(len(draws))]
        return list(map(self._sample_size, draws))

    def _choose_unknown(self, keys: range, providers: Sequence[int]) -> Sequence[int]:
        ratio = self._settings.unknown_users_ratio
        chosen = bytearray(len(keys))
        if any(self._filters):
            draws = uniforms(self._filter_base, keys)
            for place, (draw, provider) in enumerate(zip(draws, providers, strict=True)):
                if draw < self._filters[provider]:
                    chosen[place] = FILTERED
        if ratio:
            for place, draw in enumerate(uniforms(self._unknown_base, keys)):
                if draw < ratio:
                    chosen[place] = UNKNOWN
        return chosen


class PostBox:
    """All entries together: letters are handed in by time, and at one moment in the order of the file.

    Args:
        env: the simulation's environment.
        entries: the entries of `letters:`, in file order.
    """

    def __init__(self, env: Clock, entries: Sequence[Submission]) -> None:
        self._env = env
        self._entries = entries
        self.handed_in = 0
        """Letters so far; more are written already."""
        self._alarm = Alarm(env)
        self._ring: Ring = [self._hand_in]
        listed = [(entry.next_us(), place) for place, entry in enumerate(entries)]
        self._ahead = [(at_us, place) for at_us, place in listed if at_us is not None]
        heapify(self._ahead)
        if self._ahead:
            self._alarm.set(self._ahead[0][0], self._ring)

    def _hand_in(self, _: Any) -> None:
        """Hand in all letters of this moment, and wait for the next."""
        now_us, ahead = self._env.now, self._ahead
        while ahead and ahead[0][0] == now_us:
            place = ahead[0][1]
            entry = self._entries[place]
            self.handed_in += entry.hand_in(now_us)
            next_us = entry.next_us()
            if next_us is None:
                heappop(ahead)
            else:
                heapreplace(ahead, (next_us, place))
        if ahead:
            self._alarm.set(ahead[0][0], self._ring)
