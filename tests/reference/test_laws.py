"""Laws that hold in every random world, checked on what a run leaves behind and on nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest

from sim.reference.plain_run import run_plain
from sim.reference.records import LetterName, PlainAttempt, PlainLetter, PlainResult
from sim.scenario.load import scenario_from_mapping
from sim.scenario.postconf import Postconf
from sim.scenario.schema import Scenario
from sim.scenario.sender import Sender
from sim.vocabulary.connections import NEW, REUSED, SUSPENDED
from sim.vocabulary.kinds import DSN, LETTER, WARNING
from sim.vocabulary.outcomes import BOUNCED, EXPIRED
from sim.vocabulary.replies import ACCEPTED, PERMANENT
from tests.reference.small import S
from tests.reference.worlds import world

WORLDS = range(50)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Run:
    """A random world, and what became of its letters."""

    scenario: Scenario
    result: PlainResult

    def letters(self, sender: str | None = None) -> Iterator[tuple[LetterName, PlainLetter]]:
        """Give the letters of a sender, or of all, without the notices."""
        for name, letter in self.result.letters.items():
            if name[2] == LETTER and sender in (None, self.scenario.letters[name[0]].sender):
                yield name, letter

    def second(self, moment: int) -> int:
        """Read a clock on the wall in whole seconds."""
        return ((self.scenario.start - EPOCH) // timedelta(microseconds=1) + moment) // S

    def is_untroubled(self, name: str, sender: Sender) -> bool:
        """Tell whether a letter is active the moment it is due: nothing keeps the sender from taking it."""
        usual = Postconf().qmgr_message_active_limit
        return (
            not sender.host.import_time_us
            and sender.postconf.qmgr_message_active_limit == usual
            and all(fault.where != f"senders.{name}" for fault in self.scenario.faults)
        )


@cache
def _run(number: int) -> Run:
    scenario = scenario_from_mapping(world(number))
    return Run(scenario, run_plain(scenario))


@pytest.fixture(params=WORLDS, ids="world{}".format)
def run(request: pytest.FixtureRequest) -> Run:
    """Give each world in turn."""
    return _run(request.param)


def _failures(letter: PlainLetter, postconf: Postconf) -> list[PlainAttempt]:
    """List the attempts after which a letter may be tried again."""
    permanent = frozenset[int]() if postconf.soft_bounce else PERMANENT
    return [each for each in letter.attempts if each.reply != ACCEPTED and each.reply not in permanent]


def test_time_goes_forward(run: Run) -> None:
    for letter in run.result.letters.values():
        moments = [letter.submitted_us]
        if letter.accepted_us >= 0:
            moments.append(letter.accepted_us)
        for attempt in letter.attempts:
            moments += [attempt.activated_us, attempt.handed_us, attempt.ended_us]
        assert moments == sorted(moments)
        assert all(moment < run.scenario.duration_us for moment in moments)
        if letter.ended_us >= 0:
            assert letter.ended_us >= moments[0]


def test_postfix_comes_back_at_the_first_scan_after_its_cool_off(run: Run) -> None:
    for name, sender in run.scenario.senders.items():
        if sender.retry is not None or not run.is_untroubled(name, sender):
            continue
        postconf = sender.postconf
        period = postconf.queue_run_delay * S
        grid = {
            after.activated_us % period
            for _, letter in run.letters(name)
            for _, after in pairwise(letter.attempts)
        }
        assert len(grid) <= 1
        for _, letter in run.letters(name):
            for before, after in pairwise(letter.attempts):
                failed = run.second(before.ended_us)
                age = failed - run.second(letter.accepted_us)
                due = failed + min(max(age, postconf.minimal_backoff_time), postconf.maximal_backoff_time)
                assert run.second(after.activated_us) + 1 >= due
                # The scan before was too early, or the letter was not back yet.
                scan_before = after.activated_us - period
                assert scan_before <= before.ended_us or run.second(scan_before) + 1 < due


def test_other_rules_come_back_after_their_waits(run: Run) -> None:
    for name, sender in run.scenario.senders.items():
        rule = sender.retry
        if rule is None or not run.is_untroubled(name, sender):
            continue
        first, growing = rule.steps
        for _, letter in run.letters(name):
            for number, (before, after) in enumerate(pairwise(letter.attempts)):
                wait = after.activated_us - before.ended_us
                assert wait >= first.every_us
                if rule.queue_run_us is not None:
                    longest = first.until_us if number == 0 else growing.until_us * 2
                    assert wait < longest * (1 + rule.jitter_ratio) + rule.queue_run_us
                    continue
                # Three waits of a third of the first step, then the growing ones.
                nominal = first.every_us if number < 3 else growing.every_us * growing.factor ** (number - 3)
                assert nominal <= wait + 1 <= nominal * (1 + rule.jitter_ratio) + 1


def test_a_letter_is_given_up_at_its_first_failure_past_its_lifetime(run: Run) -> None:
    for name, sender in run.scenario.senders.items():
        if sender.retry is not None:
            continue
        for _, letter in run.letters(name):
            failures = _failures(letter, sender.postconf)
            ages = [run.second(each.ended_us) - run.second(letter.accepted_us) for each in failures]
            old = [age for age in ages if age >= sender.postconf.maximal_queue_lifetime]
            assert len(old) == (1 if letter.outcome == EXPIRED else 0)
            if old:
                assert letter.ended_us == letter.attempts[-1].ended_us == failures[-1].ended_us


def test_a_refusal_for_good_sends_a_letter_back_but_for_soft_bounce(run: Run) -> None:
    for name, sender in run.scenario.senders.items():
        for _, letter in run.letters(name):
            refused = [each for each in letter.attempts if each.reply in PERMANENT]
            if sender.postconf.soft_bounce:
                assert letter.outcome != BOUNCED
            else:
                assert len(refused) == (1 if letter.outcome == BOUNCED else 0)


def test_each_lost_letter_comes_back_once_and_no_other_does(run: Run) -> None:
    lost = {
        (*name[:2], DSN): each.ended_us for name, each in run.letters() if each.outcome in (BOUNCED, EXPIRED)
    }
    returned = {name: each.submitted_us for name, each in run.result.letters.items() if name[2] == DSN}
    assert lost == returned


def test_each_late_letter_makes_one_notice_and_no_other_does(run: Run) -> None:
    expected = {}
    for sender_name, sender in run.scenario.senders.items():
        patience = sender.postconf.delay_warning_time
        for name, letter in run.letters(sender_name):
            put_aside = _failures(letter, sender.postconf)
            if letter.outcome == EXPIRED:
                put_aside.pop()
            late = [
                each.ended_us
                for each in put_aside
                if run.second(each.ended_us) - run.second(letter.accepted_us) >= patience - 1
            ]
            if patience and late:
                expected[(*name[:2], WARNING)] = late[0]
    found = {name: each.submitted_us for name, each in run.result.letters.items() if name[2] == WARNING}
    assert expected == found


def _deliveries(run: Run, sender: str) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Give the deliveries to each destination, from hand-over to end, without letters held back."""
    apart = run.scenario.senders[sender].postconf.recipient_limit == 1
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for _, letter in run.letters(sender):
        key = letter.provider, letter.mailbox if apart else -1
        found.setdefault(key, []).extend(
            (each.handed_us, each.ended_us) for each in letter.attempts if each.connection != SUSPENDED
        )
    return {key: sorted(deliveries) for key, deliveries in found.items()}


def _most_at_once(deliveries: list[tuple[int, int]]) -> int:
    steps = sorted([(begin, 1) for begin, _ in deliveries] + [(end, -1) for _, end in deliveries])
    most = now = 0
    for _, step in steps:
        now += step
        most = max(most, now)
    return most


def test_no_more_deliveries_go_on_at_once_than_are_allowed(run: Run) -> None:
    for name, sender in run.scenario.senders.items():
        by_destination = _deliveries(run, name)
        limit = sender.postconf.destination_limit
        for deliveries in by_destination.values():
            assert not limit or _most_at_once(deliveries) <= limit
        everything = [each for deliveries in by_destination.values() for each in deliveries]
        assert _most_at_once(everything) <= sender.postconf.default_process_limit


def test_a_rate_delay_lies_between_two_deliveries(run: Run) -> None:
    for name, sender in run.scenario.senders.items():
        pause = sender.postconf.rate_delay_s * S
        if not pause:
            continue
        for deliveries in _deliveries(run, name).values():
            assert all(after[0] >= before[1] + pause for before, after in pairwise(deliveries))


def test_no_delivery_is_faster_than_its_turnarounds(run: Run) -> None:
    """RFC 2920: three round trips before MAIL and two after it with pipelining, four without."""
    for name in run.scenario.senders:
        for _, letter in run.letters(name):
            provider_name = run.result.providers[letter.provider]
            provider = run.scenario.providers[provider_name]
            roads = [
                each
                for each in run.scenario.roads.values()
                if (each.sender, each.provider) == (name, provider_name)
            ]
            round_trip = 2 * ((roads[0] if roads else run.scenario.default_road).round_trip_us // 2)
            for each in letter.attempts:
                if each.connection in (NEW, REUSED):
                    before_mail = 3 if each.connection == NEW else 1
                    assert each.setup_us - each.dns_us >= before_mail * round_trip
                if each.reply == ACCEPTED:
                    after_mail = 2 if provider.pipelining else 4
                    assert each.ended_us - each.handed_us - each.setup_us >= after_mail * round_trip
