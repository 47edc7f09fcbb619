"""One letter over SMTP: round trips, hosts in turn, and what becomes of it when the network or a host fails."""

from math import sqrt
from typing import Any

import pytest

from sim.vocabulary.connections import NEW, NO_CONNECTION, REUSED
from sim.vocabulary.outcomes import INBOX
from sim.vocabulary.replies import (
    ACCEPTED,
    CONNECT_TIMED_OUT,
    CONNECTION_REFUSED,
    CONVERSATION_TIMED_OUT,
    LOST_CONNECTION,
    NO_ROUTE,
    SERVER_BUSY,
)
from sim.vocabulary.stages import CONNECT, END_OF_DATA, GREETING, RCPT
from tests.mail.town import HOP, MIN, MS, ONE_AT_A_TIME, ROUND_TRIP, Outcome, S, run, times

TWO_HOSTS = [{"host": "mx1", "preference": 10}, {"host": "mx2", "preference": 20}]


def fault(where: str, what: str, at_s: float, for_s: float, **more: str) -> dict[str, Any]:
    return {
        "at": f"{round(at_s * 1000)} ms",
        "for": f"{round(for_s * 1000)} ms",
        "where": where,
        "what": what,
        **more,
    }


def hosts_used(result: Outcome) -> list[str]:
    return [result.record.names.hosts[attempt.host] for attempt in result.attempts()]


@pytest.mark.parametrize(
    ("round_trips", "pipelining", "offers_tls", "tls"),
    [
        (7, False, False, "1.3"),
        (5, True, False, "1.3"),
        (8, True, True, "1.3"),
        (9, True, True, "1.2"),
        (10, False, True, "1.3"),
        (5, True, True, "none"),
    ],
)
def test_a_new_connection_costs_so_many_round_trips(
    round_trips: int, pipelining: bool, offers_tls: bool, tls: str
) -> None:
    """TCP, banner, EHLO, MAIL, RCPT, DATA, body with dot: 7 (RFC 5321); two less with PIPELINING (RFC 2920).

    STARTTLS adds its command, the handshake (1 with TLS 1.3, 2 with 1.2) and a second EHLO (RFC 3207).
    """
    changes = {
        "providers.office.pipelining": pipelining,
        "providers.office.tls": offers_tls,
        "senders.school.tls": tls,
    }
    result = run(changes)
    attempt = result.first()
    assert attempt.ended_us == round_trips * ROUND_TRIP
    # The last hop brings the answer back.
    assert result.letter().delivered_us == attempt.ended_us - HOP
    assert (attempt.connection, attempt.stage, attempt.reply) == (NEW, END_OF_DATA, ACCEPTED)


def test_the_resolver_s_answer_comes_before_all_round_trips() -> None:
    """One question for MX, one for the address, 30 ms each, and 1 ms for the way to the resolver."""
    changes = {
        "senders.school.resolver": "campus",
        "resolvers.campus": {"lookup_time": "30 ms", "hit_time": "1 ms"},
    }
    attempt = run(changes).first()
    assert (attempt.dns_us, attempt.dns_queries) == (61 * MS, 2)
    assert attempt.ended_us == 61 * MS + 5 * ROUND_TRIP
    assert attempt.setup_us == 61 * MS + 3 * ROUND_TRIP


def test_each_reply_takes_the_host_s_command_time_and_the_greeting_its_delay() -> None:
    """10 s for the banner, 1 s for EHLO; then 1 s each for MAIL, RCPT and DATA."""
    changes = {"providers.office.command_time": "1 s", "providers.office.banner_delay": "10 s"}
    attempt = run(changes).first()
    assert attempt.setup_us == 3 * ROUND_TRIP + 10 * S + 1 * S
    assert attempt.ended_us == 5 * ROUND_TRIP + 10 * S + 4 * S


def test_a_reused_connection_takes_the_time_of_its_four_commands() -> None:
    """RSET, then MAIL, RCPT and DATA: 1 s each."""
    changes = {
        **ONE_AT_A_TIME,
        "providers.office.command_time": "1 s",
        "letters.notice.times": times(0, 0, 0),
    }
    attempt = run(changes).first(3)
    assert attempt.connection == REUSED
    assert attempt.setup_us == ROUND_TRIP + 1 * S
    assert attempt.ended_us - attempt.handed_us == 3 * ROUND_TRIP + 4 * S


@pytest.mark.parametrize(("slow_s", "later_s"), [(0, 0), (2, 4)])
def test_a_refusal_at_rcpt_takes_the_time_of_the_commands_before_it(slow_s: int, later_s: int) -> None:
    """EHLO, MAIL and RCPT, 1 s each; a slow host is slow in its greeting and at RCPT."""
    changes: dict[str, Any] = {
        "providers.office.command_time": "1 s",
        "letters.notice.unknown_users": "100 %",
    }
    if slow_s:
        changes["faults"] = [fault("providers.office", "slow", 0, 60, by=f"{slow_s} s")]
    attempt = run(changes).first()
    assert (attempt.stage, attempt.ended_us) == (RCPT, 4 * ROUND_TRIP + (3 + later_s) * S)


@pytest.mark.parametrize("what", ["down", "silent"])
def test_a_connection_that_broke_does_not_count_at_the_host_any_more(what: str) -> None:
    """The host has one place. The first letter's connection breaks at its dot; a letter much later finds room."""
    changes = {
        "duration": "2 h",
        "providers.office.connection_limit": {"total": 1},
        "letters.notice.times": times(0, 4000),
        "senders.school.scan_phase": "299 s",
        "faults": [fault("providers.office", what, 0.085, 700)],
    }
    assert run(changes).first(2).reply == ACCEPTED


def test_a_conversation_may_take_hours_to_set_up() -> None:
    """Silly, but the scenario says so, and no time-out of Postfix's ends a greeting that is merely late here."""
    attempt = run({"duration": "5 h", "providers.office.banner_delay": "80 min"}).first()
    assert attempt.setup_us == 80 * MIN + 3 * ROUND_TRIP


def test_a_body_takes_its_bytes_over_the_bandwidth() -> None:
    """100 kB are 800,000 bits: 100 ms at 8 Mbit/s."""
    changes = {"letters.notice.size": "100 kB", "default_road.bandwidth": "8 Mbit/s"}
    assert run(changes).first().ended_us == 5 * ROUND_TRIP + 100 * MS


@pytest.mark.parametrize(("silent_for_s", "syn_s"), [(0.5, 1), (2, 3), (5, 7), (10, 15)])
def test_a_syn_that_is_lost_is_sent_again_until_the_host_answers(silent_for_s: float, syn_s: int) -> None:
    result = run({"faults": [fault("providers.office", "silent", 0, silent_for_s)]})
    assert result.first().ended_us == syn_s * S + 5 * ROUND_TRIP
    assert result.letter().outcome == INBOX


@pytest.mark.parametrize(
    ("where", "what", "reply", "known_us"),
    [
        ("providers.office", "silent", CONNECT_TIMED_OUT, 30 * S),
        ("providers.office", "down", CONNECTION_REFUSED, ROUND_TRIP),
        ("roads.street", "silent", CONNECT_TIMED_OUT, 30 * S),
        ("roads.street", "down", NO_ROUTE, ROUND_TRIP),
    ],
)
def test_a_connection_that_cannot_be_opened_fails_after_30_s_of_silence_or_at_once(
    where: str, what: str, reply: int, known_us: int
) -> None:
    changes = {
        "roads.street": {"from": "school", "to": "office", "round_trip": "20 ms"},
        "faults": [fault(where, what, 0, 60)],
    }
    attempt = run(changes).first()
    assert (attempt.reply, attempt.ended_us) == (reply, known_us)
    assert (attempt.stage, attempt.connection, attempt.setup_us) == (CONNECT, NO_CONNECTION, known_us)


@pytest.mark.parametrize(("hosts", "tried"), [(1, 1), (2, 2), (8, 5)])
def test_a_blocked_port_25_times_out_at_each_host_up_to_five(hosts: int, tried: int) -> None:
    """OP25B drops what goes to port 25; smtp_mx_address_limit is 5, smtp_connect_timeout 30 s."""
    changes = {
        "senders.school.outbound_port_25": "blocked",
        "providers.office.mx": [{"host": f"mx{number}"} for number in range(hosts)],
    }
    attempt = run(changes).first()
    assert (attempt.reply, attempt.stage, attempt.ended_us) == (CONNECT_TIMED_OUT, CONNECT, tried * 30 * S)


def test_letters_behind_a_blocked_port_never_arrive() -> None:
    result = run({"duration": "6 d", "senders.school.outbound_port_25": "blocked"})
    assert result.letter().delivered_us == -1
    assert {attempt.reply for attempt in result.letter().attempts} == {CONNECT_TIMED_OUT}


@pytest.mark.parametrize(
    ("what", "lost_us"), [("down", ROUND_TRIP), ("silent", 30 * S)], ids=["down", "silent"]
)
def test_the_second_host_is_tried_where_the_first_cannot_be_reached(what: str, lost_us: int) -> None:
    changes = {
        "providers.office.mx": TWO_HOSTS,
        "faults": [fault("providers.office.mx1", what, 0, 60)],
    }
    result = run(changes)
    assert hosts_used(result) == ["office.mx2"]
    assert result.first().ended_us == lost_us + 5 * ROUND_TRIP
    assert (result.first().reply, result.first().connection) == (ACCEPTED, NEW)


def test_the_second_host_is_tried_where_the_first_says_421() -> None:
    """Two letters at once, the second is refused by mx1: TCP and banner lost (2 round trips), then five more."""
    changes = {
        "providers.office.mx": TWO_HOSTS,
        "providers.office.connection_limit": {"total": 1},
        "letters.notice.times": times(0, 0),
    }
    result = run(changes)
    assert hosts_used(result) == ["office.mx1", "office.mx2"]
    assert result.first(2).ended_us == 2 * ROUND_TRIP + 5 * ROUND_TRIP


def test_one_address_means_that_the_second_host_is_not_tried() -> None:
    changes = {
        "providers.office.mx": TWO_HOSTS,
        "senders.school.postconf": {"smtp_mx_address_limit": 1},
        "faults": [fault("providers.office.mx1", "down", 0, 60)],
    }
    result = run(changes)
    assert (result.first().reply, result.first().ended_us) == (CONNECTION_REFUSED, ROUND_TRIP)
    assert hosts_used(result)[0] == "office.mx1"


def test_the_host_that_failed_last_is_the_one_that_is_named() -> None:
    """mx1 is down, mx2 says 421: the attempt ends in the greeting of mx2, three round trips after its start."""
    changes = {
        "providers.office.mx": TWO_HOSTS,
        "providers.office.connection_limit": {"total": 1},
        "letters.notice.times": times(0, 0),
        "faults": [fault("providers.office.mx1", "down", 0, 60)],
    }
    result = run(changes)
    refused = result.first(2)
    assert (refused.reply, refused.stage, refused.connection) == (SERVER_BUSY, GREETING, NO_CONNECTION)
    assert (result.record.names.hosts[refused.host], refused.ended_us) == ("office.mx2", 3 * ROUND_TRIP)


def test_lower_preferences_come_first_whatever_their_order_in_the_file() -> None:
    changes = {
        "providers.office.mx": [*reversed(TWO_HOSTS), {"host": "mx0", "preference": 0}],
        "letters.notice.times": times(*range(0, 100, 10)),
    }
    assert set(hosts_used(run(changes))) == {"office.mx0"}


def test_hosts_of_equal_preference_share_the_letters_and_worse_ones_get_none() -> None:
    """Half of n letters each, within four standard deviations of sqrt(n)/2."""
    number = 2_000
    changes = {
        "duration": "12 h",
        "providers.office.mx": [{"host": "mx1"}, {"host": "mx9", "preference": 90}, {"host": "mx2"}],
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": number, "pace": "1/s"},
    }
    used = hosts_used(run(changes))
    assert set(used) == {"office.mx1", "office.mx2"}
    assert used.count("office.mx1") == pytest.approx(number / 2, abs=4 * sqrt(number) / 2)


def test_the_better_half_of_equal_hosts_takes_over_where_the_other_is_down() -> None:
    """Half of the letters begin with the dead one and lose a round trip; all arrive at the other."""
    number = 400
    changes = {
        "providers.office.mx": [{"host": "mx1"}, {"host": "mx2"}],
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": number, "pace": "1/s"},
        "faults": [fault("providers.office.mx1", "down", 0, 3000)],
    }
    result = run(changes)
    assert set(hosts_used(result)) == {"office.mx2"}
    took = [attempt.ended_us - attempt.activated_us for attempt in result.attempts()]
    assert set(took) == {5 * ROUND_TRIP, 6 * ROUND_TRIP}
    assert took.count(6 * ROUND_TRIP) == pytest.approx(number / 2, abs=4 * sqrt(number) / 2)


# What a letter says at which moment: SYN 0, ACK at the host 30 ms, banner 40, EHLO 60, RCPT sent 60 and there
# at 70, the dot sent 80 and there at 90, its 250 back at 100 ms.


@pytest.mark.parametrize(
    ("from_ms", "until_s", "later_s"),
    [
        # Lost: the client's ACK of the connection, MAIL with RCPT, the dot; TCP sends it again after 1, 3, 7, 15 s.
        (25, 10, 15),
        (65, 10, 15),
        (85, 10, 15),
        (65, 0.9, 1),
        (65, 250, 255),
        # Over before MAIL with RCPT is there: nothing is lost.
        (50, 0.065, 0),
    ],
)
def test_a_conversation_waits_out_a_silence_and_goes_on_with_the_next_copy_that_comes_through(
    from_ms: int, until_s: float, later_s: int
) -> None:
    result = run({"faults": [fault("providers.office", "silent", from_ms / 1000, until_s - from_ms / 1000)]})
    assert (result.first().ended_us, result.first().reply) == (5 * ROUND_TRIP + later_s * S, ACCEPTED)


@pytest.mark.parametrize(
    ("from_ms", "stage", "connection", "sent_ms", "patience_s"),
    [
        (25, GREETING, NO_CONNECTION, 20, 300),
        (65, RCPT, NEW, 60, 300),
        (85, END_OF_DATA, NEW, 80, 600),
    ],
)
def test_a_silence_longer_than_the_time_out_ends_the_conversation(
    from_ms: int, stage: int, connection: int, sent_ms: int, patience_s: int
) -> None:
    """RFC 5321 4.5.3.2 and Postfix's defaults: 5 min for greeting and RCPT, 10 min after the dot."""
    attempt = run({"faults": [fault("providers.office", "silent", from_ms / 1000, 3000)]}).first()
    assert (attempt.reply, attempt.stage, attempt.connection) == (CONVERSATION_TIMED_OUT, stage, connection)
    assert attempt.ended_us == sent_ms * MS + patience_s * S


@pytest.mark.parametrize(
    ("from_ms", "stage", "connection", "known_ms"),
    [(25, GREETING, NO_CONNECTION, 40), (65, RCPT, NEW, 80), (85, END_OF_DATA, NEW, 100)],
)
def test_a_host_that_goes_down_breaks_the_conversation_at_once(
    from_ms: int, stage: int, connection: int, known_ms: int
) -> None:
    """What arrives at a host that is down (at 30, 70 or 90 ms) is answered by a reset, a hop later."""
    attempt = run({"faults": [fault("providers.office", "down", from_ms / 1000, 60)]}).first()
    assert (attempt.reply, attempt.stage, attempt.connection) == (LOST_CONNECTION, stage, connection)
    assert attempt.ended_us == known_ms * MS


def test_what_happens_to_a_host_after_the_dot_does_not_touch_the_letter() -> None:
    changes = {
        "providers.office.accept_time": "10 s",
        "faults": [fault("providers.office", "down", 1, 60)],
    }
    result = run(changes)
    assert (result.letter().delivered_us, result.letter().outcome) == (10 * S + 90 * MS, INBOX)


@pytest.mark.parametrize(
    ("places", "later_s"), [(["providers.office"], 3), (["providers.office", "roads.street"], 6)]
)
def test_a_slow_place_answers_later_at_the_greeting_at_rcpt_and_at_the_dot(
    places: list[str], later_s: int
) -> None:
    """1 s at each of three looks; host and road add up."""
    changes = {
        "roads.street": {"from": "school", "to": "office", "round_trip": "20 ms", "bandwidth": "1000 Gbit/s"},
        "faults": [fault(place, "slow", 0, 60, by="1 s") for place in places],
    }
    assert run(changes).first().ended_us == 5 * ROUND_TRIP + later_s * S


def test_a_deferral_takes_its_time_to_be_written_down() -> None:
    changes = {
        "senders.school.host": {"deferral_time": "2 s"},
        "faults": [fault("providers.office", "down", 0, 60)],
    }
    assert run(changes).first().ended_us == ROUND_TRIP + 2 * S


def test_jitter_makes_each_round_trip_longer_by_a_part_of_it() -> None:
    """Round trips of 20 to 60 ms, evenly: five of them are 100 to 300 ms, 200 ms on the average.

    The mean of 500 letters has a standard error of 200 / sqrt(12) / sqrt(500) = 2.6 ms.
    """
    changes = {
        "default_road.jitter": "40 ms",
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 500, "pace": "1/s"},
    }
    took = [attempt.ended_us - attempt.activated_us for attempt in run(changes).attempts()]
    assert 5 * 20 * MS <= min(took) < 110 * MS
    assert 290 * MS < max(took) <= 5 * 60 * MS
    assert sum(took) / len(took) == pytest.approx(200 * MS, abs=4 * 2.6 * MS)
