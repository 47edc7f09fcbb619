"""The post box: letters come into being, each with the traits that it keeps.

From: nobody; people and their programs write here.
To:   spool.

A letter's provider, mailbox, size, and whether its addressee exists or filters it, are drawn here, by the
letter's own key, so that another scenario with the same entry has the same letters.
See: RFC 6409 for submission.
Left out: submission over SMTP by clients with connections of their own.
"""

from collections.abc import Generator
from itertools import accumulate

from simpy import Event

from sim.kernel.draws import MASK, hash64, uniform
from sim.kernel.variates import size_bytes
from sim.kernel.world import World
from sim.mail.arrivals import arrival_times_us
from sim.mail.spool import Spool
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
        spool: Spool,
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
        listed = settings.times_us is not None
        stream = world.draws.stream(f"letters.{self._name}.arrivals")
        number = 0
        for at_us in arrival_times_us(settings, stream, self._local_epoch_us, world.end_us):
            if at_us > env.now:
                yield env.timeout(at_us - env.now)
            number += 1
            row = self._write(number, at_us)
            if listed:
                self._spool.take_accepted(row, at_us)
            else:
                self._spool.take(row)

    def _write(self, number: int, at_us: int) -> int:
        """Bring one letter into being."""
        settings = self._settings
        key = (self._entry_key + number) & MASK
        shares = self._shares
        provider = shares[-1][1]
        if len(shares) > 1:
            draw = uniform(self._destination_base, key)
            for limit, candidate in shares:
                if draw < limit:
                    provider = candidate
                    break
        if settings.rate_per_s is None:
            mailbox = number - 1
        else:
            mailbox = int(uniform(self._mailbox_base, key) * self._users[provider])
        size = settings.size
        spread = size.p90_bytes is not None
        unknown = 0
        ratio = settings.unknown_users_ratio
        if ratio and uniform(self._unknown_base, key) < ratio:
            unknown = UNKNOWN
        elif self._filters[provider] and uniform(self._filter_base, key) < self._filters[provider]:
            unknown = FILTERED
        row = self._world.letters.new(
            parent=-1,
            kind=LETTER,
            entry=self._place,
            number=number,
            sender=self._sender,
            provider=provider,
            mailbox=mailbox,
            size_bytes=size_bytes(size, uniform(self._size_base, key)) if spread else size.median_bytes,
            unknown_user=unknown,
            submitted_us=at_us,
        )
        if number in self._watch_numbers:
            self._watched.add(row)
        return row
