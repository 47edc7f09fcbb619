"""A whole run: what has not happened at the end has not happened, and the books are closed without a remainder."""

from collections import defaultdict
from typing import Any

import pytest

from sim.kernel.recorder import RunRecord
from sim.run_scenario import build, run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.outcomes import BOUNCED, EXPIRED, INBOX, QUEUED, REFUSED
from tests.mail.town import HOP, MS, ROUND_TRIP, Outcome, S, mapping, rows_of, run, scenario, times
from tests.reference.worlds import world

# --- the end ------------------------------------------------------------------------------------------
# A letter at 0 s: RCPT is there at 70 ms, the dot at 90 ms, delivered then, and the sender knows at 100 ms.


@pytest.mark.parametrize(
    ("end_us", "delivered", "outcome", "attempts", "open_rows"),
    [
        (90 * MS, False, QUEUED, 0, 1),
        (90 * MS + 1, True, INBOX, 0, 1),
        (100 * MS, True, INBOX, 0, 1),
        (100 * MS + 1, True, INBOX, 1, 0),
    ],
)
def test_what_would_happen_at_the_end_or_later_has_not_happened(
    end_us: int, delivered: bool, outcome: int, attempts: int, open_rows: int
) -> None:
    result = run({"duration": f"{end_us} us"})
    letter = result.letter()
    assert (letter.delivered_us >= 0, letter.outcome, len(letter.attempts)) == (delivered, outcome, attempts)
    assert (letter.ended_us >= 0) is (outcome == INBOX)
    assert rows_of(result.record.open) == [{"letter": 0, "activated_us": 0}] * open_rows


def test_a_letter_accepted_by_the_provider_but_not_in_its_box_by_the_end_is_queued() -> None:
    changes = {"duration": "5 s", "providers.office.delivery": {"time": "5 s"}}
    letter = run(changes).letter()
    assert (letter.delivered_us, letter.ended_us, letter.outcome) == (90 * MS, -1, QUEUED)


@pytest.mark.parametrize(("end", "accepted_us"), [("5 s", -1), ("5000001 us", 5 * S)])
def test_a_letter_still_at_the_disk_at_the_end_is_not_accepted(end: str, accepted_us: int) -> None:
    changes = {
        "duration": end,
        "senders.school.host": {"commit_time": "5 s"},
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 1},
    }
    result = run(changes)
    assert (result.letter().accepted_us, result.letter().outcome) == (accepted_us, QUEUED)


@pytest.mark.parametrize(("end", "bounced"), [("80 ms", False), ("80001 us", True)])
def test_a_refusal_that_is_not_known_by_the_end_is_none(end: str, bounced: bool) -> None:
    result = run({"duration": end, "letters.notice.unknown_users": "100 %"})
    assert (result.letter().outcome == BOUNCED) is bounced
    assert len(result.letters) == (2 if bounced else 1)


def test_a_letter_waiting_for_its_window_at_the_end_is_open() -> None:
    """Seven at once, five go out; the run ends before any is through."""
    result = run({"duration": "50 ms", "letters.notice.times": times(*[0] * 7)})
    assert rows_of(result.record.open) == [{"letter": row, "activated_us": 0} for row in range(7)]
    assert {letter.outcome for letter in result.letters.values()} == {QUEUED}


def test_a_deferred_letter_is_queued_at_the_end_and_not_open() -> None:
    result = run({"duration": "4 min", "providers.office.greylisting": "60 s"})
    assert (result.letter().outcome, len(result.record.open)) == (QUEUED, 0)
    assert (result.queue("school.deferred").entered, result.queue("school.deferred").left) == (1, 0)


def test_a_run_in_which_nothing_is_written_is_a_run() -> None:
    result = run({"letters.notice.times": times(4000)})
    assert (len(result.letters), len(result.record.attempts)) == (0, 0)
    assert {queue.integral_us for queue in result.record.queues} == {0}


# --- queues -------------------------------------------------------------------------------------------


def waits_of(record: RunRecord) -> dict[str, list[tuple[int, int]]]:
    """Give every stay in every queue, from the rows alone: from when to when, the end of the run at most."""
    end_us = record.simulated_us
    letters = rows_of(record.letters)
    attempts = defaultdict(list)
    for row in rows_of(record.attempts):
        attempts[row["letter"]].append((row["activated_us"], row["ended_us"]))
    for row in rows_of(record.open):
        attempts[row["letter"]].append((row["activated_us"], end_us))
    stays = defaultdict(list)
    for place, letter in enumerate(letters):
        sender = record.names.senders[letter["sender"]]
        if letter["accepted_us"] < 0:
            continue
        tried = sorted(attempts[place])
        entered_us, queue = letter["accepted_us"], "incoming"
        for activated_us, ended_us in tried:
            stays[f"{sender}.{queue}"].append((entered_us, activated_us))
            stays[f"{sender}.active"].append((activated_us, ended_us))
            entered_us, queue = ended_us, "deferred"
        done = letter["outcome"] in (INBOX, BOUNCED, EXPIRED, REFUSED) or letter["delivered_us"] >= 0
        if not done and entered_us < end_us:
            stays[f"{sender}.{queue}"].append((entered_us, end_us))
    stations = [queue.name for queue in record.queues if queue.where_rows in ("checking", "delivery")]
    names = dict(enumerate(stations))
    for visit in rows_of(record.visits):
        if visit["from_us"] < end_us:
            stays[names[visit["queue"]]].append((visit["from_us"], min(visit["to_us"], end_us)))
    return stays


TOWNS: dict[str, dict[str, Any]] = {
    "a burst over a slow road": {
        "duration": "30 s",
        "senders.school.host": {"commit_time": {"exponential": "5 ms"}, "import_time": "1 ms"},
        "providers.office.accept_time": {"exponential": "900 ms"},
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 500},
    },
    "greylisting, unknown users and counters": {
        "duration": "25 min",
        "senders.school.host": {"commit_time": "3 ms", "import_time": "2 ms", "deferral_time": "4 ms"},
        "providers.office.greylisting": "5 min",
        "providers.office.checking": {"workers": 1, "time": {"exponential": "2 s"}},
        "providers.office.delivery": {"workers": 1, "time": {"exponential": "1 s"}},
        "letters.notice": {
            "from": "school",
            "to": "office",
            "size": "1 B",
            "rate": "30/min",
            "unknown_users": "10 %",
        },
    },
    "a provider that is down for a while": {
        "duration": "45 min",
        "senders.school.postconf": {"maximal_queue_lifetime": "600s", "qmgr_message_active_limit": 20},
        "senders.school.host": {"import_time": "5 ms"},
        "providers.office.accept_time": "1 s",
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 400, "over": "15 min"},
        "faults": [{"at": "2 min", "for": "12 min", "where": "providers.office", "what": "down"}],
    },
}


def record_of(name: str) -> RunRecord:
    if name in TOWNS:
        return run(TOWNS[name]).record
    return run_once(scenario_from_mapping(world(int(name))))


@pytest.mark.parametrize("name", [*TOWNS, "3", "11", "29", "41"])
def test_each_queue_s_own_integral_is_the_sum_of_the_waits_in_the_rows(name: str) -> None:
    """Little's law without any expectation: the integral of the length over time is the sum of all stays, exactly."""
    record = record_of(name)
    stays = waits_of(record)
    told = {queue.name: queue.integral_us for queue in record.queues}
    assert told == {queue: sum(to_us - from_us for from_us, to_us in stays[queue]) for queue in told}
    assert sum(told.values()) > 0


@pytest.mark.parametrize("name", [*TOWNS, "3", "11", "29", "41"])
def test_each_queue_counts_who_came_and_who_left_before_the_end(name: str) -> None:
    record = record_of(name)
    stays = waits_of(record)
    for queue in record.queues:
        waits = stays[queue.name]
        gone = sum(to_us < record.simulated_us for _, to_us in waits)
        assert (queue.name, queue.entered, queue.left) == (queue.name, len(waits), gone)


@pytest.mark.parametrize("name", [*TOWNS, "11", "29"])
def test_each_queue_s_peak_is_the_most_that_were_in_it_at_one_time(name: str) -> None:
    """At least those who stayed for a time; at most also those who came and went within one microsecond."""
    record = record_of(name)
    for queue, waits in waits_of(record).items():
        peaks = []
        for leaves_first in (True, False):
            moves = sorted(
                [(from_us, int(leaves_first)) for from_us, _ in waits]
                + [(to_us, int(not leaves_first)) for _, to_us in waits]
            )
            inside = most = 0
            for _, kind in moves:
                inside += 1 if kind == int(leaves_first) else -1
                most = max(most, inside)
            peaks.append(most)
        told = next(one.peak for one in record.queues if one.name == queue)
        assert min(peaks) <= told <= max(peaks), queue


def test_letters_accepted_while_one_is_imported_stand_in_line_behind_it() -> None:
    """An import takes 10 ms: at 2 ms the letters of 0, 1 and 2 ms are all in incoming."""
    changes = {
        "senders.school.host": {"import_time": "10 ms"},
        "letters.notice.times": times(0, 0.001, 0.002),
    }
    assert run(changes).queue("school.incoming").peak == 3


def test_who_would_come_at_the_end_has_not_come() -> None:
    """The commit would be over at 5 s sharp."""
    changes = {
        "duration": "5 s",
        "senders.school.host": {"commit_time": "5 s"},
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 1},
    }
    queue = run(changes).queue("school.incoming")
    assert (queue.entered, queue.peak) == (0, 0)


def test_who_would_leave_at_the_end_has_not_left() -> None:
    """The dot is there at 90 ms, and 10 s of checking would be over at the end."""
    changes = {"duration": "10090 ms", "providers.office.checking": {"workers": 1, "time": "10 s"}}
    queue = run(changes).queue("office.mx.checking")
    assert (queue.entered, queue.left, queue.integral_us) == (1, 0, 10 * S)


# --- letters ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*TOWNS, *map(str, range(100, 112))])
def test_every_letter_has_exactly_one_end_and_its_times_are_in_order(name: str) -> None:
    record = record_of(name)
    end_us = record.simulated_us
    for letter in rows_of(record.letters):
        assert letter["outcome"] in (INBOX, REFUSED, BOUNCED, EXPIRED, QUEUED)
        assert (letter["ended_us"] == -1) is (letter["outcome"] == QUEUED)
        known = [letter[name] for name in ("submitted_us", "accepted_us", "delivered_us", "ended_us")]
        moments = [at_us for at_us in known if at_us >= 0]
        assert moments == sorted(moments)
        assert 0 <= letter["submitted_us"] < end_us
        assert max(moments) < end_us
        assert (letter["delivered_us"] >= 0) or letter["outcome"] != INBOX


@pytest.mark.parametrize("name", [*TOWNS, *map(str, range(100, 112))])
def test_attempts_of_a_letter_follow_one_another_and_their_parts_are_in_order(name: str) -> None:
    """Postfix's delays: a to accepted .. activated, b to handed over, c set-up, d the rest; none is negative."""
    record = record_of(name)
    letters = rows_of(record.letters)
    free_us = [letter["accepted_us"] for letter in letters]
    numbers = [0] * len(letters)
    for attempt in sorted(rows_of(record.attempts), key=lambda row: (row["ended_us"], row["activated_us"])):
        place = attempt["letter"]
        assert free_us[place] <= attempt["activated_us"] <= attempt["handed_us"] <= attempt["ended_us"]
        assert attempt["handed_us"] + attempt["setup_us"] <= attempt["ended_us"] < record.simulated_us
        assert attempt["dns_us"] <= attempt["setup_us"]
        free_us[place] = attempt["ended_us"]
        numbers[place] += 1
    assert numbers == [letter["attempts"] for letter in letters]


# --- series, progress, stations ------------------------------------------------------------------------


@pytest.mark.parametrize("duration", ["10 s", "1 h", "30 d"])
def test_a_series_has_600_rows_whatever_the_duration(duration: str) -> None:
    record = run({"duration": duration}).record
    assert len(record.series) == 600 * len(record.names.series)
    assert set(record.names.series) == {
        "school.incoming",
        "school.active",
        "school.deferred",
        "office.mx.connections",
    }


def test_whoever_shows_progress_changes_nothing() -> None:
    seen: list[tuple[int, int]] = []
    town = scenario({"letters.notice.times": times(0, 1800)})
    quiet, shown = (
        run_once(town),
        run_once(town, progress=lambda now_us, letters: seen.append((now_us, letters))),
    )
    assert quiet.letters.columns == shown.letters.columns
    assert quiet.attempts.columns == shown.attempts.columns
    assert [now_us for now_us, _ in seen] == sorted(now_us for now_us, _ in seen)
    assert 0 < len(seen) <= 600


def test_a_host_s_work_is_what_its_counter_did_within_the_run() -> None:
    """Three letters at once, one worker, 10 s each, in a run of 25.09 s: 25 s of work; down for the last 5 s."""
    changes = {
        "duration": "25090 ms",
        "providers.office.checking": {"workers": 1, "time": "10 s"},
        "letters.notice.times": times(0, 0, 0),
        "faults": [{"at": "20090 ms", "for": "60 s", "where": "providers.office", "what": "down"}],
    }
    stations = {station.name: station for station in run(changes).record.stations}
    office = stations["office.mx"]
    assert (office.workers, office.busy_us, office.down_us) == (1, 25 * S, 5 * S)


def test_a_sender_s_work_is_that_of_handing_letters_over() -> None:
    changes = {"senders.school.host": {"serial_time": "10 ms"}, "letters.notice.times": times(*[0] * 7)}
    (school,) = (one for one in run(changes).record.stations if one.name == "school")
    assert (school.busy_us, school.down_us) == (70 * MS, 0)


def test_a_run_is_told_its_seed_and_replication() -> None:
    town = scenario({"seed": 7})
    assert [(r.seed, r.replication) for r in (run_once(town), run_once(town, 8, 2))] == [(7, 0), (8, 2)]


def test_a_run_may_be_built_first_and_run_later() -> None:
    town = scenario()
    assert build(town).run().letters.columns == run_once(town).letters.columns


def test_the_town_of_these_tests_is_as_it_says() -> None:
    """Delivered after nine hops, known after ten."""
    result = Outcome(run_once(scenario_from_mapping(mapping())))
    assert (result.letter().delivered_us, result.first().ended_us) == (9 * HOP, 5 * ROUND_TRIP)
