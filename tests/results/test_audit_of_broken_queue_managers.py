"""Queue managers with a fault in one place, each of which the audit of what it left behind must find."""

from dataclasses import replace
from itertools import chain, repeat
from typing import Any

import pytest

from sim.mail import retry_clock
from sim.mail.agents import Agents
from sim.mail.deferred_queue import DeferredQueue
from sim.mail.delivery import Delivery
from sim.mail.fates import Fates
from sim.mail.importer import Importer
from sim.mail.pauses import Pauses
from sim.mail.queue_manager import QueueManager
from sim.mail.retry_clock import PostfixClock, RuleClock
from sim.mail.window import WindowRules
from sim.vocabulary.replies import GREYLISTED, PERMANENT
from tests.results.broken_town import Break, after_init, failed


def no_cool_off(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, PostfixClock, _minimal_s=0, _maximal_s=0)


def no_longer_cool_off_for_the_old(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, PostfixClock, _maximal_s=300)


def scans_at_another_time(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, PostfixClock, phase_us=19_000_000)


def scans_forget_somebody(patch: pytest.MonkeyPatch) -> None:
    whole = DeferredQueue.due
    patch.setattr(DeferredQueue, "due", lambda queue, scan: whole(queue, scan)[1:])


def scans_are_not_made(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Importer, "expect", lambda importer, scan: None)


def letters_never_grow_old(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, PostfixClock, _lifetime_s=10**9)


def letters_are_given_up_at_once(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, PostfixClock, _lifetime_s=10)


def waits_half_as_long_as_the_rule_s(patch: pytest.MonkeyPatch) -> None:
    whole = retry_clock.nominal_waits_us
    patch.setattr(retry_clock, "nominal_waits_us", lambda rule: (wait_us / 2 for wait_us in whole(rule)))


def queue_runs_forgotten(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, RuleClock, interval_us=10**10)


def the_last_wait_of_a_rule_again_and_again(patch: pytest.MonkeyPatch) -> None:
    whole = retry_clock.nominal_waits_us
    patch.setattr(retry_clock, "nominal_waits_us", lambda rule: chain(whole(rule), repeat(60e6)))
    after_init(patch, RuleClock, _lifetime_us=10**18)


def a_rule_without_its_last_step(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, RuleClock, _lifetime_us=20 * 60 * 10**6)


def what_is_refused_for_good_is_returned_all_the_same(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, QueueManager, _permanent=PERMANENT)


def nobody_is_warned(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, Fates, _warning_s=0)


def warned_a_minute_late(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, Fates, _warning_s=11 * 60)


def warned_at_every_attempt(patch: pytest.MonkeyPatch) -> None:
    class Forgetful(set[int]):
        def __contains__(self, _: object) -> bool:
            return False

    begin = Fates.__init__

    def init(fates: Fates, *args: Any, **named: Any) -> None:
        begin(fates, *args, **named)
        fates._warned = Forgetful()

    patch.setattr(Fates, "__init__", init)


def no_pause_between_deliveries(patch: pytest.MonkeyPatch) -> None:
    rules = WindowRules.of
    patch.setattr(WindowRules, "of", lambda postconf: replace(rules(postconf), rate_delay_us=0))


def a_pause_does_not_end_a_rest(patch: pytest.MonkeyPatch) -> None:
    begin = Pauses.begin_after

    def pauses_if_alive(pauses: Pauses, delivery: Delivery, now_us: int) -> None:
        if not delivery.destination.dead:
            begin(pauses, delivery, now_us)

    patch.setattr(Pauses, "begin_after", pauses_if_alive)
    after_init(patch, QueueManager, _dead_us=300 * 10**6)


def a_greylisted_letter_slows_its_destination_down(patch: pytest.MonkeyPatch) -> None:
    done = QueueManager.done

    def done_badly(manager: QueueManager, delivery: Delivery) -> None:
        delivery.site_failure |= delivery.reply == GREYLISTED
        done(manager, delivery)

    patch.setattr(QueueManager, "done", done_badly)


def each_recipient_is_a_destination(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, QueueManager, _by_recipient=True)


def any_number_of_processes(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, Agents, free=1000)


def windows_without_limit(patch: pytest.MonkeyPatch) -> None:
    rules = WindowRules.of
    patch.setattr(WindowRules, "of", lambda postconf: replace(rules(postconf), limit=10**6))


def several_hand_overs_at_once(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, Agents, _serial_us=0)


def imports_without_time(patch: pytest.MonkeyPatch) -> None:
    after_init(patch, Importer, _import_us=1)


@pytest.mark.parametrize(
    ("break_it", "found"),
    [
        (no_cool_off, "not_tried_again_too_early"),
        (no_longer_cool_off_for_the_old, "not_tried_again_too_early"),
        (scans_at_another_time, "not_tried_again_too_early"),
        (scans_forget_somebody, "still_somewhere_if_not_gone"),
        (scans_are_not_made, "scans_leave_nobody_behind"),
        (letters_never_grow_old, "put_off_only_while_young"),
        (letters_are_given_up_at_once, "given_up_only_when_old"),
        (waits_half_as_long_as_the_rule_s, "not_tried_again_too_early"),
        (queue_runs_forgotten, "scans_leave_nobody_behind"),
        (the_last_wait_of_a_rule_again_and_again, "put_off_only_while_young"),
        (a_rule_without_its_last_step, "given_up_only_when_old"),
        (what_is_refused_for_good_is_returned_all_the_same, "outcome_fits_last_answer"),
        (nobody_is_warned, "a_warning_for_each_late_letter"),
        (warned_a_minute_late, "a_warning_belongs_to_its_letter"),
        (warned_at_every_attempt, "a_warning_for_each_late_letter"),
        (no_pause_between_deliveries, "paused_between_deliveries"),
        (a_pause_does_not_end_a_rest, "held_back_only_after_a_failure"),
        (a_greylisted_letter_slows_its_destination_down, "held_back_only_after_a_failure"),
        (each_recipient_is_a_destination, "windows_within_limit"),
        (any_number_of_processes, "processes_within_limit"),
        (windows_without_limit, "windows_within_limit"),
        (several_hand_overs_at_once, "handed_over_one_by_one"),
        (imports_without_time, "imported_one_by_one"),
    ],
)
def test_a_fault_in_a_queue_manager_is_found(
    monkeypatch: pytest.MonkeyPatch, break_it: Break, found: str
) -> None:
    break_it(monkeypatch)

    assert found in failed()
