"""Scenarios of overload and outages: what their comments promise, by arithmetic, must be seen when they are run."""

from itertools import pairwise
from statistics import fmean

import pytest

from sim.kernel.recorder import RunRecord
from sim.validation.cases.retry_herd import bursts
from sim.validation.cases.world import SECOND_US, delays_s, delivered_s
from sim.vocabulary.kinds import DUPLICATE, LETTER
from sim.vocabulary.outcomes import EXPIRED, INBOX
from sim.vocabulary.replies import ACCEPTED, DISK_FULL, DNS_TRY_AGAIN, RATE_LIMITED
from tests.cases.test_stories import MIN, H, outcomes, told

NEWSLETTER_S = range(6, 31)
"""Orders that come while the newsletter is on its way: from the sixth minute to the thirtieth."""


def replies(record: RunRecord, reply: int) -> int:
    return list(record.attempts["reply"]).count(reply)


def test_a_kept_connection_is_given_back_after_300_s_and_until_then_nobody_else_gets_in() -> None:
    """Twenty processes, all of them the shop's from its first letters on.

    Right value: smtp_connection_reuse_time_limit is 300 s, and a letter behind twenty takes 20 / 2 = 10 s more. So the
    door opens every 300 to 320 s, and an order each minute waits for half of that on average, never longer.
    """
    record = told("overloaded_receiver")
    orders = delays_s(record, "order")
    before, meanwhile = orders[1:5], orders[NEWSLETTER_S.start : NEWSLETTER_S.stop]
    assert max(before) < 2
    assert max(meanwhile) < 320
    assert fmean(meanwhile) == pytest.approx(150, abs=15)
    arrived_s = delivered_s(record, "order")[NEWSLETTER_S.start : NEWSLETTER_S.stop]
    doors = [later - earlier for earlier, later in pairwise(arrived_s) if later - earlier > 60]
    assert all(250 < opened < 320 for opened in doors)
    assert replies(record, ACCEPTED) == len(record.attempts)


@pytest.mark.parametrize(
    ("change", "longest_s"),
    [
        ("senders.shop.postconf.smtp_connection_cache_on_demand=no", 20 / 2),
        ("providers.company.connection_limit.per_client=10", 10 / 2),
    ],
    ids=["a connection for each letter", "half of the processes at most"],
)
def test_behind_so_many_letters_of_the_shop_an_order_waits_for_as_many_half_seconds(
    change: str, longest_s: float
) -> None:
    """Little's law: what is in front of the filter, divided by two letters a second; 0.2 s of roads come on top."""
    orders = delays_s(told("overloaded_receiver", change), "order")
    assert max(orders) == pytest.approx(longest_s, abs=0.25)


def test_a_filter_slower_than_the_sender_s_patience_makes_as_many_copies_as_there_are_tries() -> None:
    """Right value: six tries each, as case D38 derives them, and each leaves a copy; with 600 s one, and no more."""
    record = told("slow_filter_copies")
    kinds = list(record.letters["kind"])
    tries = sum(
        attempts for attempts, kind in zip(record.letters["attempts"], kinds, strict=True) if kind == LETTER
    )
    assert kinds.count(LETTER) + kinds.count(DUPLICATE) == tries == 36
    assert list(record.doubts["outcome"]) == [EXPIRED] * 6
    patient = told("slow_filter_copies", "senders.program.postconf.smtp_data_done_timeout=600s")
    assert (len(patient.letters), set(outcomes(patient))) == (6, {INBOX})
    assert len(patient.attempts) == 6


def test_who_asks_behind_a_newsletter_waits_until_it_is_through() -> None:
    """Right value: 20,000 letters at twenty a second are a line of 1,000 s, which gets shorter by a second a second.

    Whoever asks t seconds later waits t seconds less, 500 s on average; the road, a window that opens from 5 to 20,
    and the letters of this kind that stand in between (half a percent) make it up to 5 % more.
    """
    waits = delays_s(told("newsletter_in_front"), "password")
    through = [wait for wait in waits if wait > 2]
    assert 1000 <= waits[0] <= 1050
    assert 500 <= fmean(through) <= 530
    assert all(4 < earlier - later < 11 for earlier, later in pairwise(through[5:]))
    too_late = sum(wait > 10 * MIN for wait in through) / len(through)
    assert too_late == pytest.approx(0.4, abs=0.05)


def test_with_a_queue_of_its_own_the_letter_with_the_link_takes_its_own_second() -> None:
    assert max(delays_s(told("newsletter_in_front_two_queues"), "password")) < 1.1


def test_a_storm_lasts_for_replies_times_members_and_who_comes_last_waits_for_all_of_it() -> None:
    """Right value: 24 x 150 letters of 2 s, and no pause in between: two hours, from the first answer on.

    The note comes after 20 min, when 7,200 - 1,200 s of work are left. Among fifteen people nothing ever piles up.
    """
    record = told("reply_all_storm")
    assert delivered_s(record)[-1] == pytest.approx(2 * H, abs=4)
    assert delays_s(record, "note") == [pytest.approx(100 * MIN, abs=4)]
    own_group = told("reply_all_storm", "letters.answer.recipients=15")
    assert delays_s(own_group, "note")[0] < 4
    # A small message passes a large one, but not the hundred deliveries that are under way.
    passing = told("reply_all_storm", "senders.server.postconf.default_delivery_slot_cost=5")
    assert delays_s(passing, "note")[0] == pytest.approx(100 * 2, abs=4)


def test_what_an_outage_gathered_comes_back_at_once_every_seventy_minutes() -> None:
    """Letters of 300 s, scans at 100 s and every 300 s from there, and nobody there until 7,200 s.

    Right value: tries at 700 (the first scan 300 s later), 1,300, 2,500, 4,900 and 9,100 s: the first after the outage.
    From there every 4,200 s. Each burst gets the sixty that the provider has saved up, and one more for each second
    that it lasts, two at most: ten bursts for 600 letters.
    """
    herd = bursts(told("provider_outage"))
    assert [moment for moment, _ in herd] == [
        pytest.approx(9_100 + 4_200 * turn, abs=2) for turn in range(10)
    ]
    assert all(60 <= count <= 62 for _, count in herd[:-1])
    assert sum(count for _, count in herd) == 600


def test_chance_in_the_waits_breaks_up_the_herd_and_the_same_waits_without_chance_do_not() -> None:
    spread = told("provider_outage_with_jitter")
    assert replies(spread, RATE_LIMITED) == 0
    # A wait of 70 min at most and as much again by chance; the longest begins just before the provider is back.
    assert delivered_s(spread)[-1] < 2 * H + 140 * MIN
    together = bursts(told("provider_outage_with_jitter", "senders.shop.retry.jitter=0 %"))
    assert len(together) == 10
    assert [later[0] - earlier[0] for earlier, later in pairwise(together)] == [
        pytest.approx(70 * MIN, abs=3)
    ] * 9


@pytest.mark.parametrize(("limit", "limit_mb"), [("1 GB", 1000), ("500 MB", 500), ("50 MB", 50)])
def test_a_disk_is_full_the_sooner_the_larger_the_largest_letter_may_be(limit: str, limit_mb: float) -> None:
    """1.1 letters a second come, one in three seconds is filed, and of eleven letters ten are catalogues of 5 MB.

    Right value: the room taken grows by (1.1 - 1/3) x 5 MB x 10/11 = 3.485 MB a second, from 2 GB free to 1.5 times the
    limit. One letter more or less is 1.4 s. Notes are told the same as catalogues, and all are there in the end.
    """
    record = told("disk_full", f"providers.company.disk.message_size_limit={limit}")
    refused = [
        (ended / SECOND_US, record.names.entries[record.letters["entry"][letter]])
        for letter, ended, reply in zip(
            record.attempts["letter"], record.attempts["ended_us"], record.attempts["reply"], strict=True
        )
        if reply == DISK_FULL
    ]
    assert min(refused)[0] == pytest.approx((2000 - 1.5 * limit_mb) / 3.485, abs=2 * 1.4)
    assert {entry for _, entry in refused} == {"catalogue", "note"}
    assert set(outcomes(record)) == {INBOX}


def test_a_silent_resolver_costs_ten_seconds_a_question_and_few_questions_are_asked() -> None:
    """Right value: resolv.conf(5): 5 s, twice. Ten minutes have room for two rounds of five tries at each destination.

    A round of five tries takes 10 s or some more, and makes the destination dead for 300 s.
    """
    record = told("dns_silent")
    attempts = record.attempts
    asked = [
        (record.letters["provider"][letter], (ended - handed) / SECOND_US)
        for letter, handed, ended, reply, dns_us in zip(
            attempts["letter"],
            attempts["handed_us"],
            attempts["ended_us"],
            attempts["reply"],
            attempts["dns_us"],
            strict=True,
        )
        if reply == DNS_TRY_AGAIN and dns_us
    ]
    assert [seconds for _, seconds in asked] == [pytest.approx(10, abs=0.05)] * len(asked)
    assert all(5 <= [place for place, _ in asked].count(provider) <= 10 for provider in range(3))
    assert set(outcomes(record)) == {INBOX}
    late_s = [
        delivered / SECOND_US
        for accepted, delivered in zip(
            record.letters["accepted_us"], record.letters["delivered_us"], strict=True
        )
        if delivered - accepted > MIN * SECOND_US
    ]
    assert min(late_s) > 20 * MIN
    # The rest of five minutes of a dead destination, and the scan after it.
    assert max(late_s) < 20 * MIN + 600
