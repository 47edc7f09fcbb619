"""The post box (submission): letters come into being, with the traits that they keep."""

from collections.abc import Generator, Iterator, Mapping
from heapq import merge
from itertools import count
from typing import Any, Protocol

from simpy import Event

from sim.kernel.draws import letter_key
from sim.kernel.variates import size_bytes
from sim.reference.arrivals import arrivals
from sim.reference.chance import Chance, choose
from sim.reference.clock import Clock
from sim.reference.letter import LOCALHOST, Letter
from sim.reference.message import Message
from sim.reference.records import PlainLetter, PlainResult
from sim.reference.stop_list import StopList
from sim.scenario.letters import Letters
from sim.scenario.schema import Scenario
from sim.vocabulary.kinds import DSN, LETTER, LOCAL, WARNING
from sim.vocabulary.outcomes import REFUSED

DSN_OWN_BYTES = 2000
QUOTED_BYTES = {DSN: 50_000, WARNING: 2_000}
"""A notice quotes at most so much of the original."""


class Entrance(Protocol):
    """Where a sender takes messages in."""

    def post(self, message: Message) -> None:
        """Let a message come."""
        ...

    def post_accepted(self, message: Message) -> None:
        """Let a message come that was accepted before."""
        ...


class PostBox:
    """Writes every letter of the scenario, and each notice."""

    def __init__(
        self,
        env: Clock,
        scenario: Scenario,
        chance: Chance,
        result: PlainResult,
        stop_lists: Mapping[str, StopList],
    ) -> None:
        self._env = env
        self._scenario = scenario
        self._chance = chance
        self._result = result
        self._stop_lists = stop_lists
        self._written = count(1)

    def open(self, entrances: Mapping[str, Entrance]) -> Generator[Event, Any, None]:
        """Submit each letter at its time; at one time in the order of the entries, then of the numbers."""
        for at, _, number, entry in merge(*map(self._entry, range(len(self._scenario.letters)))):
            if at >= self._scenario.duration_us:
                return
            yield self._env.timeout(at - self._env.now)
            letters = self._scenario.letters[entry]
            message = self._write(entry, number, letters)
            limit = self._scenario.senders[letters.sender].postconf.message_size_limit
            if 0 < limit < message.first.record.size_bytes:
                self._leave_out(message, message.letters)
            elif letters.sender in self._stop_lists:
                holds = self._stop_lists[letters.sender].holds
                self._leave_out(message, [letter for letter in message.letters if holds(letter)])
            if not message.letters:
                continue
            if letters.times_us is not None:
                entrances[letters.sender].post_accepted(message)
            else:
                entrances[letters.sender].post(message)

    def _leave_out(self, message: Message, unwanted: list[Letter]) -> None:
        """Take letters out of a message before it is sent."""
        for letter in unwanted:
            letter.record.outcome = REFUSED
            letter.record.ended_us = self._env.now
        message.letters = [letter for letter in message.letters if letter not in unwanted]

    def write_notice(self, original: Letter, kind: int) -> Message:
        """Write the notice that tells the sender of a letter what became of it, or that it is late."""
        size = DSN_OWN_BYTES + min(original.record.size_bytes, QUOTED_BYTES[kind])
        record = PlainLetter(LOCAL, mailbox=0, size_bytes=size, submitted_us=self._env.now)
        entry, number, sender = original.entry, original.number, original.sender
        notice = self._enter(entry, number, kind, sender, LOCALHOST, record)
        return Message([notice], notice.key, next(self._written))

    def _entry(self, index: int) -> Iterator[tuple[int, int, int, str]]:
        entry = list(self._scenario.letters)[index]
        for at, number in arrivals(self._scenario, entry, self._chance):
            yield at, index, number, entry

    def _write(self, entry: str, message: int, letters: Letters) -> Message:
        """Write a message; its letters have the numbers that follow those of the messages before."""
        first = (message - 1) * letters.recipients + 1
        key = letter_key(entry, first, LETTER)
        size = size_bytes(letters.size, self._chance.u("size", key))
        numbers = range(first, first + letters.recipients)
        written = [self._write_letter(entry, number, letters, size) for number in numbers]
        return Message(written, key, next(self._written))

    def _write_letter(self, entry: str, number: int, letters: Letters, size: int) -> Letter:
        key = letter_key(entry, number, LETTER)
        provider = choose(letters.to, self._chance.u("destination", key))
        if letters.rate_per_s is not None:
            users = self._scenario.providers[provider].users
            mailbox = int(self._chance.u("mailbox", key) * users)
        else:
            mailbox = number - 1
        record = PlainLetter(self._result.providers.index(provider), mailbox, size, self._env.now)
        letter = self._enter(entry, number, LETTER, letters.sender, provider, record)
        letter.unknown_user = self._chance.u("unknown_user", key) < letters.unknown_users_ratio
        filters = self._scenario.providers[provider].user_filter_ratio
        letter.user_filter = self._chance.u("user_filter", key) < filters
        return letter

    def _enter(
        self, entry: str, number: int, kind: int, sender: str, provider: str, record: PlainLetter
    ) -> Letter:
        self._result.letters[entry, number, kind] = record
        return Letter(
            entry=entry,
            number=number,
            kind=kind,
            key=letter_key(entry, number, kind),
            sender=sender,
            provider=provider,
            unknown_user=False,
            user_filter=False,
            record=record,
            called=self._env.event(),
        )
