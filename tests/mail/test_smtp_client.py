"""One letter over SMTP: round trips, kept connections, and the next host in the same attempt."""

from typing import Any

import pytest

from sim.vocabulary.connections import NEW, NO_CONNECTION, REUSED, SUSPENDED
from sim.vocabulary.outcomes import BOUNCED
from sim.vocabulary.replies import (
    ACCEPTED,
    CONNECTION_REFUSED,
    GREYLISTED,
    LOST_CONNECTION,
    RATE_LIMITED,
    UNKNOWN_USER,
)
from sim.vocabulary.stages import CONNECT, END_OF_DATA, RCPT
from tests.mail.town import (
    HOP,
    MIN,
    MS,
    ONE_AT_A_TIME,
    ROUND_TRIP,
    TWO_HOSTS,
    S,
    fault,
    run,
    times,
)


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
    """Silly, but the scenario says so."""
    patient = {"senders.school.postconf": {"smtp_helo_timeout": "2h"}}
    attempt = run({"duration": "5 h", "providers.office.banner_delay": "80 min", **patient}).first()
    assert attempt.setup_us == 80 * MIN + 3 * ROUND_TRIP


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


# --- the next host, in the same attempt -----------------------------------------------------------------------


def test_a_4xx_goes_on_to_the_next_host_in_the_same_attempt() -> None:
    """450 at mx1 after four round trips, SYN to mx2 at once, 450 after four more; the row tells of mx2."""
    result = run({"providers.office.mx": TWO_HOSTS, "providers.office.greylisting": "42 s"})
    attempt = result.first()
    assert (attempt.reply, attempt.stage, attempt.connection) == (GREYLISTED, RCPT, NEW)
    assert (result.hosts()[0], attempt.ended_us) == ("office.mx2", 8 * ROUND_TRIP)
    assert attempt.setup_us == 7 * ROUND_TRIP


@pytest.mark.parametrize("asked", ["42 s", "180 s"])
def test_a_greylist_costs_what_the_queue_takes_and_not_what_it_asks_for(asked: str) -> None:
    """A hundred letters, one every 3 s: all come at the second attempt, 300 to 600 s late, 450 s on the average.

    Letter k is deferred in second 3k and taken by the scan at 600 s; the first one by that at 300 s, since a scan
    takes what is due within its next second: (300 + 600 * 99 - 3 * (1 + ... + 99)) / 100 = 448.5 s.
    """
    changes = {
        "providers.office.mx": TWO_HOSTS,
        "providers.office.greylisting": asked,
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 100, "over": "300 s"},
    }
    letters = run(changes).letters.values()
    assert {len(letter.attempts) for letter in letters} == {2}
    delays_s = [(letter.delivered_us - letter.submitted_us) / S for letter in letters]
    assert 300 <= min(delays_s) <= max(delays_s) < 600
    assert sum(delays_s) / 100 == pytest.approx(448.5, abs=0.5)


def test_a_5xx_ends_the_attempt_at_the_first_host() -> None:
    result = run({"providers.office.mx": TWO_HOSTS, "letters.notice.unknown_users": "100 %"})
    assert (result.hosts()[0], result.first().ended_us) == ("office.mx1", 4 * ROUND_TRIP)
    assert result.letter().outcome == BOUNCED


def test_with_soft_bounce_a_5xx_goes_on_to_the_next_host_as_a_4xx_does() -> None:
    """Postfix's smtp_rcpt_fail(): soft_error || soft_bounce_error."""
    changes = {
        "providers.office.mx": TWO_HOSTS,
        "senders.school.postconf": {"soft_bounce": "yes"},
        "letters.notice.unknown_users": "100 %",
    }
    result = run(changes)
    assert (result.hosts()[0], result.first().ended_us) == ("office.mx2", 8 * ROUND_TRIP)
    assert (result.first().reply, result.letter().outcome != BOUNCED) == (UNKNOWN_USER, True)


def test_a_connection_that_broke_goes_on_to_the_next_host_in_the_same_attempt() -> None:
    """mx1 goes down before RCPT is there at 70 ms; the reset is back at 80, and mx2 takes the letter."""
    changes = {
        "providers.office.mx": TWO_HOSTS,
        "faults": [fault("providers.office.mx1", "down", 0.065, 60)],
    }
    result = run(changes)
    assert (result.hosts(), result.first().reply) == (["office.mx2"], ACCEPTED)
    assert result.first().ended_us == 80 * MS + 5 * ROUND_TRIP


def test_a_connection_that_broke_at_the_last_host_is_what_the_row_tells() -> None:
    """450 at mx1 at 80 ms, MAIL to mx2 at 140; it goes down at 145, RCPT is there at 150."""
    changes = {
        "providers.office.mx": TWO_HOSTS,
        "providers.office.greylisting": "42 s",
        "faults": [fault("providers.office.mx2", "down", 0.145, 60)],
    }
    result = run(changes)
    attempt = result.first()
    assert (result.hosts()[0], attempt.reply, attempt.stage) == ("office.mx2", LOST_CONNECTION, RCPT)
    assert (attempt.connection, attempt.setup_us, attempt.ended_us) == (NEW, 140 * MS, 160 * MS)


@pytest.mark.parametrize(("at_ms", "greeting"), [(59, "421"), (60, "220")])
def test_the_connection_of_a_4xx_is_closed_when_the_client_knows_and_not_at_the_end_of_the_attempt(
    at_ms: int, greeting: str
) -> None:
    """mx1 has room for one. The first letter has its 450 at 80 ms, mx1 sees the end at 90; the attempt ends at 160."""
    changes = {
        "providers.office.mx": TWO_HOSTS,
        "providers.office.greylisting": "42 s",
        "providers.office.connection_limit": {"total": 1},
        "letters.notice.times": times(0, at_ms / 1000),
        "watch": ["notice/2"],
    }
    greetings = [detail for _, event, detail in run(changes).said(2) if event == "greeting"]
    assert greetings[0].startswith(f"office.mx1: {greeting}")


@pytest.mark.parametrize(("first_is_down", "how"), [(False, NO_CONNECTION), (True, SUSPENDED)])
def test_a_site_has_not_failed_where_one_session_ran_to_its_end(first_is_down: bool, how: int) -> None:
    """Window 1: one failure of the site makes it dead, and the second letter is not even tried.

    mx2 is down. Where mx1 answers 450 there was a session, and the second letter goes the same way.
    """
    hosts = ("mx1", "mx2") if first_is_down else ("mx2",)
    changes = {
        **ONE_AT_A_TIME,
        "providers.office.mx": TWO_HOSTS,
        "providers.office.greylisting": "42 s",
        "letters.notice.times": times(0, 0),
        "faults": [fault(f"providers.office.{host}", "down", 0, 60) for host in hosts],
    }
    result = run(changes)
    first = result.first(1)
    assert (first.reply, first.stage, first.connection) == (CONNECTION_REFUSED, CONNECT, NO_CONNECTION)
    assert first.ended_us == first.setup_us == (2 if first_is_down else 5) * ROUND_TRIP
    assert result.first(2).connection == how


# --- a kept connection ----------------------------------------------------------------------------------------

# One letter after another: the first ends at 100 ms, the second at 200, over connections of their own; the third is
# handed over at 200 ms and takes the second's. RSET is sent at once and there at 210 ms.
THREE: dict[str, Any] = {**ONE_AT_A_TIME, "letters.notice.times": times(0, 0, 0)}


def test_a_kept_connection_that_is_reset_is_replaced_by_a_new_one_in_the_same_attempt() -> None:
    """The host is down from 205 to 225 ms: the reset is back at 220, the SYN there at 230."""
    attempt = run({**THREE, "faults": [fault("providers.office", "down", 0.205, 0.02)]}).first(3)
    assert (attempt.reply, attempt.connection) == (ACCEPTED, NEW)
    assert (attempt.setup_us, attempt.ended_us) == (20 * MS + 3 * ROUND_TRIP, 220 * MS + 5 * ROUND_TRIP)


def test_a_kept_connection_that_says_nothing_to_rset_for_20_s_is_replaced_by_a_new_one() -> None:
    """smtp_rset_timeout. Silent up to 25.205 s; the SYN of 20.2 s is sent again at 21.2, 23.2 and 27.2 s."""
    attempt = run({**THREE, "faults": [fault("providers.office", "silent", 0.205, 25)]}).first(3)
    assert (attempt.reply, attempt.connection) == (ACCEPTED, NEW)
    assert attempt.ended_us == 200 * MS + 27 * S + 5 * ROUND_TRIP


def test_rset_that_comes_through_late_is_only_late() -> None:
    """Silent for 2 s: the copy of 3 s is answered."""
    attempt = run({**THREE, "faults": [fault("providers.office", "silent", 0.205, 2)]}).first(3)
    assert (attempt.reply, attempt.connection) == (ACCEPTED, REUSED)
    assert attempt.ended_us == 200 * MS + 3 * S + 3 * ROUND_TRIP


@pytest.mark.parametrize(
    ("command_s", "how", "took_us"),
    [
        (19, REUSED, 3 * ROUND_TRIP + 4 * 19 * S),
        (20, NEW, 20 * S + 5 * ROUND_TRIP + 4 * 20 * S),
    ],
)
def test_an_answer_to_rset_that_takes_20_s_and_its_way_is_not_waited_for(
    command_s: int, how: int, took_us: int
) -> None:
    """RSET, MAIL, RCPT, DATA; or 20 s in vain, then EHLO, MAIL, RCPT, DATA over a new connection."""
    attempt = run({**THREE, "providers.office.command_time": f"{command_s} s"}).first(3)
    assert (attempt.connection, attempt.ended_us - attempt.handed_us) == (how, took_us)


def test_a_4xx_over_a_kept_connection_goes_on_to_another_host() -> None:
    """The bucket has two tokens. The third letter is refused over the kept connection, 40 ms after it was handed over;

    then mx2 is asked over a new one, for 80 ms more, and refuses it too.
    """
    changes = {
        **THREE,
        "providers.office.mx": TWO_HOSTS,
        "providers.office.rate_limit": {"rate": "1/h", "burst": 2},
    }
    result = run(changes)
    attempt = result.first(3)
    assert (attempt.reply, attempt.connection) == (RATE_LIMITED, NEW)
    assert (attempt.handed_us, attempt.ended_us) == (200 * MS, 200 * MS + 6 * ROUND_TRIP)
    assert result.record.names.hosts[attempt.host] == "office.mx2"


def test_a_kept_connection_counts_as_the_one_session_that_is_allowed() -> None:
    changes = {
        **THREE,
        "providers.office.mx": TWO_HOSTS,
        "providers.office.rate_limit": {"rate": "1/h", "burst": 2},
        "senders.school.postconf.smtp_mx_session_limit": 1,
    }
    attempt = run(changes).first(3)
    assert (attempt.connection, attempt.ended_us) == (REUSED, 200 * MS + 2 * ROUND_TRIP)


def test_a_kept_connection_to_the_next_host_that_is_reset_is_replaced_by_a_new_one_to_the_same_host() -> None:
    """Letters of 160 ms each, told 450 by both hosts; the third, at 320 ms, finds a connection to each.

    mx1 says 450 at 360 ms; mx2, down from 365 to 375 ms, resets at 380, and says 450 over a new one at 460.
    """
    changes = {
        **THREE,
        "providers.office.mx": TWO_HOSTS,
        "providers.office.greylisting": "4 min",
        "faults": [fault("providers.office.mx2", "down", 0.365, 0.01)],
    }
    result = run(changes)
    attempt = result.first(3)
    assert (attempt.reply, attempt.connection) == (GREYLISTED, NEW)
    assert (attempt.handed_us, attempt.ended_us) == (320 * MS, 460 * MS)
    assert result.record.names.hosts[attempt.host] == "office.mx2"
