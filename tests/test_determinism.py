"""The same seed gives the same bytes, on any machine; and chance that concerns one letter concerns no other."""

import hashlib
import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from sim.kernel.recorder import RunRecord
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.kinds import LETTER
from tests.mail.town import rows_of
from tests.reference.worlds import world

ROOT = Path(__file__).parent.parent
TABLES = ("letters", "attempts", "steps", "readings", "series", "incidents", "open", "visits")
TRAITS = ("provider", "mailbox", "size_bytes", "unknown_user", "submitted_us")

# Everything that draws: all laws, a rhythm, jitter, equal hosts, readers, faults; over local midnight.
VARIED: dict[str, Any] = {
    "format": 1,
    "seed": 11,
    "start": "2026-03-28T22:00+09:00",
    "duration": "4 h",
    "senders": {
        "school": {
            "domain": "school.example",
            "resolver": "campus",
            "host": {"commit_time": {"exponential": "4 ms"}, "import_time": "1 ms", "serial_time": "1 ms"},
        },
        "library": {"domain": "library.example"},
    },
    "providers": {
        "office": {
            "domain": "office.example",
            "mx": [{"host": "mx1"}, {"host": "mx2"}],
            "tls": True,
            "greylisting": "5 min",
            "checking": {"workers": 2, "time": {"lognormal": {"mean": "150 ms", "cv": 1}}},
            "delivery": {"time": {"exponential": "20 ms"}, "workers": 1},
        },
        "carrier": {
            "domain": "carrier.example",
            "rate_limit": {"rate": "2/s", "burst": 20},
            "connection_limit": {"per_client": 4},
            "accept_time": {"uniform": ["10 ms", "500 ms"]},
            "user_filter": "3 %",
        },
    },
    "resolvers": {"campus": {"lookup_time": {"exponential": "60 ms"}}},
    "default_road": {"round_trip": "20 ms", "jitter": "8 ms"},
    "letters": {
        "closure": {
            "from": "school",
            "to": {"carrier": "60 %", "office": "rest"},
            "size": {"median": "20 kB", "p90": "200 kB"},
            "count": 250,
            "over": "1 min",
            "unknown_users": "3 %",
        },
        "desk": {
            "from": "library",
            "to": {"office": "50 %", "carrier": "rest"},
            "size": "20 kB",
            "rate": "60/h",
            "hours": [0.5] * 12 + [1.5] * 12,
            "weekdays": [1, 1, 1, 1, 1, 2, 0.5],
        },
    },
    "readers": {"office": {"with": {"app": "40 %", "imap": "30 %", "pop3": "rest"}, "devices": 2}},
    "faults": [
        {"at": "30 min", "for": "10 min", "where": "providers.carrier", "what": "silent"},
        {"at": "90 min", "for": "5 min", "where": "resolvers.campus", "what": "down"},
    ],
    "watch": ["closure/1", "desk/3"],
}


def varied(change: Any = None) -> dict[str, Any]:
    """Give the town of this file, changed by a function."""
    town = deepcopy(VARIED)
    if change is not None:
        change(town)
    return town


def run(raw: dict[str, Any], seed: int | None = None, replication: int = 0) -> RunRecord:
    return run_once(scenario_from_mapping(raw), seed, replication)


def fingerprint(record: RunRecord) -> str:
    """Hash every byte of every table, and what queues and stations know of themselves."""
    seen = hashlib.sha256()
    for table in TABLES:
        for name, column in getattr(record, table).columns.items():
            seen.update(f"{table}.{name}".encode())
            seen.update(repr(column).encode() if isinstance(column, list) else column.tobytes())
    seen.update(repr((record.names, record.queues, record.stations)).encode())
    return seen.hexdigest()


def fingerprints() -> str:
    """Hash the town of this file and two of the random worlds."""
    raws = [VARIED, world(7), world(29)]
    return " ".join(fingerprint(run(raw)) for raw in raws)


def letters_by_name(record: RunRecord, columns: tuple[str, ...]) -> dict[tuple[str, int], tuple[Any, ...]]:
    """Give some columns of each letter by entry and number; the provider by its name."""
    names = record.names
    return {
        (names.entries[row["entry"]], row["number"]): tuple(
            names.providers[row[column]] if column == "provider" else row[column] for column in columns
        )
        for row in rows_of(record.letters)
        if row["kind"] == LETTER
    }


@pytest.fixture(scope="module")
def original() -> RunRecord:
    return run(VARIED)


def test_the_same_seed_gives_the_same_bytes_under_any_hash_seed_time_zone_and_locale() -> None:
    """Five processes that differ in all that must not matter."""
    code = "from tests.test_determinism import fingerprints; print(fingerprints())"
    surroundings = [
        {"PYTHONHASHSEED": "0", "TZ": "UTC"},
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "random", "TZ": "America/New_York", "LC_ALL": "C.UTF-8"},
        {"PYTHONHASHSEED": "random", "TZ": "Pacific/Chatham", "PYTHONOPTIMIZE": "2"},
    ]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, **one},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for one in surroundings
    ]
    told = []
    for process in running:
        out, err = process.communicate()
        assert process.returncode == 0, err
        told.append(out.strip())
    assert told == [fingerprints()] * len(surroundings)
    assert len(set(told[0].split())) == 3


def test_a_town_of_this_file_is_as_varied_as_it_says(original: RunRecord) -> None:
    """Else the tests beside it would prove little: every table has rows, and attempts failed in many ways."""
    empty = [table for table in TABLES if not len(getattr(original, table)) and table != "open"]
    assert empty == []
    assert len(set(original.attempts["reply"])) >= 5
    assert len(set(original.letters["outcome"])) >= 2
    assert len(set(original.readings["reader"])) == 3


def test_running_twice_in_one_process_gives_the_same_bytes(original: RunRecord) -> None:
    assert fingerprint(run(VARIED)) == fingerprint(original)


@pytest.mark.parametrize(("seed", "replication"), [(12, 0), (11, 1), (None, 1)])
def test_another_seed_or_replication_is_another_run(
    original: RunRecord, seed: int | None, replication: int
) -> None:
    other = run(VARIED, seed, replication)
    ours, theirs = (letters_by_name(record, TRAITS) for record in (original, other))
    shared = [name for name in ours if name in theirs]
    assert len(shared) > 300
    # Sizes differ for nearly all letters of the entry that draws them, and so do the times of everyday mail.
    assert sum(ours[name] != theirs[name] for name in shared) > 0.9 * len(shared)


def test_the_scenario_s_own_seed_is_the_one_that_is_used_if_none_is_given(original: RunRecord) -> None:
    assert fingerprint(run(VARIED, 11)) == fingerprint(original)
    assert original.seed == 11


def add_entry(town: dict[str, Any]) -> None:
    town["letters"]["news"] = {"from": "library", "to": "carrier", "size": "1 kB", "count": 50, "at": "1 h"}


def add_provider(town: dict[str, Any]) -> None:
    town["providers"]["webmail"] = {"domain": "webmail.example", "accept_time": {"exponential": "1 s"}}
    town["readers"]["webmail"] = {"with": {"pop3": "100 %"}}


def add_sender(town: dict[str, Any]) -> None:
    town["senders"]["shop"] = {"domain": "shop.example"}
    town["letters"]["offer"] = {"from": "shop", "to": "office", "size": "1 kB", "rate": "30/h"}


@pytest.mark.parametrize("change", [add_entry, add_provider, add_sender])
def test_what_is_added_at_the_end_changes_no_other_letter_s_traits(original: RunRecord, change: Any) -> None:
    ours = letters_by_name(original, TRAITS)
    theirs = letters_by_name(run(varied(change)), TRAITS)
    assert {name: theirs[name] for name in ours} == ours


def test_an_unused_provider_changes_nothing_but_the_names(original: RunRecord) -> None:
    """Nobody writes to it: every letter's times and attempts stay as they were."""
    other = run(varied(add_provider))
    assert other.attempts.columns == original.attempts.columns
    assert other.letters.columns == original.letters.columns


def slower(town: dict[str, Any]) -> None:
    town["senders"]["school"]["postconf"] = {"default_destination_concurrency_limit": 2}
    town["senders"]["school"]["host"]["commit_time"] = {"exponential": "400 ms"}
    town["providers"]["carrier"]["greylisting"] = "1 min"


def test_two_variants_see_the_same_letters(original: RunRecord) -> None:
    """Common random numbers: another window, disk and greylist, the same addressees, sizes and times of writing."""
    other = run(varied(slower))
    assert letters_by_name(other, TRAITS) == letters_by_name(original, TRAITS)
    # It is another run all the same.
    times = ("accepted_us", "ended_us")
    assert letters_by_name(other, times) != letters_by_name(original, times)


def test_two_variants_see_the_same_disk_only_slower(original: RunRecord) -> None:
    """With one disk and enough room between letters, each commit takes a hundred times as long in the slow variant.

    Everyday mail from a machine of its own, with commits of 4 ms or 400 ms on the average, a letter a minute.
    """

    def commits(mean: str) -> dict[tuple[str, int], int]:
        def change(town: dict[str, Any]) -> None:
            town["senders"]["library"]["host"] = {"commit_time": {"exponential": mean}, "commit_workers": 100}

        record = run(varied(change))
        times = letters_by_name(record, ("entry", "submitted_us", "accepted_us"))
        return {
            name: accepted - submitted for name, (entry, submitted, accepted) in times.items() if entry == 1
        }

    fast, slow = commits("4 ms"), commits("400 ms")
    assert fast.keys() == slow.keys()
    assert all(100 * fast[name] <= slow[name] <= 100 * (fast[name] + 1) for name in fast)


def test_reading_on_other_days_changes_nothing_on_the_way_to_the_mailbox(original: RunRecord) -> None:
    def change(town: dict[str, Any]) -> None:
        town["readers"] = {"carrier": {"with": {"pop3": "100 %"}}}

    other = run(varied(change))
    assert other.letters.columns == original.letters.columns
    assert other.attempts.columns == original.attempts.columns
    assert other.readings.columns != original.readings.columns


def test_watching_changes_no_time(original: RunRecord) -> None:
    def watch_none(town: dict[str, Any]) -> None:
        town["watch"] = []

    def watch_many(town: dict[str, Any]) -> None:
        town["watch"] = [f"closure/{number}" for number in range(1, 251)]

    others = [run(varied(change)) for change in (watch_none, watch_many)]
    for other in others:
        for table in set(TABLES) - {"steps"}:
            assert getattr(other, table).columns == getattr(original, table).columns
    assert len(others[0].steps) == 0 < len(original.steps) < len(others[1].steps)


def test_the_conversations_of_watched_letters_are_told_and_of_no_others(original: RunRecord) -> None:
    letters = rows_of(original.letters)
    told = {
        (original.names.entries[letters[row]["entry"]], letters[row]["number"])
        for row in original.steps["letter"]
    }
    assert told == {("closure", 1), ("desk", 3)}
