"""Bounces and warnings are letters of their own, from the mail system to the sender, and have none themselves."""

from typing import Any

import pytest

from sim.vocabulary.connections import NO_CONNECTION, SUSPENDED
from sim.vocabulary.kinds import DSN, LETTER, LOCAL, NO_HOST, WARNING
from sim.vocabulary.outcomes import BOUNCED, EXPIRED, INBOX
from sim.vocabulary.replies import ACCEPTED, CONNECTION_REFUSED, GREETED_554, GREYLISTED, UNKNOWN_USER
from sim.vocabulary.stages import NONE
from tests.mail.town import MIN, ROUND_TRIP, Outcome, S, fault, rows_of, run, times

NOBODY: dict[str, Any] = {"letters.notice.unknown_users": "100 %"}


def test_an_unknown_user_is_returned_at_once() -> None:
    """A 550 is final: one attempt, and the DSN is handed in at the moment at which the sender knows (80 ms)."""
    result = run(NOBODY)
    letter, dsn = result.letter(), result.letter(kind=DSN)
    assert (letter.outcome, letter.ended_us, len(letter.attempts)) == (BOUNCED, 4 * ROUND_TRIP, 1)
    assert letter.attempts[0].reply == UNKNOWN_USER
    assert (dsn.submitted_us, dsn.outcome, dsn.ended_us) == (4 * ROUND_TRIP, INBOX, 4 * ROUND_TRIP)


def test_a_dsn_names_its_parent_and_goes_to_the_sender_s_own_machine() -> None:
    rows = rows_of(run({**NOBODY, "letters.notice.times": times(0, 1)}).record.letters)
    for dsn in (row for row in rows if row["kind"] == DSN):
        parent = rows[dsn["parent"]]
        assert (parent["kind"], parent["number"], parent["sender"]) == (LETTER, dsn["number"], dsn["sender"])
        assert (dsn["provider"], dsn["mailbox"]) == (LOCAL, 0)
    assert [row["parent"] for row in rows if row["kind"] == LETTER] == [-1, -1]
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("size", "dsn_bytes"), [("1 B", 2_001), ("20 kB", 22_000), ("50 kB", 52_000), ("9 MB", 52_000)]
)
def test_a_dsn_quotes_the_letter_up_to_50_kb(size: str, dsn_bytes: int) -> None:
    """bounce_size_limit is 50,000 bytes; two kilobytes are the DSN's own."""
    assert run({**NOBODY, "letters.notice.size": size}).letter(kind=DSN).size_bytes == dsn_bytes


def test_a_dsn_is_delivered_locally_without_network_resolver_or_process() -> None:
    """Even with a window, process limit and road that let nothing through."""
    changes = {**NOBODY, "senders.school.postconf": {"default_process_limit": 1}}
    (attempt,) = run(changes).letter(kind=DSN).attempts
    assert (attempt.connection, attempt.stage, attempt.host, attempt.reply) == (
        NO_CONNECTION,
        NONE,
        NO_HOST,
        ACCEPTED,
    )
    assert attempt.activated_us == attempt.handed_us == attempt.ended_us


def test_a_dsn_passes_the_spool_and_the_importer_as_any_letter() -> None:
    """Letter: commit 1 s, import 2 s, 80 ms of conversation. DSN: committed and imported from then on."""
    changes = {
        "senders.school.host": {"commit_time": "1 s", "import_time": "2 s"},
        "letters.notice": {
            "from": "school",
            "to": "office",
            "size": "1 B",
            "count": 1,
            "unknown_users": "100 %",
        },
    }
    result = run(changes)
    returned_us = 3 * S + 4 * ROUND_TRIP
    dsn = result.letter(kind=DSN)
    assert (dsn.submitted_us, dsn.accepted_us, dsn.ended_us) == (
        returned_us,
        returned_us + S,
        returned_us + 3 * S,
    )


def test_a_letter_expires_at_the_first_failed_attempt_past_its_lifetime() -> None:
    """Lifetime 1 h, scans every 5 min from 0 s, instantaneous attempts: 0, 5, 10, 20, 40, 80 min.

    At 40 min the letter is too young to be given up, at 80 min it is too old.
    """
    changes = {
        "duration": "3 h",
        "default_road.round_trip": "0 s",
        "senders.school.postconf": {"maximal_queue_lifetime": "1h"},
        "faults": [{"at": "0 s", "for": "3 h", "where": "providers.office", "what": "down"}],
    }
    result = run(changes)
    letter = result.letter()
    assert [attempt.ended_us // MIN for attempt in letter.attempts] == [0, 5, 10, 20, 40, 80]
    assert (letter.outcome, letter.ended_us) == (EXPIRED, 80 * MIN)
    assert {attempt.reply for attempt in letter.attempts} == {CONNECTION_REFUSED}
    assert result.letter(kind=DSN).outcome == INBOX


@pytest.mark.parametrize(("lifetime_s", "attempts"), [(300, 2), (301, 3)])
def test_a_letter_as_old_as_its_lifetime_is_given_up(lifetime_s: int, attempts: int) -> None:
    """qmgr_active.c compares with >=; the second attempt is at 300 s sharp."""
    changes = {
        "default_road.round_trip": "0 s",
        "senders.school.postconf": {"maximal_queue_lifetime": f"{lifetime_s}s"},
        "faults": [{"at": "0 s", "for": "1 h", "where": "providers.office", "what": "down"}],
    }
    assert len(run(changes).letter().attempts) == attempts


def test_lifetime_0_means_a_single_attempt() -> None:
    changes = {
        "providers.office.greylisting": "60 s",
        "senders.school.postconf": {"maximal_queue_lifetime": 0},
    }
    letter = run(changes).letter()
    assert (letter.outcome, [attempt.reply for attempt in letter.attempts]) == (EXPIRED, [GREYLISTED])


def test_a_letter_past_its_lifetime_is_delivered_if_the_attempt_succeeds() -> None:
    """Only a failed attempt looks at the age: the provider is back when the letter is 80 min old."""
    changes = {
        "duration": "3 h",
        "default_road.round_trip": "0 s",
        "senders.school.postconf": {"maximal_queue_lifetime": "1h"},
        "faults": [{"at": "0 s", "for": "79 min", "where": "providers.office", "what": "down"}],
    }
    letter = run(changes).letter()
    assert (letter.outcome, letter.ended_us) == (INBOX, 80 * MIN)


def test_each_bounced_or_expired_letter_has_one_dsn_and_no_dsn_has_any() -> None:
    changes = {
        "duration": "3 h",
        "providers.shop": {"domain": "shop.example"},
        "senders.school.postconf": {"maximal_queue_lifetime": "1h"},
        "letters.notice": {
            "from": "school",
            "to": {"office": "50 %", "shop": "rest"},
            "size": "1 B",
            "count": 300,
            "unknown_users": "20 %",
        },
        "faults": [{"at": "0 s", "for": "3 h", "where": "providers.shop", "what": "down"}],
    }
    rows = rows_of(run(changes).record.letters)
    returned = {place for place, row in enumerate(rows) if row["outcome"] in (BOUNCED, EXPIRED)}
    parents = [row["parent"] for row in rows if row["kind"] == DSN]
    assert {rows[place]["outcome"] for place in returned} == {BOUNCED, EXPIRED}
    assert sorted(parents) == sorted(returned)
    assert {rows[parent]["kind"] for parent in parents} == {LETTER}
    assert {row["outcome"] for row in rows if row["kind"] == DSN} == {INBOX}


def test_a_dsn_that_falls_into_a_pause_of_the_machine_waits_for_its_end() -> None:
    """The conversation goes on while the machine takes nothing new: refused at 80 ms, down from 50 ms to 60 s."""
    changes = {
        **NOBODY,
        "faults": [{"at": "50 ms", "for": "59950 ms", "where": "senders.school", "what": "down"}],
    }
    dsn = run(changes).letter(kind=DSN)
    assert (dsn.submitted_us, dsn.accepted_us, dsn.ended_us) == (4 * ROUND_TRIP, 60 * S, 60 * S)


# --- soft_bounce --------------------------------------------------------------------------------------


def test_with_soft_bounce_a_refusal_for_good_is_one_for_now() -> None:
    """Lifetime 1 h, scans every 5 min: the unknown user is tried again at 5, 10, 20, 40 and 80 min, then given up."""
    changes = {
        **NOBODY,
        "duration": "3 h",
        "default_road.round_trip": "0 s",
        "senders.school.postconf": {"maximal_queue_lifetime": "1h", "soft_bounce": True},
    }
    result = run(changes)
    letter = result.letter()
    assert [attempt.ended_us // MIN for attempt in letter.attempts] == [0, 5, 10, 20, 40, 80]
    assert {attempt.reply for attempt in letter.attempts} == {UNKNOWN_USER}
    assert (letter.outcome, letter.ended_us) == (EXPIRED, 80 * MIN)
    assert result.letter(kind=DSN).submitted_us == 80 * MIN


# --- warnings -----------------------------------------------------------------------------------------


def turned_away(warning: str, *at: float, **postconf: Any) -> Outcome:
    """Run letters to a provider that is down for the whole hour; attempts take no time, scans come every 5 min."""
    changes = {
        "default_road.round_trip": "0 s",
        "senders.school.postconf": {"delay_warning_time": warning, **postconf},
        "letters.notice.times": times(*at),
        "faults": [fault("providers.office", "down", 0, 3600)],
    }
    return run(changes)


def warned_us(result: Outcome) -> list[int]:
    """Give when warnings were handed in."""
    return [letter.submitted_us for (_, _, kind), letter in result.letters.items() if kind == WARNING]


def test_a_server_that_greets_with_554_is_tried_for_two_days_and_the_writer_warned_after_three_hours() -> (
    None
):
    """A greeting of 5xx is no refusal for good: two days of retries, as mail administrators have reported them.

    The first retry comes after 450 s; then the ages are 1,050, 2,250, 4,650, 8,850, 13,050 s, and so on every
    4,200 s. The first attempt past 3 h (10,800 s) is at 13,050 s, the first past 2 d at 176,850 s, the 46th.
    """
    changes = {
        "duration": "3 d",
        "default_road.round_trip": "0 s",
        "senders.school.scan_phase": "150 s",
        "senders.school.postconf": {"maximal_queue_lifetime": "2d", "delay_warning_time": "3h"},
        "faults": [fault("providers.office", "greets_554", 0, 3 * 86_400)],
    }
    result = run(changes)
    letter = result.letter()
    assert {attempt.reply for attempt in letter.attempts} == {GREETED_554}
    assert warned_us(result) == [13_050 * S]
    assert (letter.outcome, letter.ended_us, len(letter.attempts)) == (EXPIRED, 176_850 * S, 46)
    assert result.letter(kind=DSN).submitted_us == 176_850 * S


def test_an_unknown_user_s_letter_is_returned_and_nobody_is_warned() -> None:
    result = run({**NOBODY, "senders.school.postconf": {"delay_warning_time": "1s"}})
    assert result.letter().outcome == BOUNCED
    assert warned_us(result) == []


@pytest.mark.parametrize(
    ("warning", "warned_s"),
    [("0", []), ("1s", [0]), ("300s", [300]), ("301s", [300]), ("302s", [600]), ("1h", [])],
)
def test_the_warning_is_sent_once_at_the_first_attempt_that_is_late_enough(
    warning: str, warned_s: list[int]
) -> None:
    """Attempts at 0, 300, 600, 1,200, 2,400 s; qmgr_active.c warns from one second before the time on."""
    assert warned_us(turned_away(warning, 0)) == [second * S for second in warned_s]


def test_whole_seconds_of_the_wall_clock_decide() -> None:
    """Accepted at 0.9 s, so in second 0; the scan at 300 s is 299.1 s later, but 300 seconds."""
    assert warned_us(turned_away("301s", 0.9)) == [300 * S]


def test_a_letter_that_is_held_back_makes_a_warning_too() -> None:
    """Nine letters at once: five are refused, and the four others held back; all nine are late at once."""
    result = turned_away("1s", *[0] * 9)
    assert result.first(9).connection == SUSPENDED
    assert warned_us(result) == [0] * 9


def test_a_letter_that_is_given_up_makes_a_dsn_and_no_warning() -> None:
    result = turned_away("300s", 0, maximal_queue_lifetime="300s")
    assert (warned_us(result), result.letter(kind=DSN).submitted_us) == ([], 300 * S)


def test_a_warning_says_which_letter_is_late_and_quotes_its_headers() -> None:
    """Two kilobytes of its own, and of the letter two kilobytes at most; to the sender's own machine."""
    changes = {
        "senders.school.postconf": {"delay_warning_time": "1s"},
        "senders.school.host": {"commit_time": "1 s", "import_time": "2 s"},
        "letters.notice": {"from": "school", "to": "office", "size": "20 kB", "count": 2, "pace": "0.1/s"},
        "providers.office.greylisting": "60 s",
    }
    result = run(changes)
    rows = rows_of(result.record.letters)
    for warning in (row for row in rows if row["kind"] == WARNING):
        parent = rows[warning["parent"]]
        assert (parent["kind"], parent["number"], parent["sender"]) == (LETTER, warning["number"], 0)
        assert (warning["provider"], warning["mailbox"], warning["size_bytes"]) == (LOCAL, 0, 4_000)
        # Committed and imported as any letter.
        assert warning["ended_us"] == warning["submitted_us"] + 3 * S
    assert len(rows) == 4


def test_a_letter_that_was_late_may_still_arrive() -> None:
    changes = {
        "senders.school.postconf": {"delay_warning_time": "1s"},
        "providers.office.greylisting": "60 s",
    }
    result = run(changes)
    assert (result.letter().outcome, result.letter(kind=WARNING).outcome) == (INBOX, INBOX)
