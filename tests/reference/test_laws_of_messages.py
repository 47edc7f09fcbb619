"""Laws that hold in every random world of large and small messages, checked on what a run leaves behind alone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from sim.reference.plain_run import run_plain
from sim.reference.records import PlainAttempt, PlainLetter, PlainResult
from sim.scenario.load import scenario_from_mapping
from sim.scenario.schema import Scenario
from sim.vocabulary.connections import SHARED, SUSPENDED
from sim.vocabulary.kinds import DSN, LETTER, WARNING
from sim.vocabulary.outcomes import BOUNCED, EXPIRED
from sim.vocabulary.replies import ACCEPTED
from tests.reference.message_worlds import message_world

WORLDS = [number for number in range(30) if number != 12]
"""World 12 is a large one; the long run of test_large_messages has it."""

Row = tuple[int, PlainLetter, PlainAttempt]
"""A letter's number, the letter, and one of its attempts."""


@dataclass(frozen=True)
class Message:
    """The letters of one message by their numbers, and the scenario that they are in."""

    entry: str
    letters: dict[int, PlainLetter]

    def rounds(self) -> list[list[Row]]:
        """Give the rows of each round, from activation to activation, in order of the numbers."""
        by_attempt: dict[int, list[Row]] = {}
        for number, letter in self.letters.items():
            for index, attempt in enumerate(letter.attempts):
                by_attempt.setdefault(index, []).append((number, letter, attempt))
        return [by_attempt[index] for index in sorted(by_attempt)]


@dataclass(frozen=True)
class Run:
    """A random world, and what became of its messages."""

    scenario: Scenario
    result: PlainResult

    def messages(self, sender: str | None = None) -> Iterator[Message]:
        """Give the messages of a sender, or of all."""
        found: dict[tuple[str, int], dict[int, PlainLetter]] = {}
        for (entry, number, kind), letter in self.result.letters.items():
            letters = self.scenario.letters[entry]
            if kind == LETTER and sender in (None, letters.sender):
                found.setdefault((entry, (number - 1) // letters.recipients), {})[number] = letter
        for (entry, _), members in found.items():
            yield Message(entry, dict(sorted(members.items())))

    def deliveries(self, sender: str) -> Iterator[list[Row]]:
        """Give the rows that travelled together: of one round, to one provider, at the same times."""
        for message in self.messages(sender):
            for rows in message.rounds():
                together: dict[tuple[int, int, int], list[Row]] = {}
                for number, letter, attempt in rows:
                    if attempt.connection != SUSPENDED:
                        key = letter.provider, attempt.handed_us, attempt.ended_us
                        together.setdefault(key, []).append((number, letter, attempt))
                yield from together.values()


@cache
def _run(number: int) -> Run:
    scenario = scenario_from_mapping(message_world(number))
    return Run(scenario, run_plain(scenario))


@pytest.fixture(params=WORLDS, ids="world{}".format)
def run(request: pytest.FixtureRequest) -> Run:
    """Give each world in turn."""
    return _run(request.param)


def test_the_letters_of_a_message_share_its_size_and_its_way_into_the_queue(run: Run) -> None:
    for message in run.messages():
        letters = message.letters.values()
        assert len(letters) == run.scenario.letters[message.entry].recipients
        assert len({(each.size_bytes, each.submitted_us, each.accepted_us) for each in letters}) == 1


def test_a_message_is_active_as_a_whole(run: Run) -> None:
    """In each round each letter that is still open is tried once, and the next round begins after all of them."""
    for message in run.messages():
        ended = -1
        for rows in message.rounds():
            (activated,) = {attempt.activated_us for _, _, attempt in rows}
            assert activated >= ended
            ended = max(attempt.ended_us for _, _, attempt in rows)


def test_who_travels_together_has_a_leader_who_tells_how(run: Run) -> None:
    for name, sender in run.scenario.senders.items():
        limit = sender.postconf.recipient_limit
        for rows in run.deliveries(name):
            leaders = [attempt for _, _, attempt in rows if attempt.connection != SHARED]
            others = [attempt for _, _, attempt in rows if attempt.connection == SHARED]
            assert rows[0][2] in leaders
            assert not limit or len(rows) <= limit * len(leaders)
            assert all(attempt.dns_queries == 0 for attempt in others)
            assert {attempt.dns_us for attempt in others} <= {attempt.dns_us for attempt in leaders}


def test_a_host_accepts_a_delivery_for_all_at_one_moment(run: Run) -> None:
    for name in run.scenario.senders:
        for rows in run.deliveries(name):
            leaders = [attempt for _, _, attempt in rows if attempt.connection != SHARED]
            accepted = {
                (each.host, letter.delivered_us) for _, letter, each in rows if each.reply == ACCEPTED
            }
            hosts = {host for host, _ in accepted}
            assert len(accepted) <= len(hosts) * len(leaders)


def test_a_round_makes_one_notice_for_those_refused_and_one_for_those_given_up(run: Run) -> None:
    expected: dict[tuple[str, int], int] = {}
    for message in run.messages():
        for outcome in (BOUNCED, EXPIRED):
            for rows in message.rounds():
                lost = [number for number, each, attempt in rows if _ends_with(each, attempt, outcome)]
                if lost:
                    expected[message.entry, min(lost)] = max(attempt.ended_us for _, _, attempt in rows)
    notices = {name[:2]: each.submitted_us for name, each in run.result.letters.items() if name[2] == DSN}
    # The round of a message may last beyond the end of the world; then its refusals are not told yet.
    assert notices.items() <= expected.items()
    for name in expected.keys() - notices.keys():
        assert _is_still_active(run, name), name


def _ends_with(letter: PlainLetter, attempt: PlainAttempt, outcome: int) -> bool:
    return letter.outcome == outcome and attempt is letter.attempts[-1]


def _is_still_active(run: Run, name: tuple[str, int]) -> bool:
    """Tell whether some letter of the message has begun fewer rounds than it should have."""
    entry, number = name
    for message in run.messages():
        if message.entry == entry and number in message.letters:
            last = max(len(each.attempts) for each in message.letters.values())
            lost = message.letters[number]
            return len(lost.attempts) == last and any(
                each.delivered_us < 0 and each.ended_us < 0 and len(each.attempts) < last
                for each in message.letters.values()
            )
    return False


def test_all_who_are_given_up_are_given_up_at_one_moment(run: Run) -> None:
    for message in run.messages():
        ends = {each.ended_us for each in message.letters.values() if each.outcome == EXPIRED}
        assert len(ends) <= 1


def test_a_message_is_told_to_be_late_once(run: Run) -> None:
    told = Counter(
        (entry, (number - 1) // run.scenario.letters[entry].recipients)
        for entry, number, kind in run.result.letters
        if kind == WARNING
    )
    assert all(times == 1 for times in told.values())


def test_no_more_deliveries_go_on_at_once_than_there_are_processes(run: Run) -> None:
    for name, sender in run.scenario.senders.items():
        leaders = [
            attempt
            for message in run.messages(name)
            for rows in message.rounds()
            for _, _, attempt in rows
            if attempt.connection not in (SHARED, SUSPENDED)
        ]
        steps = sorted([(each.handed_us, 1) for each in leaders] + [(each.ended_us, -1) for each in leaders])
        most = now = 0
        for _, step in steps:
            now += step
            most = max(most, now)
        assert most <= sender.postconf.default_process_limit
