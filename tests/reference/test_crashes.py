"""A crash of the sender's machine in both engines: right values reckoned by hand, and random worlds letter by letter.

In the small town a hop takes 10 ms. Over a new connection the host has the SYN at 10 ms, the ACK (and lets the client
in) at 30, EHLO at 50, MAIL, RCPT and DATA at 70, the final dot at 90; the sender knows at 100 ms.
"""

from typing import Any

import pytest

from sim.reference.plain_run import run_plain
from sim.reference.records import LetterName, PlainLetter
from sim.results.audit import audit
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.outcomes import INBOX
from sim.vocabulary.replies import ACCEPTED, GREYLISTED, SERVER_BUSY, UNKNOWN_USER
from tests.mail.town import MS, TWO_HOSTS, S, fault, mapping, times
from tests.reference.crashing_worlds import FEW, KINDS, NORMAL, crashing
from tests.reference.first_difference import as_plain, first_difference

ONE_CALLER = {"providers.office.connection_limit": {"total": 1}}
WAITS_S = 300
"""So long a host waits for a client that says nothing: smtpd_timeout, RFC 5321 4.5.3.2.7."""


def crash(at_s: float, for_s: float) -> dict[str, Any]:
    return fault("senders.school", "crash", at_s, for_s)


def both(changes: dict[str, Any]) -> dict[LetterName, PlainLetter]:
    """Run the town in both engines, which must agree, and give its letters."""
    scenario = scenario_from_mapping(mapping(changes))
    record, plain = run_once(scenario), run_plain(scenario)
    assert first_difference(record, plain) is None
    assert audit(record).failures == ()
    return as_plain(record)[0]


def replies(changes: dict[str, Any]) -> list[int]:
    """Run the town in both engines, and give the replies to the attempts of its first letter."""
    return [attempt.reply for attempt in both(changes)["notice", 1, 0].attempts]


def test_what_was_being_written_is_handed_in_again_in_the_order_in_which_it_came() -> None:
    """Two clerks take different times, so letters are not accepted in the order in which they come.

    Right value: crashed before anything is written, all is as without the crash, 60.001 s later.
    """
    town = {
        "letters.notice.times": [],
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 12},
        "senders.school.host": {"commit_time": {"uniform": ["10 ms", "1 s"]}, "commit_workers": 2},
    }
    calm, crashed = both(town), both({**town, "faults": [crash(0.001, 60)]})

    accepted = [calm["notice", number, 0].accepted_us for number in range(1, 13)]
    assert accepted != sorted(accepted)
    again = [crashed["notice", number, 0].accepted_us for number in range(1, 13)]
    assert again == [at_us + 60 * S + MS for at_us in accepted]


def test_active_letters_stand_before_those_that_were_accepted_after_them_at_the_same_moment() -> None:
    """Ten letters at one moment, of which three are active; an import takes 1 ms.

    Right value: ten letters in order, one a millisecond, from the restart at 5.005 s on, three at a time.
    """
    letters = both(
        {
            "letters.notice.times": times(*[0.0] * 10),
            "providers.office.accept_time": "30 s",
            "senders.school.host": {"import_time": "1 ms"},
            "senders.school.postconf": {"qmgr_message_active_limit": 3},
            "faults": [crash(0.005, 5)],
        }
    )

    active = [letters["notice", number, 0].attempts[-1].activated_us for number in range(1, 11)]
    assert active[:3] == [5 * S + 6 * MS, 5 * S + 7 * MS, 5 * S + 8 * MS]
    assert active == sorted(active)


def test_a_restart_brings_back_what_may_be_tried_again_though_no_scan_has_come() -> None:
    """Scans come at 0, 300, 600 s. Postfix looks through the deferred queue at its start (qmgr_post_init).

    Right value: refused at 120.1 s, so due from 419 s on; up again at 430 s, tried then and not at 600 s. With a
    restart at 410 s it is not due yet, and waits for the scan.
    """

    def again_us(up_s: float) -> int:
        town = {
            "letters.notice.times": times(120),
            "providers.office.greylisting": "1 min",
            "senders.school.postconf": {"minimal_backoff_time": 300, "queue_run_delay": 300},
            "faults": [crash(350, up_s - 350)],
        }
        attempts = both(town)["notice", 1, 0].attempts
        assert [attempt.reply for attempt in attempts] == [GREYLISTED, ACCEPTED]
        return attempts[1].activated_us

    assert again_us(430) == 430 * S
    assert again_us(410) == 600 * S


@pytest.mark.parametrize(
    ("at_ms", "is_held"),
    [
        (15, False),  # the SYN is there, the host's answer is on the way: nobody takes it up
        (25, True),  # the ACK is on the way
        (45, True),  # EHLO is
        (101, False),  # all is done, and the connection closed
    ],
)
def test_a_host_holds_the_connection_of_a_client_that_has_crashed_on_its_way_to_it(
    at_ms: int, is_held: bool
) -> None:
    """The only place is held by nobody, and who comes back after a second is turned away."""
    town = {**ONE_CALLER, "letters.notice.times": times(0, 30), "faults": [crash(at_ms / 1000, 1)]}
    assert (both(town)["notice", 2, 0].attempts[0].reply == SERVER_BUSY) == is_held


@pytest.mark.parametrize(("after_s", "reply"), [(WAITS_S - 0.03, SERVER_BUSY), (WAITS_S, ACCEPTED)])
def test_it_holds_it_for_five_minutes(after_s: float, reply: int) -> None:
    """Crashed at 45 ms, so the host hangs up at 300.055 s; who sets out 30 ms before is let in at that moment."""
    town = {**ONE_CALLER, "faults": [crash(0.045, after_s)]}
    assert replies(town)[0] == reply


@pytest.mark.parametrize(("at_ms", "heard"), [(59, False), (61, True), (75, True)])
def test_a_recipient_who_is_named_on_the_way_is_known_to_a_host_that_remembers(
    at_ms: int, heard: bool
) -> None:
    """RCPT is sent at 60 ms. A host that has heard it knows the letter when it comes again after 400 s."""
    town = {
        "providers.office.greylisting": {"delay": "1 min", "retry_window": "1 h"},
        "senders.school.postconf": {"minimal_backoff_time": 300},
        "faults": [crash(at_ms / 1000, 400)],
    }
    assert replies(town) == ([ACCEPTED] if heard else [GREYLISTED, ACCEPTED])


def test_recipients_who_were_named_together_are_heard_together() -> None:
    """With PIPELINING all three are on their way at 60 ms; a reply takes the host a second. Crashed at 0.5 s."""
    town = {
        "letters.notice.recipients": 3,
        "providers.office.command_time": "1 s",
        "providers.office.greylisting": {"delay": "1 min", "retry_window": "1 h"},
        "faults": [crash(3.5, 400)],
    }
    letters = both(town)
    for number in (1, 2, 3):
        assert [attempt.reply for attempt in letters["notice", number, 0].attempts] == [ACCEPTED]


def test_a_final_dot_that_a_hanging_host_has_is_understood_when_it_comes_to_itself() -> None:
    """The host hangs from 85 ms to 5 s, and the dot comes at 90 ms. It takes the letter up to 10 ms after 5 s."""
    letter = both(
        {"faults": [fault("providers.office", "hanging", 0.085, 4.915), crash(1, 60)]},
    )["notice", 1, 0]

    assert 5 * S <= letter.delivered_us <= 5 * S + 10 * MS
    assert [copy.delivered_us for copy in letter.copies] == [61 * S + 90 * MS]


def test_a_final_dot_that_the_road_swallowed_is_not_sent_again_by_a_machine_that_is_down() -> None:
    """The road is silent from 85 ms to 0.5 s; TCP would send the dot again at 1.08 s. Right value: it comes at 61 s."""
    letter = both(
        {
            "roads.street": {"from": "school", "to": "office", "round_trip": "20 ms"},
            "roads.street.bandwidth": "1000 Gbit/s",
            "faults": [fault("roads.street", "silent", 0.085, 0.415), crash(1, 60)],
        },
    )["notice", 1, 0]

    assert letter.delivered_us == 61 * S + 90 * MS
    assert letter.copies == []


def test_a_host_that_takes_one_letter_a_connection_hangs_up_though_nobody_listens() -> None:
    """The dot is on its way at 85 ms; with its answer the host closes the connection, and its place is free."""
    town = {**ONE_CALLER, "providers.office.session_limits": {"letters": 1}, "faults": [crash(0.085, 1)]}
    assert replies(town) == [ACCEPTED]


def test_a_host_does_not_hang_up_with_an_answer_to_what_was_never_said() -> None:
    """The same host refuses an unknown user, and closes. Crashed at 55 ms, before RCPT: it waits for it instead."""
    town = {
        **ONE_CALLER,
        "providers.office.session_limits": {"letters": 1},
        "letters.notice.unknown_users": "100 %",
    }
    assert replies({**town, "faults": [crash(0.055, 1)]})[0] == SERVER_BUSY
    assert replies({**town, "faults": [crash(0.065, 1)]}) == [UNKNOWN_USER]


@pytest.mark.parametrize(("at_s", "reply"), [(10, SERVER_BUSY), (21, ACCEPTED)])
def test_a_client_that_would_have_hung_up_does_not_once_it_has_crashed(at_s: float, reply: int) -> None:
    """The road is silent from 65 ms to 40 s; without an answer to RCPT, sent at 60 ms, the client would give up at
    20.06 s. Crashed before, it leaves the host waiting; crashed after, it has closed.
    """
    town = {
        **ONE_CALLER,
        "roads.street": {"from": "school", "to": "office", "round_trip": "20 ms"},
        "roads.street.bandwidth": "1000 Gbit/s",
        "senders.school.postconf": {"smtp_rcpt_timeout": 20, "minimal_backoff_time": 3, "queue_run_delay": 3},
        "faults": [fault("roads.street", "silent", 0.065, 39.935), crash(at_s, 60)],
    }
    assert replies(town)[1 if at_s > 20 else 0] == reply


def test_a_dead_client_is_taken_out_of_the_accept_queue_and_holds_the_process_too() -> None:
    """One process. The library's first letter has it until 10.11 s; the school's connection waits, and crashes at 1 s.

    Right value: it is taken up at 10.11 s and held for 300 s and a hop; the library's second letter is let in at
    310.12 s, and delivered 60 ms and 10 s after that.
    """
    letters = both(
        {
            "senders.library": {"domain": "library.example", "tls": "none", "addresses": ["192.0.2.77"]},
            "letters.loan": {"from": "library", "to": "office", "size": "1 B", "times": times(0, 20)},
            "letters.notice.times": times(0.5),
            "providers.office.accept_time": "10 s",
            "providers.office.server_processes": {"limit": 1, "accept_queue": 5},
            "faults": [crash(1, 3000)],
        }
    )
    assert letters["loan", 2, 0].delivered_us == 320 * S + 180 * MS


def test_recipients_of_a_message_that_were_refused_before_the_crash_are_told_of_after_it() -> None:
    """One of two domains does not exist: its recipients bounce at once, the others are broken off.

    Right value: one notice, and only when the message is done with, after the restart.
    """
    letters = both(
        {
            "letters.notice": {
                "from": "school",
                "to": {"office": "50 %", "nowhere": "rest"},
                "size": "1 B",
                "count": 1,
                "recipients": 30,
            },
            "providers.nowhere": {"domain": "nowhere.example", "records": "nxdomain"},
            "providers.office.accept_time": "10 s",
            "resolvers.campus": {},
            "senders.school.resolver": "campus",
            "faults": [crash(5, 60)],
        }
    )
    (notice,) = [letter for (_, _, kind), letter in letters.items() if kind]
    assert notice.submitted_us > 65 * S
    delivered = [letter for letter in letters.values() if letter.outcome == INBOX and letter is not notice]
    assert 0 < len(delivered) < 30
    assert all(len(letter.broken_off) == 1 for letter in delivered)


@pytest.mark.parametrize(("after_ms", "copies"), [(5, 1), (25, 0)])
def test_whom_a_host_has_taken_is_not_sent_to_again_once_the_sender_has_heard_of_it(
    after_ms: int, copies: int
) -> None:
    """Of thirty recipients mx1 takes some, and the others are tried at mx2. A hop takes 10 ms.

    Right value: crashed before the 250 is there, all are tried again and some letters come twice; crashed after it,
    when mx2 is being called, Postfix has marked those as done (deliver_completed), and the others are tried again.
    """
    town = {
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 1, "recipients": 30},
        "providers.office.mx": TWO_HOSTS,
        "providers.office.temporary_failures": "50 %",
    }
    calm = both(town)
    taken_us = min(letter.delivered_us for letter in calm.values() if letter.delivered_us >= 0)
    taken = [name for name, letter in calm.items() if letter.delivered_us == taken_us]
    assert 0 < len(taken) < 30

    crashed = both({**town, "faults": [crash(taken_us / S + after_ms / 1000, 60)]})
    assert all(len(crashed[name].copies) == copies for name in taken)
    broken_off = [name for name, letter in crashed.items() if letter.broken_off]
    assert len(broken_off) == (30 if copies else 30 - len(taken))


def test_a_message_whose_first_recipient_is_not_written_to_any_more_keeps_its_place() -> None:
    """Three messages to three each; the first recipient of the second, and nobody of the others, has bounced before.

    Right value: after the restart they become active in the order in which they were accepted, 1 ms apart.
    """
    three = {"from": "school", "size": "1 B", "recipients": 3, "at": "1 min"}
    letters = both(
        {
            "letters": {
                "gone": {
                    "from": "school",
                    "to": "office",
                    "size": "1 B",
                    "count": 4,
                    "unknown_users": "100 %",
                },
                "early": {**three, "to": "other", "count": 1},
                "notice": {**three, "to": "office", "count": 3},
            },
            "providers.other": {"domain": "other.example", "accept_time": "10 s"},
            "providers.office.accept_time": "10 s",
            "senders.school.bounce_handling": {"suppress_after": 1},
            "senders.school.host": {"import_time": "1 ms"},
            "faults": [crash(65, 60)],
        }
    )
    assert letters["notice", 4, 0].accepted_us == -1
    names = [("early", 1), ("notice", 5), ("notice", 7)]
    active_us = [letters[entry, number, 0].attempts[0].activated_us for entry, number in names]
    assert active_us == [125 * S + MS, 125 * S + 2 * MS, 125 * S + 3 * MS]


def test_what_a_message_takes_to_be_written_does_not_depend_on_who_is_left_out_of_it() -> None:
    """The first of three recipients has bounced. Chance knows the message, so it takes as long as it would to all."""

    def takes_us(changes: dict[str, Any]) -> int:
        town = {
            "letters": {
                "gone": {
                    "from": "school",
                    "to": "office",
                    "size": "1 B",
                    "count": 1,
                    "unknown_users": "100 %",
                },
                "notice": {
                    "from": "school",
                    "to": "office",
                    "size": "1 B",
                    "count": 1,
                    "recipients": 3,
                    "at": "1 min",
                },
            },
            "senders.school.host": {"commit_time": {"uniform": ["1 ms", "1 s"]}},
        }
        return both({**town, **changes})["notice", 2, 0].accepted_us

    assert takes_us({"senders.school.bounce_handling": {"suppress_after": 1}}) == takes_us({})


def agree(kind: str, number: int) -> int:
    """Compare both engines on a random world, and give how many stays in an active queue its crashes ended."""
    scenario = scenario_from_mapping(crashing(kind, number))
    record = run_once(scenario)
    difference = first_difference(record, run_plain(scenario))
    assert difference is None, f"world {kind} {number}: {difference}"
    assert audit(record).failures == (), f"world {kind} {number}"
    return len(record.aborted)


@pytest.mark.parametrize("kind", KINDS)
def test_both_engines_agree_on_random_worlds_with_crashes(kind: str) -> None:
    assert sum(agree(kind, number) for number in NORMAL[kind]) > FEW


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", range(0, 100, 20))
def test_both_engines_agree_on_many_more_worlds_with_crashes(kind: str, first: int) -> None:
    for number in range(first, first + 20):
        agree(kind, number)
