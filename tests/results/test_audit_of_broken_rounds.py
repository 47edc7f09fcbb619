"""A town of messages with several recipients, run by an engine with a fault in one place: the audit finds it."""

from collections.abc import Sequence

import pytest

from sim.mail import rounds
from sim.mail.fates import Fates
from sim.mail.queue_manager import QueueManager
from sim.mail.rounds import Rounds
from sim.mail.window import DestinationKey
from sim.results.audit import audit
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.connections import NEW
from tests.mail.town import mapping
from tests.results.broken_town import Break, after_init
from tests.results.test_audit_of_runs import MESSAGES


def deliveries_of_any_size(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, Rounds, _limit=100)


def each_recipient_tells_a_delivery(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rounds, "SHARED", NEW)


def a_dsn_for_each_recipient(patch: pytest.MonkeyPatch) -> None:
    settle = Fates.settle

    def settle_one_by_one(fates: Fates, bounced: Sequence[int], left: Sequence[int], now_us: int) -> None:
        for row in bounced:
            fates.bounce.return_to_sender(row, now_us)
        settle(fates, (), left, now_us)

    patch.setattr(Fates, "settle", settle_one_by_one)


def a_dsn_as_soon_as_somebody_is_refused(patch: pytest.MonkeyPatch) -> None:
    refuse, settle = Fates.refuse, Fates.settle

    def refuse_at_once(fates: Fates, row: int, now_us: int) -> None:
        refuse(fates, row, now_us)
        fates.bounce.return_to_sender(row, now_us)

    patch.setattr(Fates, "refuse", refuse_at_once)
    patch.setattr(Fates, "settle", lambda fates, _, left, now_us: settle(fates, (), left, now_us))


def the_last_recipient_misses_a_round(patch: pytest.MonkeyPatch) -> None:
    """Whoever was tried once and is the last of several stays where he is."""
    groups = Rounds._groups

    def some(own: Rounds, row: int) -> dict[DestinationKey, list[int]]:
        found = groups(own, row)
        last = list(found)[-1]
        if own._letters.attempts[found[last][-1]] == 1 and len(found[last]) > 1:
            found[last].pop()
        return found

    patch.setattr(Rounds, "_groups", some)


def nobody_knows_who_was_tried(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(QueueManager, "tried_letters", lambda manager: [])


def those_who_were_tried_are_said_to_be_deferred(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("sim.mail.queue_manager.TRIED", 4)


@pytest.mark.parametrize(
    ("break_it", "found"),
    [
        (deliveries_of_any_size, "deliveries_within_recipient_limit"),
        (each_recipient_tells_a_delivery, "handed_over_one_by_one"),
        (a_dsn_for_each_recipient, "a_dsn_for_each_return"),
        (a_dsn_as_soon_as_somebody_is_refused, "a_dsn_belongs_to_its_letter"),
        (the_last_recipient_misses_a_round, "each_round_takes_all_along"),
        (nobody_knows_who_was_tried, "still_somewhere_if_not_gone"),
        (those_who_were_tried_are_said_to_be_deferred, "stands_where_it_should"),
    ],
)
def test_a_fault_in_the_rounds_of_messages_is_found(
    monkeypatch: pytest.MonkeyPatch, break_it: Break, found: str
) -> None:
    break_it(monkeypatch)
    checks = audit(run_once(scenario_from_mapping(mapping(MESSAGES)), seed=3)).failures

    assert found in {check.name.partition(".")[0] for check in checks}
