"""A bounce is a letter of its own, from the mail system to the sender, and never has a bounce itself."""

from typing import Any

import pytest

from sim.vocabulary.connections import NO_CONNECTION
from sim.vocabulary.kinds import DSN, LETTER, LOCAL, NO_HOST
from sim.vocabulary.outcomes import BOUNCED, EXPIRED, INBOX
from sim.vocabulary.replies import ACCEPTED, CONNECTION_REFUSED, GREYLISTED, UNKNOWN_USER
from sim.vocabulary.stages import NONE
from tests.mail.town import MIN, ROUND_TRIP, S, rows_of, run, times

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
