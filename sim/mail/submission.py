"""The post box: letters come into being, each with the traits that it keeps.

From: nobody; people and their programs write here.
To:   spool.

A letter's provider, mailbox, size, and whether its addressee exists or filters it, are drawn here, by the
letter's own key, so that another scenario with the same entry has the same letters.
See: RFC 6409 for submission.
Left out: submission over SMTP by clients with connections of their own.
"""

from bisect import bisect_right
from collections.abc import Generator, Sequence
from itertools import accumulate, groupby

from simpy import Event

from sim.kernel.draws import hash64, uniform
from sim.kernel.variates import lognormal_sampler
from sim.kernel.world import World
from sim.mail.arrivals import arrival_times_us
from sim.mail.handoff import TakesLetters
from sim.scenario.letters import Letters as LettersSettings
from sim.scenario.provider import Provider
from sim.vocabulary.kinds import LETTER

UNKNOWN: int = 1
FILTERED: int = 2
"""Values of the column `unknown_user`: there is no such user, or the user filters the letter."""


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
        self._name = name
        self._settings = settings
        self._sender = sender
        self._spool = spool
        self._watched = watched
        self._watch_numbers = watch_numbers
        self._local_epoch_us = local_epoch_us
        self._entry_key = hash64(name)
        order = list(providers)
        self._shares = [
            (limit, order.index(provider))
            for limit, provider in zip(accumulate(settings.to.values()), settings.to, strict=True)
        ]
        self._users = [provider.users for provider in providers.values()]
        self._filters = [provider.user_filter_ratio for provider in providers.values()]
        size = settings.size
        self._sample_size = (
            None if size.p90_bytes is None else lognormal_sampler(size.median_bytes, size.p90_bytes)
        )
        draws = world.draws
        self._destination_base = draws.purpose("destination")
        self._mailbox_base = draws.purpose("mailbox")
        self._size_base = draws.purpose("size")
        self._unknown_base = draws.purpose("unknown_user")
        self._filter_base = draws.purpose("user_filter")

    def hand_in(self) -> Generator[Event, None, None]:
        """Hand in the letters of this entry, each at its time (a SimPy process)."""
        world, env = self._world, self._world.env
        settings = self._settings
        stream = world.draws.stream(f"letters.{self._name}.arrivals")
        times_us = arrival_times_us(settings, stream, self._local_epoch_us, world.end_us)
        number = 0
        # Letters of one moment are written together: that is where a million of them become cheap.
        for at_us, together in groupby(times_us):
            if at_us > env.now:
                yield env.timeout(at_us - env.now)
            first, number = number + 1, number + sum(1 for _ in together)
            rows = self._write(first, number, at_us)
            if settings.times_us is not None:
                self._spool.take_accepted(rows, at_us)
            else:
                self._spool.take(rows)

    def _write(self, first: int, last: int, at_us: int) -> range:
        """Bring the letters with numbers `first` to `last` into being, all handed in now."""
        numbers = range(first, last + 1)
        keys = range(self._entry_key + first, self._entry_key + last + 1)
        providers = self._choose_providers(keys)
        rows = self._world.letters.new(
            kind=LETTER,
            entry=self._place,
            sender=self._sender,
            submitted_us=at_us,
            numbers=numbers,
            providers=providers,
            mailboxes=self._choose_mailboxes(numbers, keys, providers),
            sizes_bytes=self._choose_sizes(keys),
            unknown_users=self._choose_unknown(keys, providers),
        )
        if self._watch_numbers:
            self._watched.update(row for row, number in zip(rows, numbers, strict=True) if number in self._watch_numbers)
        return rows

    def _choose_providers(self, keys: range) -> Sequence[int]:
        shares = self._shares
        last = shares[-1][1]
        if len(shares) == 1:
            return [last] * len(keys)
        limits = [limit for limit, _ in shares]
        places = [*(place for _, place in shares), last]
        base = self._destination_base
        return [places[bisect_right(limits, uniform(base, key))] for key in keys]

    def _choose_mailboxes(self, numbers: range, keys: range, providers: Sequence[int]) -> Sequence[int]:
        """A list names each addressee once; everyday mail goes to anybody."""
        if self._settings.rate_per_s is None:
            return range(numbers.start - 1, numbers.stop - 1)
        base, users = self._mailbox_base, self._users
        return [int(uniform(base, key) * users[place]) for key, place in zip(keys, providers, strict=True)]

    def _choose_sizes(self, keys: range) -> Sequence[int]:
        if self._sample_size is None:
            return [self._settings.size.median_bytes] * len(keys)
        base, sample = self._size_base, self._sample_size
        return [max(1, sample(uniform(base, key))) for key in keys]

    def _choose_unknown(self, keys: range, providers: Sequence[int]) -> Sequence[int]:
        ratio, filters = self._settings.unknown_users_ratio, self._filters
        if not ratio and not any(filters):
            return bytes(len(keys))
        unknown_base, filter_base = self._unknown_base, self._filter_base
        chosen = bytearray(len(keys))
        for place, (key, provider) in enumerate(zip(keys, providers, strict=True)):
            if ratio and uniform(unknown_base, key) < ratio:
                chosen[place] = UNKNOWN
            elif filters[provider] and uniform(filter_base, key) < filters[provider]:
                chosen[place] = FILTERED
        return chosen
