"""A crash of a receiving host: it is off, forgets its connections, and keeps what it had accepted.

In the small town a hop takes 10 ms. The SYN is at the host at 10 ms, the client's ACK at 30, MAIL, RCPT and DATA at 70,
the final dot at 90; that is the moment of the 250, which the client has at 100 ms. What is lost is sent again after
1, 3, 7, 15, 31 and 63 s (RFC 6298), and a machine that has started again answers it with RST (RFC 9293 3.10.7.1).
"""

from typing import Any

import pytest

from sim.kernel.condition import Condition
from sim.mail.smtp_server import SmtpServer
from sim.results.audit import audit
from sim.vocabulary import stages
from sim.vocabulary.connections import NEW, REUSED
from sim.vocabulary.kinds import DUPLICATE
from sim.vocabulary.outcomes import INBOX, QUEUED
from sim.vocabulary.replies import (
    ACCEPTED,
    CONNECT_TIMED_OUT,
    CONVERSATION_TIMED_OUT,
    LOST_CONNECTION,
    SERVER_BUSY,
)
from tests.mail.test_connection_cache import BUSY_ELSEWHERE
from tests.mail.town import ALL_AT_ONCE, MS, TWO_HOSTS, Outcome, S, fault, run, times


def crash(at_s: float, for_s: float = 60, where: str = "providers.office") -> dict[str, Any]:
    return fault(where, "crash", at_s, for_s)


def duplicates(outcome: Outcome) -> int:
    return list(outcome.record.letters["kind"]).count(DUPLICATE)


@pytest.mark.parametrize(
    ("at_ms", "stage", "reply", "known_us"),
    [
        # Its SYN is on the way; the copies after 1 to 15 s find nobody, and smtp_connect_timeout is 30 s.
        (5, stages.CONNECT, CONNECT_TIMED_OUT, 30 * S),
        # The SYN was answered, so that the client waits for a greeting: smtp_helo_timeout, 300 s.
        (25, stages.GREETING, CONVERSATION_TIMED_OUT, 300 * S + 20 * MS),
        # MAIL, RCPT and DATA of 60 ms are sent again 63 s later, when the machine is up.
        (65, stages.RCPT, LOST_CONNECTION, 63 * S + 80 * MS),
        # RCPT is answered, body and dot of 80 ms are lost.
        (75, stages.END_OF_DATA, LOST_CONNECTION, 63 * S + 100 * MS),
        (89, stages.END_OF_DATA, LOST_CONNECTION, 63 * S + 100 * MS),
        # The 250 is on its way, and nothing calls it back.
        (91, stages.END_OF_DATA, ACCEPTED, 100 * MS),
    ],
)
def test_what_the_client_sees_of_a_crash_at_each_step(
    at_ms: int, stage: int, reply: int, known_us: int
) -> None:
    outcome = run({"faults": [crash(at_ms / 1000)]})
    letter, first = outcome.letter(), outcome.first()

    assert (first.stage, first.reply, first.ended_us) == (stage, reply, known_us)
    assert letter.outcome == INBOX
    assert len(letter.attempts) == (1 if reply == ACCEPTED else 2)
    assert duplicates(outcome) == 0
    assert audit(outcome.record).ok


@pytest.mark.parametrize("recipients", [1, 3])
@pytest.mark.parametrize(
    "slow", [{"accept_time": "1 s"}, {"checking": {"workers": 1, "time": "1 s"}}], ids=["accept", "checking"]
)
def test_a_letter_that_was_not_answered_is_not_taken_and_its_client_waits(
    slow: dict[str, Any], recipients: int
) -> None:
    """The dot is there at 90 ms, the 250 would come at 1,090. smtp_data_done_timeout: 600 s since the dot was sent."""
    outcome = run(
        {
            "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": recipients}
            | ({"recipients": recipients, "count": 1} if recipients > 1 else {}),
            "providers.office": {"domain": "office.example", **slow},
            "faults": [crash(0.5)],
        }
    )

    for number in range(1, recipients + 1):
        first, second = outcome.letter(number).attempts
        assert (first.stage, first.reply) == (stages.END_OF_DATA, CONVERSATION_TIMED_OUT)
        assert first.ended_us == 600 * S + 80 * MS
        assert second.reply == ACCEPTED
    assert duplicates(outcome) == 0
    assert audit(outcome.record).ok


def test_an_answer_that_the_road_lost_is_not_sent_again_by_a_machine_that_is_off() -> None:
    """The 250 of 1,090 ms is lost on the road; a living host sends it again 1 s later, when the road is open.

    RFC 5321 6.1, RFC 1047: the letter is taken and its sender does not know, so that another copy comes.
    """
    changes = {"providers.office.accept_time": "1 s"}
    cut = fault("roads.way", "silent", 1, 1)
    road = {"from": "school", "to": "office", "round_trip": "20 ms", "bandwidth": "1000 Gbit/s"}
    living = run({**changes, "roads.way": road, "faults": [cut]})
    dying = run({**changes, "roads.way": road, "faults": [cut, crash(1.5, 1)]})

    assert living.first().ended_us == 2 * S + 100 * MS
    assert duplicates(living) == 0
    assert dying.first().reply == CONVERSATION_TIMED_OUT
    assert dying.letter().delivered_us == 1090 * MS
    assert duplicates(dying) == 1
    assert audit(dying.record).ok


@pytest.mark.parametrize("workers", [None, 1])
def test_what_was_accepted_is_put_into_its_box_after_the_restart(workers: int | None) -> None:
    """Accepted at 90 ms, in delivery until the crash at 5 s; begun again at 65 s, it takes its 10 s."""
    delivery = {"time": "10 s"} | ({} if workers is None else {"workers": workers})
    outcome = run({"providers.office.delivery": delivery, "faults": [crash(5)]})

    assert outcome.letter().delivered_us == 90 * MS
    assert outcome.letter().ended_us == 75 * S
    assert audit(outcome.record).ok


def test_a_line_of_deliveries_stands_again_after_the_restart_in_its_order() -> None:
    """One worker, 10 s a letter: of three one is done at 10.09 s, one half done at the crash, one not begun."""
    outcome = run(
        {
            **ALL_AT_ONCE,
            "letters.notice.times": times(0, 0.01, 0.02),
            "providers.office.delivery": {"time": "10 s", "workers": 1},
            "faults": [crash(15)],
        }
    )

    ended = [outcome.letter(number).ended_us for number in (1, 2, 3)]
    assert ended == [10 * S + 90 * MS, 85 * S, 95 * S]
    assert audit(outcome.record).ok


def test_letters_of_a_host_that_is_off_wait_while_those_of_the_other_are_delivered() -> None:
    """mx1 has taken the first letter and crashes; the second goes to mx2, and the one worker is free for it.

    The second client asks mx1 in vain for 30 s (smtp_connect_timeout), then mx2, which takes it 90 ms later.
    """
    outcome = run(
        {
            "letters.notice.times": times(0, 2),
            "providers.office": {
                "domain": "office.example",
                "mx": TWO_HOSTS,
                "delivery": {"time": "10 s", "workers": 1},
            },
            "faults": [crash(1, 300, "providers.office.mx1")],
        }
    )

    assert outcome.letter(1).ended_us == 311 * S
    assert outcome.letter(2).ended_us == 42 * S + 90 * MS
    assert audit(outcome.record).ok


def test_a_host_that_is_off_at_the_end_still_has_what_it_accepted() -> None:
    outcome = run({"providers.office.delivery": {"time": "10 s", "workers": 1}, "faults": [crash(5, 7200)]})

    assert outcome.letter().outcome == QUEUED
    assert outcome.letter().delivered_us == 90 * MS
    assert audit(outcome.record).ok


def test_connections_of_before_hold_no_place_after_the_restart() -> None:
    """At most one connection in all. The first client waits for its 250 until 600 s; the host knows nothing of it.

    Without the crash the second letter finds the place taken.
    """
    changes = {
        **ALL_AT_ONCE,
        "letters.notice.times": times(0, 20),
        "providers.office.accept_time": "100 s",
        "providers.office.connection_limit": {"total": 1},
        "senders.school.postconf.smtp_data_done_timeout": "600s",
    }
    crashed, calm = run({**changes, "faults": [crash(5, 10)]}), run(changes)

    assert calm.first(2).reply == SERVER_BUSY
    assert crashed.first(1).reply == CONVERSATION_TIMED_OUT
    assert crashed.first(2).reply == ACCEPTED
    assert audit(crashed.record).ok


def test_processes_and_the_accept_queue_are_empty_after_the_restart() -> None:
    """One process, which the first letter holds for its 100 s; the second waits before it at the crash.

    It waits on for the greeting, 300 s since its SYN was answered at 1,020 ms. The third comes after the restart and is
    served at once: 90 ms and 100 s.
    """
    outcome = run(
        {
            **ALL_AT_ONCE,
            "letters.notice.times": times(0, 1, 20),
            "providers.office.accept_time": "100 s",
            "providers.office.server_processes": {"limit": 1, "accept_queue": 5},
            "faults": [crash(5, 10)],
        }
    )

    second = outcome.first(2)
    assert (second.stage, second.reply) == (stages.GREETING, CONVERSATION_TIMED_OUT)
    assert second.ended_us == 301 * S + 20 * MS
    assert outcome.letter(3).delivered_us == 120 * S + 90 * MS
    assert audit(outcome.record).ok


def test_a_kept_connection_is_found_dead_and_another_one_opened() -> None:
    """The second letter's connection is kept from 1.3 s on: its destination is remembered while a big one is sent.

    The host crashes meanwhile. RSET is sent at 1.9 s and answered with RST, which is there at 1.92: the letter goes
    over a new connection, in 90 ms and the microsecond that its byte takes on a road of 8 Mbit/s.
    """
    changes = {**BUSY_ELSEWHERE, "letters.notice.times": times(1, 1.2, 1.9)}
    calm, crashed = run(changes), run({**changes, "faults": [crash(1.4, 0.1)]})

    assert calm.first(3).connection == REUSED
    assert (crashed.first(3).connection, crashed.first(3).reply) == (NEW, ACCEPTED)
    assert crashed.letter(3).delivered_us == 2010 * MS + 1
    assert audit(crashed.record).ok


@pytest.mark.parametrize(
    ("station", "name", "instead", "at_s", "found"),
    [
        (Condition, "work_ends_us", lambda _, begun_us, work_us: begun_us + work_us, 5, "delivers_anew"),
        (SmtpServer, "end_of_data", lambda *told: told[3] + S, 0.5, "takes_nothing_when_off"),
    ],
)
def test_the_audit_finds_a_machine_that_works_while_it_is_off(
    monkeypatch: pytest.MonkeyPatch, station: type, name: str, instead: Any, at_s: float, found: str
) -> None:
    monkeypatch.setattr(station, name, instead)
    slow = {"accept_time": "1 s", "delivery": {"time": "10 s"}}
    outcome = run({"providers.office": {"domain": "office.example", **slow}, "faults": [crash(at_s)]})

    assert any(check.name.startswith(found) for check in audit(outcome.record).failures)


@pytest.mark.parametrize(
    ("come_at", "accepted_us"),
    [
        # It has the only process at the crash; after the restart that is free: nine hops.
        ("0 s", 20 * S + 90 * MS),
        # The host is off: asked again after 1, 2, 4 and 8 s, it takes the client up at 16 s, for 300 s.
        ("1 s", 316 * S + 60 * MS),
    ],
)
def test_silent_clients_have_their_connections_no_longer(come_at: str, accepted_us: int) -> None:
    outcome = run(
        {
            "senders.school.postconf.smtp_helo_timeout": "2000s",
            "providers.office.server_processes": {"limit": 1, "stress_mode": False},
            "letters.notice.times": times(20),
            "silent_clients": {"robots": {"from": "school", "to": "office", "count": 1, "at": come_at}},
            "faults": [crash(0.5, 10)],
        }
    )

    assert outcome.letter().delivered_us == accepted_us
    assert audit(outcome.record).ok
