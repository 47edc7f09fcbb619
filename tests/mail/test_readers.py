"""The addressees: when a letter is fetched and opened, with which program, on which device."""

import math
from collections import Counter, defaultdict
from typing import Any

import pytest

from sim.results.audit import audit
from sim.results.blame import blame_of
from sim.results.consequences import consequences
from sim.vocabulary.kinds import APP, IMAP, POP3
from sim.vocabulary.outcomes import INBOX
from tests.mail.town import HOUR, MIN, Outcome, rows_of, run


def reading(number: int, readers: dict[str, Any], **more: Any) -> Outcome:
    """Send a letter each to many people who read in one way."""
    changes = {
        "duration": "12 h",
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": number, "over": "1 h"},
        "readers.office": readers,
        **more,
    }
    return run(changes)


def with_letters(result: Outcome) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Give each reading with its letter."""
    letters = rows_of(result.record.letters)
    return [(row, letters[row["letter"]]) for row in rows_of(result.record.readings)]


def test_an_app_shows_a_letter_as_soon_as_it_is_filed() -> None:
    result = reading(50, {"with": {"app": "100 %"}})
    assert len(result.record.readings) == 50
    assert all(
        row["fetched_us"] == letter["ended_us"] and (row["reader"], row["device"]) == (APP, 0)
        for row, letter in with_letters(result)
    )


def test_imap_shows_a_letter_on_each_device_at_once_and_it_is_opened_on_one() -> None:
    """Three devices; each opens a third of 600 letters within four deviations of sqrt(600 * 2/9)."""
    opens = {"median": "10 min", "p90": "30 min"}
    result = reading(600, {"with": {"imap": "100 %"}, "devices": 3, "opens_after": opens})
    by_letter = defaultdict(list)
    for row, letter in with_letters(result):
        assert (row["reader"], row["fetched_us"]) == (IMAP, letter["ended_us"])
        by_letter[row["letter"]].append(row)
    assert {tuple(row["device"] for row in rows) for rows in by_letter.values()} == {(0, 1, 2)}
    opened_on = [[row["device"] for row in rows if row["opened_us"] >= 0] for rows in by_letter.values()]
    assert {len(devices) for devices in opened_on} == {1}
    for count in Counter(devices[0] for devices in opened_on).values():
        assert count == pytest.approx(200, abs=4 * math.sqrt(600 * 2 / 9))


def test_pop3_fetches_on_each_person_s_own_grid_of_ten_minutes() -> None:
    """Waits for the poll are spread evenly over ten minutes: mean 5 min, +- 4 * 10/sqrt(12 * 500) min."""
    result = reading(500, {"with": {"pop3": "100 %"}})
    waits = [row["fetched_us"] - letter["ended_us"] for row, letter in with_letters(result)]
    assert len(waits) == 500
    assert 0 <= min(waits) <= max(waits) < 10 * MIN
    assert sum(waits) / 500 / MIN == pytest.approx(5, abs=4 * 10 / math.sqrt(12 * 500))


def test_letters_to_one_person_are_fetched_a_whole_number_of_polls_apart() -> None:
    everyday = {"from": "school", "to": "office", "size": "1 B", "rate": "60/h"}
    changes = {"letters.notice": everyday, "providers.office.users": 1}
    result = reading(0, {"with": {"pop3": "100 %"}, "poll": "7 min"}, **changes)
    fetched = [row["fetched_us"] for row, _ in with_letters(result)]
    assert len(set(fetched)) > 50
    assert {(at_us - fetched[0]) % (7 * MIN) for at_us in fetched} == {0}


def test_no_letter_is_opened_before_it_is_fetched() -> None:
    """People open within seconds here, but their programs poll every 40 minutes: opened as it is fetched."""
    opens = {"median": "10 s", "p90": "30 s"}
    result = reading(200, {"with": {"pop3": "100 %"}, "poll": "40 min", "opens_after": opens})
    waited = [(row["fetched_us"], row["opened_us"]) for row, _ in with_letters(result)]
    assert all(fetched_us <= opened_us for fetched_us, opened_us in waited)
    assert sum(fetched_us == opened_us for fetched_us, opened_us in waited) > 150


def test_half_of_the_letters_are_opened_by_the_median_and_nine_tenths_by_the_90th_percentile() -> None:
    opens = {"median": "10 min", "p90": "1 h"}
    result = reading(2000, {"with": {"app": "100 %"}, "opens_after": opens})
    delays = [row["opened_us"] - letter["ended_us"] for row, letter in with_letters(result)]
    for limit_us, share in ((10 * MIN, 0.5), (HOUR, 0.9)):
        below = sum(delay < limit_us for delay in delays)
        assert below == pytest.approx(2000 * share, abs=4 * math.sqrt(2000 * share * (1 - share)))


def test_people_read_with_the_programs_of_their_shares_and_stay_with_them() -> None:
    """50 people, about 700 letters; each person has one program, and all three are in use."""
    everyday = {"from": "school", "to": "office", "size": "1 B", "rate": "60/h"}
    changes = {"letters.notice": everyday, "providers.office.users": 50}
    result = reading(0, {"with": {"app": "50 %", "imap": "30 %", "pop3": "rest"}}, **changes)
    programs = defaultdict(set)
    for row, letter in with_letters(result):
        programs[letter["mailbox"]].add(row["reader"])
    assert {len(used) for used in programs.values()} == {1}
    seen = Counter(used.pop() for used in programs.values())
    assert seen[APP] == pytest.approx(25, abs=4 * math.sqrt(50 / 4))
    assert min(seen[IMAP], seen[POP3]) > 0


def test_what_is_not_fetched_or_opened_by_the_end_is_not_told() -> None:
    """A median of 5.8 h: of letters filed within the first of twelve hours a part stays unopened."""
    result = reading(500, {"with": {"app": "50 %", "pop3": "rest"}, "poll": "12 h"})
    rows = with_letters(result)
    assert all(row["fetched_us"] < 12 * HOUR and row["opened_us"] < 12 * HOUR for row, _ in rows)
    assert {row["opened_us"] >= 0 for row, _ in rows} == {True, False}
    # Polls every 12 h, from a moment of each person's own on: those that came before the letter find nothing.
    assert 250 < len(rows) < 500


def test_only_letters_in_a_mailbox_are_read() -> None:
    nobody = {
        "letters.notice": {
            "from": "school",
            "to": "office",
            "size": "1 B",
            "count": 100,
            "unknown_users": "50 %",
        }
    }
    result = reading(0, {"with": {"app": "100 %"}}, **nobody)
    read = {row["letter"] for row in rows_of(result.record.readings)}
    letters = rows_of(result.record.letters)
    assert read == {place for place, row in enumerate(letters) if (row["outcome"], row["kind"]) == (INBOX, 0)}
    assert 0 < len(read) < 100


def test_a_provider_without_readers_has_no_readings() -> None:
    assert len(run().record.readings) == 0


@pytest.mark.parametrize("program", ["app", "imap", "pop3"])
def test_who_reports_a_letter_or_leaves_does_so_as_he_opens_it(program: str) -> None:
    """With POP3 that is when it has been fetched, an hour later perhaps, and not before."""
    readers = {"with": {program: "100 %"}, "poll": "1 h", "opens_after": {"median": "1 min", "p90": "1 h"}}
    more = {"letters.notice.complaints": "50 %", "letters.notice.unsubscribes": "50 %"}
    result = reading(40, readers, **more)
    opened = {row["letter"]: row["opened_us"] for row in rows_of(result.record.readings)}
    reports = rows_of(result.record.reports)
    assert {row["what"] for row in reports} == {"complained", "unsubscribed"}
    assert all(row["at_us"] == opened[row["letter"]] for row in reports)


SHUT = {"faults": [{"at": "20 min", "for": "30 min", "where": "readers.office", "what": "down"}]}


@pytest.mark.parametrize("kind", ["app", "imap"])
def test_while_the_mailbox_server_is_down_nothing_is_shown_and_nothing_opened(kind: str) -> None:
    """From 20 to 50 min. Right value: what is filed then is shown at 50 min; nothing is opened in between."""
    result = reading(60, {"with": {kind: "100 %"}}, **SHUT)
    struck = 0
    for row, letter in with_letters(result):
        is_within = 20 * MIN <= letter["ended_us"] < 50 * MIN
        struck += is_within
        assert row["fetched_us"] == (50 * MIN if is_within else letter["ended_us"])
        assert not 20 * MIN <= row["opened_us"] < 50 * MIN
    assert struck == 30


def test_what_pop3_has_fetched_before_can_be_read_offline() -> None:
    """Right value: no poll succeeds from 20 to 50 min, each person's next one does; letters at home are opened."""
    habits = {"with": {"pop3": "100 %"}, "opens_after": {"median": "15 min", "p90": "30 min"}}
    calm, shut = with_letters(reading(60, habits)), with_letters(reading(60, habits, **SHUT))
    opened_meanwhile = 0
    for (row, letter), (usual, _) in zip(shut, calm, strict=True):
        late_us = row["fetched_us"] - usual["fetched_us"]
        assert late_us % (10 * MIN) == 0
        assert (late_us > 0) == (20 * MIN <= usual["fetched_us"] < 50 * MIN)
        assert 0 <= row["fetched_us"] - max(letter["ended_us"], 50 * MIN * (late_us > 0)) < 10 * MIN
        opened_meanwhile += 20 * MIN <= row["opened_us"] < 50 * MIN
    assert opened_meanwhile > 0


def test_the_incident_tells_how_long_letters_lay_there_unseen() -> None:
    """One letter a minute, each filed at once. Right value: those of 20 to 49 min, 30 + 29 + ... + 1 min."""
    result = reading(60, {"with": {"app": "100 %"}}, **SHUT)
    found = consequences(result.record, blame_of(result.record))
    late_us = int(found.delay_us[0])

    assert found.letters_delayed.tolist() == [30]
    assert late_us / MIN == pytest.approx(sum(range(1, 31)), abs=0.1)


@pytest.mark.parametrize("kind", ["app", "imap", "pop3"])
def test_the_audit_holds_while_mailboxes_are_shut_up_to_the_end(kind: str) -> None:
    spells = [(15, 10), (30, 31), (62, 500), (700, 40)]
    faults = [
        {"at": f"{at} min", "for": f"{lasts} min", "where": "readers.office", "what": "down"}
        for at, lasts in spells
    ]
    result = reading(120, {"with": {kind: "100 %"}}, faults=faults, duration="712 min")
    assert audit(result.record).ok


def test_the_audit_finds_a_reader_who_was_let_in_though_nobody_is() -> None:
    result = reading(60, {"with": {"app": "100 %"}}, **SHUT)
    row = next(n for n, us in enumerate(result.record.readings["fetched_us"]) if us == 50 * MIN)
    result.record.readings["fetched_us"][row] -= 1
    assert [check.name for check in audit(result.record).failures] == ["fetched_as_people_read"]
