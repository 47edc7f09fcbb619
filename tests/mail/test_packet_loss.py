"""Lost packets: how often a step of the conversation is late, and by how much."""

from math import sqrt
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sim.kernel.draws import letter_key
from sim.mail.delivery import Delivery
from sim.mail.packet_loss import ENVELOPE, GREETING, HELLO, SYN, PacketLoss, retransmission_us
from sim.vocabulary.connections import REUSED
from sim.vocabulary.outcomes import INBOX
from sim.vocabulary.replies import ACCEPTED, CONNECT_TIMED_OUT, CONVERSATION_TIMED_OUT
from sim.vocabulary.stages import CONNECT, EHLO, END_OF_DATA, RCPT
from sim.vocabulary.stages import GREETING as AT_GREETING
from tests.mail.town import ALL_AT_ONCE, MS, NEVER_DEAD, ROUND_TRIP, S, fault, run

NUMBER = 3_000


def lossy(share: str, count: int = NUMBER, **more: Any) -> dict[str, Any]:
    """A campaign over a road that loses packets: a letter a second, and none waits for another."""
    return {
        **NEVER_DEAD,
        **ALL_AT_ONCE,
        "duration": "6 h",
        "default_road.loss": share,
        "senders.school.postconf.smtp_connection_cache_on_demand": "no",
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": count, "pace": "1/s"},
        **more,
    }


def drawn(share: float, group: int, round_trips: int, count: int = 20_000) -> list[int]:
    """Delays of one group in many attempts of one letter, in seconds."""
    world = SimpleNamespace(
        letters=SimpleNamespace(key=lambda _: letter_key("notice", 1)),
        draws=SimpleNamespace(purpose=lambda _: 12_345),
    )
    loss = PacketLoss(cast(Any, world))
    road = SimpleNamespace(network=SimpleNamespace(loss_at=lambda _: share))
    delivery = SimpleNamespace(row=0, attempt=0, candidate=0, first_address=0, route=road)
    delays = []
    for attempt in range(count):
        delivery.attempt = attempt
        delays.append(loss.delay_us(cast(Delivery, delivery), group, 0, round_trips) // S)
    return delays


@pytest.mark.parametrize("losses", range(8))
def test_so_many_losses_in_a_row_hold_a_packet_up_for_one_second_less_than_a_power_of_two(
    losses: int,
) -> None:
    """RFC 6298: 1 s, doubled after each time-out: 0, 1, 3, 7, 15 s and so on."""
    assert retransmission_us(losses) == sum(2**k for k in range(losses)) * S


@pytest.mark.parametrize("group", [SYN, GREETING, HELLO, ENVELOPE])
@pytest.mark.parametrize(("share", "round_trips"), [(0.01, 1), (0.1, 1), (0.1, 5), (0.4, 2)])
def test_a_group_is_late_with_the_probability_that_any_of_its_packets_is_lost(
    share: float, round_trips: int, group: int
) -> None:
    """A round trip is two packets. At least k losses in a row happen with the k-th power of that."""
    once = 1 - (1 - share) ** (2 * round_trips)
    delays = drawn(share, group, round_trips)
    for losses in (1, 2, 3):
        expected = once**losses
        found = sum(delay >= 2**losses - 1 for delay in delays) / len(delays)
        assert found == pytest.approx(expected, abs=4 * sqrt(expected * (1 - expected) / len(delays)) + 1e-9)


def test_nothing_is_late_where_nothing_is_lost() -> None:
    assert set(drawn(0, SYN, 1, 100)) == {0}


@pytest.mark.parametrize(
    ("pipelining", "tls", "packets"),
    [(True, "none", 10), (False, "none", 12), (True, "1.3", 16), (True, "1.2", 18)],
)
def test_a_letter_is_on_time_with_the_probability_that_none_of_its_packets_is_lost(
    pipelining: bool, tls: str, packets: int
) -> None:
    """Five groups of one round trip; MAIL and RCPT take two without PIPELINING, EHLO four or five with TLS.

    All that is late is late by whole seconds.
    """
    changes = lossy("5 %", **{"providers.office.pipelining": pipelining, "senders.school.tls": tls})
    changes["providers.office.tls"] = tls != "none"
    result = run(changes)
    base_ms = min(attempt.ended_us - attempt.handed_us for attempt in result.attempts()) // MS
    late_ms = [(attempt.ended_us - attempt.handed_us) // MS - base_ms for attempt in result.attempts()]
    assert {late % 1000 for late in late_ms} == {0}
    on_time = sum(late == 0 for late in late_ms) / len(late_ms)
    expected = 0.95**packets
    assert on_time == pytest.approx(expected, abs=4 * sqrt(expected * (1 - expected) / NUMBER))
    assert {letter.outcome for letter in result.letters.values()} == {INBOX}


def test_a_kept_connection_loses_fewer_packets() -> None:
    """RSET, MAIL with RCPT, and the dot with DATA: three round trips."""
    changes = lossy("5 %", **{"senders.school.postconf.smtp_connection_cache_on_demand": "yes"})
    attempts = [a for a in run(changes).attempts() if a.connection == REUSED]
    on_time = sum(a.ended_us - a.handed_us < 4 * ROUND_TRIP for a in attempts) / len(attempts)
    expected = 0.95**6
    assert len(attempts) > 300
    assert on_time == pytest.approx(expected, abs=4 * sqrt(expected * (1 - expected) / len(attempts)))


def test_a_syn_that_is_lost_for_longer_than_the_patience_times_out() -> None:
    """With a connect timeout of 2 s a SYN may be lost once: twice in a row happens with q * q, q = 1 - 0.7 * 0.7."""
    changes = lossy("30 %", **{"senders.school.postconf.smtp_connect_timeout": 2})
    result = run(changes)
    first = [result.first(number) for number in range(1, NUMBER + 1)]
    timed_out = [attempt for attempt in first if attempt.stage == CONNECT]
    assert {(a.reply, a.ended_us - a.handed_us) for a in timed_out} == {(CONNECT_TIMED_OUT, 2 * S)}
    expected = 0.51**2
    share = len(timed_out) / NUMBER
    assert share == pytest.approx(expected, abs=4 * sqrt(expected * (1 - expected) / NUMBER))


@pytest.mark.parametrize(
    ("setting", "stage", "sent_trips"),
    [
        ("smtp_rcpt_timeout", RCPT, 3),
        ("smtp_data_done_timeout", END_OF_DATA, 4),
    ],
)
def test_a_group_that_is_lost_for_longer_than_its_time_out_ends_the_conversation(
    setting: str, stage: int, sent_trips: int
) -> None:
    """A time-out of 1 s is over with the first loss, a hop before the copy of 1 s is there."""
    changes = lossy("5 %", 1000, **{f"senders.school.postconf.{setting}": 1})
    ended = [a for a in run(changes).attempts() if a.reply == CONVERSATION_TIMED_OUT]
    assert ended
    assert {a.stage for a in ended} == {stage}
    punctual = [a for a in ended if a.ended_us - a.handed_us < 2 * S]
    assert {(a.ended_us - a.handed_us) // MS for a in punctual} == {1000 + 20 * sent_trips}


def test_a_hello_that_is_held_up_for_longer_than_its_time_out_is_given_up() -> None:
    """With 2 s for greeting and EHLO: the greeting by 2 s after TCP, EHLO by 2 s after the greeting."""
    changes = lossy("20 %", 1000, **{"senders.school.postconf.smtp_helo_timeout": 2})
    ended = [a for a in run(changes).attempts() if a.reply == CONVERSATION_TIMED_OUT]
    late_ms = {
        stage: {(a.ended_us - a.handed_us) // MS % 1000 for a in ended if a.stage == stage}
        for stage in (AT_GREETING, EHLO)
    }
    assert late_ms == {AT_GREETING: {20}, EHLO: {40}}


def test_a_road_loses_more_while_a_fault_says_so() -> None:
    """A share of 40 % for ten minutes on a road that is sound otherwise."""
    changes = lossy(
        "0 %",
        1200,
        **{
            "roads.street": {"from": "school", "to": "office", "round_trip": "20 ms"},
            "faults": [fault("roads.street", "losing", 300, 600, share="40 %")],
        },
    )
    result = run(changes)
    late = [result.first(n).ended_us - result.first(n).handed_us > 5 * ROUND_TRIP for n in range(1, 1201)]
    assert not any(late[:299] + late[910:])
    expected = 1 - 0.6**10
    assert sum(late[300:890]) / 590 == pytest.approx(expected, abs=4 * sqrt(expected * (1 - expected) / 590))
    assert {result.first(n).reply for n in range(1, 300)} == {ACCEPTED}


def test_a_fault_comes_on_top_of_what_the_road_loses_anyway() -> None:
    """10 % and half of the rest: 55 %. All ten packets of a letter come through with 0.45 to the tenth power."""
    changes = lossy("0 %", 1000)
    changes["roads.street"] = {"from": "school", "to": "office", "round_trip": "20 ms", "loss": "10 %"}
    changes["faults"] = [fault("roads.street", "losing", 0, 7200, share="50 %")]
    changes["senders.school.postconf.smtp_connect_timeout"] = 1
    result = run(changes)
    opened = sum(result.first(n).stage != CONNECT for n in range(1, 1001)) / 1000
    expected = 0.45**2
    assert opened == pytest.approx(expected, abs=4 * sqrt(expected * (1 - expected) / 1000))
