"""Blame: each letter's parts by arithmetic, and that they add up in every random world."""

import numpy as np
import pytest

from sim.kernel.recorder import RunRecord
from sim.results.blame import Blame, blame_of
from sim.results.blame_sums import WAITING_KEYS, blame_sums
from sim.results.measures import measure
from sim.results.summary import summarise
from sim.results.tables import frames
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.connections import SHARED
from sim.vocabulary.delay_parts import PARTS, UNFINISHED
from sim.vocabulary.kinds import DUPLICATE
from sim.vocabulary.places import TRIED, WAITING
from sim.vocabulary.replies import RATE_LIMITED
from tests.mail.town import HOP, MIN, MS, ROUND_TRIP, S, fault, run
from tests.reference.message_worlds import message_world
from tests.reference.test_duplicates import impatient
from tests.reference.troubled_worlds import troubled
from tests.reference.worlds import world
from tests.results.hand_made import record
from tests.results.hand_made_messages import messages

WORLDS = [
    *((world, number) for number in range(30)),
    *((message_world, number) for number in range(12)),
    # Letters are taken when their senders have hung up, and come again.
    *((impatient, number) for number in range(8)),
    # Machines crash with letters in hand.
    *((troubled, number) for number in range(10)),
]


def parts_of(made: RunRecord, row: int) -> dict[str, int]:
    """Give the parts of one letter that are not 0."""
    return {part: int(lasted[row]) for part, lasted in blame_of(made).by_letter().items() if lasted[row]}


def seconds_of(made: RunRecord, row: int) -> dict[str, float]:
    return {part: lasted / S for part, lasted in parts_of(made, row).items()}


def test_one_letter_that_is_greylisted_for_five_minutes() -> None:
    """Scans come every 300 s, a round trip takes 20 ms, and nothing else takes any time.

    Accepted, active and handed over at 0 s. TCP, greeting and EHLO take three round trips, so MAIL is sent at 60 ms,
    and at 80 ms RCPT is refused. The scan at 300 s takes the letter along. MAIL again after 60 ms; then a round trip
    to the answers to RCPT and DATA, and half of one for the body, and the host gives its 250.
    """
    made = run({"providers.office.greylisting": {"delay": "299 s"}}).record

    assert parts_of(made, 0) == {
        "connection": 2 * 3 * ROUND_TRIP,
        "transfer": ROUND_TRIP + ROUND_TRIP + HOP,
        "waiting_greylisted": 5 * MIN - 4 * ROUND_TRIP,
    }


def test_what_a_crash_has_broken_off_waits_after_the_crash() -> None:
    """The machine crashes at 35 ms, when the letter is greeted, for a minute.

    Right value: nothing else takes time than the way, so all but the second try is a wait after the crash.
    """
    made = run({"faults": [fault("senders.school", "crash", 0.035, 60)]}).record

    assert parts_of(made, 0) == {
        "connection": 3 * ROUND_TRIP,
        "transfer": ROUND_TRIP + HOP,
        "waiting_crash": 60 * S + 35 * MS,
    }


def test_one_in_line_when_the_machine_crashes_was_in_the_queue_until_then() -> None:
    """One at a time: the second letter is in line from 0 s on, the machine crashes at 80 ms, for a minute.

    Right value: in the queue for 80 ms, after the crash for a minute, and then in line behind the first one again, for
    the 100 ms that this one takes.
    """
    changes = {
        "letters.notice.times": ["0 s", "0 s"],
        "senders.school.postconf": {
            "initial_destination_concurrency": 1,
            "default_destination_concurrency_limit": 1,
        },
        "faults": [fault("senders.school", "crash", 0.08, 60)],
    }

    parts = parts_of(run(changes).record, 1)
    assert parts["queue"] == 80 * MS + 100 * MS
    assert parts["waiting_crash"] == 60 * S


def test_greylisting_that_ends_between_two_scans_costs_the_scan_after_it() -> None:
    """As above, but the scans come at 150 s, 450 s ...: the letter, due from 299 s on, waits for the second."""
    changes = {"providers.office.greylisting": {"delay": "299 s"}, "senders.school.scan_phase": "150 s"}

    assert parts_of(run(changes).record, 0)["waiting_greylisted"] == 450 * S - 4 * ROUND_TRIP


def test_time_outs_and_the_end_of_the_run_have_their_parts() -> None:
    """A host is silent all the time, and Postfix waits 30 s for a connection.

    Put off at 30 s, the letter is due from 30 + 300 - 1 = 329 s on: the scan at 600 s takes it along. Put off again
    at 630 s, and 630 s old, it is due from 1259 s on, after the run's end at 1220 s.
    """
    changes = {
        "duration": "1220 s",
        "senders.school.postconf.default_destination_concurrency_failed_cohort_limit": 0,
        "faults": [fault("providers.office", "silent", 0, 1220)],
    }

    assert seconds_of(run(changes).record, 0) == {
        "connection": 60.0,
        "waiting_connect_timed_out": 570.0 + 590.0,
    }


def test_dns_and_submission_are_told_apart_from_the_connection() -> None:
    changes = {
        "resolvers": {"campus": {"cache": False, "lookup_time": "70 ms"}},
        "senders.school.resolver": "campus",
        "senders.school.host": {"commit_time": "40 ms", "import_time": "5 ms"},
        # Letters with `times` were taken over then; this one is handed in.
        "letters": {"notice": {"from": "school", "to": "office", "size": "1 B", "count": 1, "at": "0 s"}},
    }
    outcome = run(changes)
    attempt = outcome.first()
    found = parts_of(outcome.record, 0)

    assert found["submission"] == 40 * MS + 5 * MS
    assert found["dns"] == attempt.dns_us > 0
    assert found["connection"] == attempt.setup_us - attempt.dns_us == 3 * ROUND_TRIP
    assert found["transfer"] == ROUND_TRIP + HOP


def test_a_host_that_takes_a_letter_after_its_sender_has_hung_up_was_handing_it_over_until_then() -> None:
    """The dot is there at 90 ms and the filter takes 70 s; the sender waits 60 s, and tries again. That is no delay."""
    changes = {
        "duration": "1 h",
        "providers.office.accept_time": "70 s",
        "senders.school.postconf.smtp_data_done_timeout": 60,
    }
    made = run(changes).record
    copies = [row for row, kind in enumerate(made.letters["kind"]) if kind == DUPLICATE]

    assert parts_of(made, 0) == {"connection": 3 * ROUND_TRIP, "transfer": ROUND_TRIP + HOP + 70 * S}
    assert len(copies) == 3
    assert [parts_of(made, row) for row in copies] == [{}, {}, {}]


def test_each_second_of_the_letters_by_hand_is_told_where_it_went() -> None:
    # Submitted 0, active 5, tried 20 to 21 and greylisted, active 310, tried 319, there 321.
    assert seconds_of(record(), 1) == {
        "submission": 5.0,
        "queue": 15.0 + 9.0,
        "dns": 0.1 + 0.1,
        "connection": 0.4 + 0.4,
        "transfer": 0.5 + 1.5,
        "waiting_greylisted": 289.0,
    }
    # Active 500, put off untried; active 790, tried 799 in vain, given up 800.
    assert seconds_of(record(), 3) == {
        "submission": 500.0,
        "queue": 9.0,
        "transfer": 1.0,
        "waiting_suspended": 290.0,
    }
    # Submitted 990, active 995, with an agent when the run ends; not active when it ends; not accepted.
    assert seconds_of(record(), 6) == {"submission": 5.0, "unfinished": 5.0}
    assert seconds_of(record(), 7) == {"submission": 4.0}
    assert seconds_of(record(), 8) == {"submission": 1.0}
    assert seconds_of(record(), 5) == {}


def test_recipients_of_one_message_are_followed_one_by_one() -> None:
    """Letter 1 is greylisted at 13 s, waits for its fellow until 20 s and then until 240 s; it is there at 254 s."""
    assert seconds_of(messages(), 0) == {
        "submission": 2.0,
        "queue": 8.0 + 10.0,
        "dns": 0.2,
        "connection": 0.8,
        "transfer": 2.5 + 3.5,
        "waiting_greylisted": 227.0,
    }
    # Letter 7 went along with another recipient; it is put off once more and waits for a fellow when the run ends.
    assert column_of(messages(), "connection", 7)[-1] == SHARED
    assert place_of(messages(), 6) == TRIED
    assert seconds_of(messages(), 6) == {
        "submission": 3.0,
        "queue": 107.0 + 340.0,
        "dns": 0.1,
        "connection": 0.4,
        "transfer": 2.0 + 4.5,
        "waiting_connection_refused": 208.0,
        "waiting_greylisted": 35.0,
    }
    # Letter 12 waits for its destination: that is the queue, and nothing unfinished.
    assert place_of(messages(), 11) == WAITING
    assert seconds_of(messages(), 11) == {"submission": 3.0, "queue": 17.0}


def column_of(made: RunRecord, name: str, row: int) -> list[int]:
    return [
        value
        for letter, value in zip(made.attempts["letter"], made.attempts[name], strict=True)
        if letter == row
    ]


def place_of(made: RunRecord, row: int) -> int:
    return int(dict(zip(made.census["letter"], made.census["place"], strict=True))[row])


@pytest.mark.parametrize(("make", "number"), WORLDS, ids=lambda value: getattr(value, "__name__", value))
def test_in_every_world_the_parts_add_up_to_the_microsecond(make: object, number: int) -> None:
    made = run_once(scenario_from_mapping(make(number)))  # type: ignore[operator]
    blame = blame_of(made)
    parts = blame.by_letter()
    letters = {name: np.asarray(made.letters[f"{name}_us"]) for name in ("submitted", "delivered", "ended")}
    over = [
        delivered if delivered >= 0 else ended if ended >= 0 else made.simulated_us
        for delivered, ended in zip(letters["delivered"].tolist(), letters["ended"].tolist(), strict=True)
    ]

    # What is another copy of a letter has no delay of its own.
    delays = np.where(np.asarray(made.letters["kind"]) == DUPLICATE, 0, np.array(over) - letters["submitted"])
    assert (sum(parts.values()) == delays).all()
    assert all((lasted >= 0).all() for lasted in parts.values())
    assert set(parts) >= set(PARTS)
    _sums_agree(made, blame, parts)
    _attempts_agree(made, blame)


def _sums_agree(made: RunRecord, blame: Blame, parts: object) -> None:
    """Every group's parts add up, and what is in no group is nobody's."""
    sums = blame_sums(made, blame)
    for group in (sums["delivered"], sums["undelivered"], sums["dsns"], sums["warnings"]):
        fixed = sum(group[f"{part}_s"] for part in (*PARTS, UNFINISHED))
        assert fixed + sum(group["waiting_s"].values()) == pytest.approx(group["delay_s"], abs=1e-6)
    of_all = sum(sums[name]["delay_s"] for name in ("delivered", "undelivered", "dsns", "warnings"))
    assert of_all == pytest.approx(int(blame.total.sum()) / S, abs=1e-6)
    assert sums["delivered"]["letters"] == sum(one["letters"] for one in sums["by_destination"].values())
    assert set(sums["undelivered"]["waiting_s"]) <= set(WAITING_KEYS)


def _attempts_agree(made: RunRecord, blame: Blame) -> None:
    """Attempts that did not deliver have the b, c and d of Postfix; of those that did, d ends with the 250."""
    attempts = frames(made)["attempts"]
    count = len(attempts)
    letter = blame.letter[:count]
    doubtful = np.isin(letter, np.asarray(made.doubts["letter"]))
    there = np.asarray(made.letters["delivered_us"])[letter]
    cut = (there >= 0) & blame.is_last[:count]
    late_s = np.where(cut, np.asarray(made.attempts["ended_us"]) - there, 0) / S
    for column, part in (
        ("delay_b_s", blame.queue),
        ("delay_c_s", blame.dns + blame.connection),
        ("delay_d_s", blame.transfer),
    ):
        expected = attempts[column].to_numpy() - (late_s if column == "delay_d_s" else 0)
        assert np.allclose((part[:count] / S - expected)[~doubtful], 0, rtol=0, atol=1e-6)


def test_dsns_and_notices_are_counted_apart() -> None:
    sums = blame_sums(record(), blame_of(record()))

    # A DSN takes a second to be written, one to be imported; those by hand: 30 to 32 and 800 to 802; 500 to 502.
    assert (sums["dsns"]["letters"], sums["dsns"]["delay_s"]) == (2, 4.0)
    assert (sums["warnings"]["letters"], sums["warnings"]["delay_s"]) == (1, 2.0)
    assert (sums["delivered"]["letters"], sums["delivered"]["delay_s"]) == (2, 11.0 + 321.0)
    assert sums["delivered"]["waiting_s"] == {"450 4.2.0 greylisted": 289.0}
    assert sums["undelivered"]["waiting_s"] == {
        "450 4.2.0 greylisted": 218.0,
        "4.4.1 connection_refused": 670.0,
        "suspended": 290.0,
    }


def test_the_table_has_a_row_for_each_letter_and_only_waits_that_there_were() -> None:
    tables = frames(record())
    blamed = tables["blame"].set_index("letter")

    assert list(blamed.index) == tables["letters"]["letter"].tolist()
    assert [name for name in blamed.columns if name.startswith("waiting_")] == [
        "waiting_greylisted_s",
        "waiting_connection_refused_s",
        "waiting_suspended_s",
    ]
    assert np.allclose(blamed.drop(columns="delay_s").sum(axis=1), blamed["delay_s"])
    assert blamed.loc["closure/2", "delay_s"] == 321.0


def test_many_letters_lose_no_microsecond_in_their_sum() -> None:
    """Sums go beyond 2**53 microseconds, where floating point has no odd numbers."""
    made = record()
    blame = blame_of(made)
    largest = 2**53 + 1
    blame.submission[0] += largest
    sums = blame_sums(made, blame)

    assert sums["delivered"]["submission_s"] == (largest + 7 * S) / S
    assert int(blame.submission[0]) == largest + 2 * S


def test_a_wait_that_one_replication_never_had_counts_as_none_there() -> None:
    other = record(replication=1)
    other.attempts["reply"][1] = RATE_LIMITED
    summary = summarise(
        scenario="x", seed=1, measures=[measure(record()), measure(other)], assumptions=[], machine={}
    )
    waits = summary["blame"]["delivered"]["waiting_s"]

    assert {key: (figure["value"], figure["n"]) for key, figure in waits.items()} == {
        "450 4.2.0 greylisted": (289.0 / 2, 2),
        "450 4.7.1 rate_limited": (289.0 / 2, 2),
    }
