"""Opening a connection: SYN, greeting, one host after another, and what the weather does to it."""

from math import comb, sqrt

import pytest

from sim.vocabulary.connections import NEW, NO_CONNECTION
from sim.vocabulary.kinds import DSN
from sim.vocabulary.outcomes import BOUNCED, EXPIRED, INBOX
from sim.vocabulary.replies import (
    ACCEPTED,
    CONNECT_TIMED_OUT,
    CONNECTION_REFUSED,
    CONVERSATION_TIMED_OUT,
    GREETED_554,
    GREETED_554_FINAL,
    NO_ROUTE,
    SERVER_BUSY,
    UNKNOWN_USER,
)
from sim.vocabulary.stages import CONNECT, GREETING
from tests.mail.town import (
    ALL_AT_ONCE,
    HOP,
    MS,
    NEVER_DEAD,
    ONE_AT_A_TIME,
    ROUND_TRIP,
    TWO_HOSTS,
    S,
    fault,
    run,
    times,
)


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


@pytest.mark.parametrize(("hosts", "tried"), [(1, 1), (2, 2), (4, 4), (5, 5), (8, 5)])
def test_a_blocked_port_25_times_out_at_each_host_up_to_five(hosts: int, tried: int) -> None:
    """OP25B drops what goes to port 25; smtp_mx_address_limit is 5, smtp_connect_timeout 30 s.

    A Postfix behind such a port wrote delays=22838/0.09/150/0 for a provider with five hosts: 150 s of set-up.
    """
    changes = {
        "senders.school.outbound_port_25": "blocked",
        "providers.office.mx": [{"host": f"mx{number}"} for number in range(hosts)],
    }
    attempt = run(changes).first()
    assert (attempt.reply, attempt.stage, attempt.setup_us) == (CONNECT_TIMED_OUT, CONNECT, tried * 30 * S)
    assert attempt.ended_us == tried * 30 * S


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
    assert result.hosts() == ["office.mx2"]
    assert result.first().ended_us == lost_us + 5 * ROUND_TRIP
    assert (result.first().reply, result.first().connection) == (ACCEPTED, NEW)


def test_the_better_half_of_equal_hosts_takes_over_where_the_other_is_down() -> None:
    """Half of the letters begin with the dead one and lose a round trip; all arrive at the other."""
    number = 400
    changes = {
        "providers.office.mx": [{"host": "mx1"}, {"host": "mx2"}],
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": number, "pace": "1/s"},
        "faults": [fault("providers.office.mx1", "down", 0, 3000)],
    }
    result = run(changes)
    assert set(result.hosts()) == {"office.mx2"}
    took = [attempt.ended_us - attempt.activated_us for attempt in result.attempts()]
    assert set(took) == {5 * ROUND_TRIP, 6 * ROUND_TRIP}
    assert took.count(6 * ROUND_TRIP) == pytest.approx(number / 2, abs=4 * sqrt(number) / 2)


def test_the_second_host_is_tried_where_the_first_says_421() -> None:
    """Two letters at once, the second is refused by mx1: TCP and banner lost (2 round trips), then five more."""
    changes = {
        "providers.office.mx": TWO_HOSTS,
        "providers.office.connection_limit": {"total": 1},
        "letters.notice.times": times(0, 0),
    }
    result = run(changes)
    assert result.hosts() == ["office.mx1", "office.mx2"]
    assert result.first(2).ended_us == 2 * ROUND_TRIP + 5 * ROUND_TRIP


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


def test_a_host_that_refuses_keeps_the_conversations_that_it_has() -> None:
    """Its port is closed from 65 ms on: the first letter goes its way, the second is refused at 120 ms."""
    changes = {
        "letters.notice.times": times(0, 0.1),
        "faults": [fault("providers.office", "refusing", 0.065, 60)],
    }
    result = run(changes)
    assert (result.first(1).reply, result.first(1).ended_us) == (ACCEPTED, 5 * ROUND_TRIP)
    assert (result.first(2).reply, result.first(2).stage) == (CONNECTION_REFUSED, CONNECT)
    assert result.first(2).ended_us == 100 * MS + ROUND_TRIP


def test_a_host_that_hangs_takes_the_connection_and_never_greets() -> None:
    """RFC 5321 4.5.3.2.1: five minutes for the greeting, from the moment at which TCP is connected (20 ms)."""
    attempt = run({"faults": [fault("providers.office", "hanging", 0, 1000)]}).first()
    assert (attempt.reply, attempt.stage, attempt.connection) == (
        CONVERSATION_TIMED_OUT,
        GREETING,
        NO_CONNECTION,
    )
    assert attempt.ended_us == ROUND_TRIP + 300 * S


def test_the_next_host_is_tried_when_one_hangs() -> None:
    changes = {
        "providers.office.mx": TWO_HOSTS,
        "faults": [fault("providers.office.mx1", "hanging", 0, 1000)],
    }
    attempt = run(changes).first()
    assert (attempt.reply, attempt.connection, attempt.ended_us) == (
        ACCEPTED,
        NEW,
        ROUND_TRIP + 300 * S + 5 * ROUND_TRIP,
    )


@pytest.mark.parametrize(("what", "reply"), [("greets_421", SERVER_BUSY), ("greets_554", GREETED_554)])
def test_a_host_that_greets_with_a_refusal_is_passed_over_and_the_letter_deferred(
    what: str, reply: int
) -> None:
    """Two round trips a host: TCP and greeting."""
    changes = {"providers.office.mx": TWO_HOSTS, "faults": [fault("providers.office", what, 0, 60)]}
    result = run(changes)
    attempt = result.first()
    assert (attempt.reply, attempt.stage, attempt.connection) == (reply, GREETING, NO_CONNECTION)
    assert (result.hosts()[0], attempt.ended_us) == ("office.mx2", 4 * ROUND_TRIP)
    assert result.letter().outcome == INBOX


def test_a_greeting_of_554_is_no_bounce_until_the_letter_is_too_old_and_550_at_rcpt_is_one_at_once() -> None:
    """Three reports of Postfix in the field; smtp_skip_5xx_greeting is on by default."""
    lasting = {"duration": "3 d", "senders.school.postconf": {"maximal_queue_lifetime": "2d"}}
    greeted = run({**lasting, "faults": [fault("providers.office", "greets_554", 0, 3 * 86_400)]}).letter()
    assert greeted.outcome == EXPIRED
    assert {attempt.reply for attempt in greeted.attempts if attempt.stage == GREETING} == {GREETED_554}
    ended_s = [attempt.ended_us / S for attempt in greeted.attempts]
    assert ended_s[-2] < 172_800 <= ended_s[-1] < 172_800 + 4000 + 300
    unknown = run({**lasting, "letters.notice.unknown_users": "100 %"}).letter()
    assert (unknown.outcome, [attempt.reply for attempt in unknown.attempts]) == (BOUNCED, [UNKNOWN_USER])


def test_a_greeting_of_554_is_final_where_the_client_does_not_skip_it() -> None:
    """The second host is not asked, the letter bounces, and the destination is not slowed down."""
    changes = {
        **ONE_AT_A_TIME,
        "providers.office.mx": TWO_HOSTS,
        "senders.school.postconf.smtp_skip_5xx_greeting": "no",
        "letters.notice.times": times(0, 0),
        "faults": [fault("providers.office", "greets_554", 0, 60)],
    }
    result = run(changes)
    for number in (1, 2):
        letter = result.letter(number)
        assert (letter.outcome, letter.ended_us) == (BOUNCED, number * 2 * ROUND_TRIP)
        assert [(a.reply, a.stage) for a in letter.attempts] == [(GREETED_554_FINAL, GREETING)]
        assert result.record.names.hosts[letter.attempts[0].host] == "office.mx1"
        assert result.letter(number, kind=DSN).outcome == INBOX


@pytest.mark.parametrize(
    ("delay", "reply", "ended_us"),
    [
        ("299970 ms", ACCEPTED, 299_970 * MS + 5 * ROUND_TRIP),
        ("299980 ms", ACCEPTED, 299_980 * MS + 5 * ROUND_TRIP),
        ("299981 ms", CONVERSATION_TIMED_OUT, ROUND_TRIP + 300 * S),
    ],
)
def test_a_greeting_that_comes_too_late_is_not_waited_for(delay: str, reply: int, ended_us: int) -> None:
    """The client is connected at 20 ms; the ACK is with the host at 30, the banner is back a hop after it."""
    attempt = run({"providers.office.banner_delay": delay}).first()
    assert (attempt.reply, attempt.ended_us) == (reply, ended_us)


@pytest.mark.parametrize(("second_at_ms", "taken"), [(299_999, False), (300_000, True)])
def test_a_host_that_greets_too_late_counts_the_connection_until_it_has_seen_its_end(
    second_at_ms: int, taken: bool
) -> None:
    """Given up at 300.02 s, seen by the host a hop later; the second letter is there 30 ms after its start."""
    changes = {
        "providers.office.connection_limit": {"total": 1},
        "letters.notice.times": times(0, second_at_ms / 1000),
        "faults": [fault("providers.office", "slow", 0, 100, by="301 s")],
        **NEVER_DEAD,
    }
    result = run(changes)
    assert result.first(1).reply == CONVERSATION_TIMED_OUT
    assert result.first(2).reply == (ACCEPTED if taken else SERVER_BUSY)


@pytest.mark.parametrize(
    ("refusing", "tries", "share"),
    [(12, 2, 0.45), (12, 5, 0.819), (12, 10, 0.992), (14, 2, 0.242), (14, 5, 0.542), (14, 10, 0.875)],
)
def test_more_addresses_an_attempt_mean_more_letters_at_the_first_attempt(
    refusing: int, tries: int, share: float
) -> None:
    """Of 16 equal hosts b greet with 421: one of k is well with probability 1 - C(b,k)/C(16,k).

    A failed greeting is no session, so it is the address limit that counts (Postfix since 2.3).
    """
    expected = 1 - comb(refusing, tries) / comb(16, tries)
    assert expected == pytest.approx(share, abs=0.0006)
    number = 800
    changes = {
        **NEVER_DEAD,
        "providers.office.mx": [{"host": f"mx{place}"} for place in range(16)],
        "senders.school.postconf.smtp_mx_address_limit": tries,
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": number, "pace": "1/s"},
        "faults": [fault(f"providers.office.mx{place}", "greets_421", 0, 3600) for place in range(refusing)],
    }
    result = run(changes)
    well = sum(result.first(n).reply == ACCEPTED for n in range(1, number + 1)) / number
    assert well == pytest.approx(expected, abs=4 * sqrt(expected * (1 - expected) / number))


def test_twenty_deliveries_get_1_3_letters_a_second_through_where_one_of_two_equal_hosts_is_silent() -> None:
    """Half of the letters wait 30 s for the dead one: 20 / (30 / 2 + 0.1) = 1.32 a second.

    Of 2000 letters 1000 +- 22 do; counted are those between the first and the last minutes. With connections kept,
    letters that follow one another would soon all go to the host that is well.
    """
    changes = {
        "senders.school.postconf": {
            "initial_destination_concurrency": 20,
            "smtp_connection_cache_on_demand": "no",
        },
        "providers.office.mx": [{"host": "mx1"}, {"host": "mx2"}],
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 2000},
        "faults": [fault("providers.office.mx1", "silent", 0, 3600)],
    }
    delivered_us = [letter.delivered_us for letter in run(changes).letters.values()]
    within = sum(60 * S <= moment < 1260 * S for moment in delivered_us)
    assert within / 1200 == pytest.approx(20 / 15.1, rel=4 * 0.022)


@pytest.mark.parametrize(("goes_on", "share"), [(False, "mx1"), (True, "mx2")])
def test_with_soft_bounce_a_final_554_goes_on_to_the_next_host(goes_on: bool, share: str) -> None:
    """Postfix's smtp_bulk_fail() treats 5xx as 4xx then; mx2 is well."""
    changes = {
        "providers.office.mx": TWO_HOSTS,
        "senders.school.postconf": {
            "smtp_skip_5xx_greeting": "no",
            "soft_bounce": "yes" if goes_on else "no",
        },
        "faults": [fault("providers.office.mx1", "greets_554", 0, 60)],
    }
    result = run(changes)
    assert result.hosts() == [f"office.{share}"]
    assert result.first().reply == (ACCEPTED if goes_on else GREETED_554_FINAL)


def test_a_connection_refused_in_the_greeting_is_not_counted_by_the_host() -> None:
    """With room for one connection, ten letters that are greeted with 421 leave room for the next one."""
    changes = {
        **ALL_AT_ONCE,
        **NEVER_DEAD,
        "providers.office.connection_limit": {"total": 1},
        "letters.notice.times": times(*[0] * 10, 1),
        "faults": [fault("providers.office", "greets_421", 0, 0.5)],
    }
    result = run(changes)
    assert result.first(11).reply == ACCEPTED
    assert result.first(11).ended_us == 1 * S + 4 * ROUND_TRIP + 2 * HOP
