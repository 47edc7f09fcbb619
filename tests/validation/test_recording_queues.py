from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import RecordingError
from sim.run_scenario import run_once
from sim.validation.recording_folder import RecordedLetter, Recording
from sim.validation.recording_queues import (
    QUEUE_SLACK_S,
    Passage,
    RecordedQueues,
    queue_distance,
    read_queues,
    replayed_queues,
)
from sim.validation.recording_scenario import scenario_of

moments = st.lists(st.floats(0, 50), max_size=20).map(sorted)
EMPTY = Passage([], [])


def queues_of(*active: int) -> RecordedQueues:
    """Looks a second apart, of which only the active queue saw anything."""
    none = tuple(0 for _ in active)
    return RecordedQueues(
        tuple(float(second) for second in range(len(active))),
        {"incoming": none, "active": active, "deferred": none},
    )


@given(moments, st.floats(0, 50), st.floats(0, 3))
def test_the_length_lies_within_its_own_bounds(entered: list[float], at_s: float, slack_s: float) -> None:
    passage = Passage(entered, [moment + 1 for moment in entered])
    least, most = passage.bounds(at_s, slack_s)
    assert least <= passage.length(at_s) <= most


@given(moments, st.floats(-QUEUE_SLACK_S, QUEUE_SLACK_S), st.floats(0, 50))
def test_a_shift_within_the_slack_is_free(entered: list[float], shift_s: float, at_s: float) -> None:
    passage = Passage(entered, [moment + 3 for moment in entered])
    shifted = Passage([e + shift_s for e in entered], [e + 3 + shift_s for e in entered])
    least, most = passage.bounds(at_s, QUEUE_SLACK_S + 1e-9)
    assert least <= shifted.length(at_s) <= most


def test_the_distance_is_what_is_too_much_or_wanting_at_the_worst_look() -> None:
    # Ten letters are in the active queue from 10 s to 20 s; the recorded one held 4 more then, and 2 much later.
    replayed = {"incoming": EMPTY, "active": Passage([10.0] * 10, [20.0] * 10), "deferred": EMPTY}
    looks = [0] * 10 + [10, 10, 14, 10, 10, 10, 10, 10, 10, 10, 0, 0, 0, 0, 0, 2]
    assert queue_distance(queues_of(*looks), replayed, 20, 99) == (4 / 20, "active")
    assert queue_distance(queues_of(*looks[:12]), replayed, 20, 99)[0] == 0
    assert queue_distance(queues_of(*looks), replayed, 20, 12)[0] == 0


def test_a_replay_s_letters_are_in_one_queue_at_a_time() -> None:
    letters = tuple(RecordedLetter("a.test", 2.0 + place / 10, 30.0, 2) for place in range(20))
    settings = {
        "providers": {"a.test": {"data_s": 0.2, "grey_s": 5}},
        "main_cf": {"queue_run_delay": "5s", "minimal_backoff_time": "5s"},
        "t0_epoch": 1795568701.25,
        "max_s": 60,
    }
    record = run_once(scenario_of(Recording("tried", settings, letters)), seed=1)
    queues = replayed_queues(record, returned_stay=True)
    delivered = sorted(record.letters["ended_us"])
    for at_s in range(2, 59):
        accepted = sum(letter.accepted_s <= at_s for letter in letters)
        inside = sum(queue.length(at_s) for queue in queues.values())
        gone = sum(0 <= moment <= at_s * 1e6 for moment in delivered)
        assert accepted - inside == pytest.approx(gone, abs=1)
    assert queues["deferred"].length(5.5) == 20


def test_returned_letters_stay_where_they_lay() -> None:
    letters = tuple(RecordedLetter("a.test", 2.0, None, 1) for _ in range(10))
    settings = {"providers": {"a.test": {"hard_p": 1}}, "t0_epoch": 1795568701.25, "max_s": 9}
    record = run_once(scenario_of(Recording("tried", settings, letters)), seed=1)
    assert replayed_queues(record, returned_stay=True)["deferred"].length(8) == 10
    assert replayed_queues(record, returned_stay=False)["deferred"].length(8) == 0


def test_a_table_of_queues_is_read(tmp_path: Path) -> None:
    (tmp_path / "queue.csv").write_text(
        "t,incoming,active,deferred\n0.5,1,2,3\n1.0,4,5,6\n", encoding="utf-8"
    )
    queues = read_queues(tmp_path)
    assert queues is not None
    assert queues.moments_s == (0.5, 1.0)
    assert queues.lengths == {"incoming": (1, 4), "active": (2, 5), "deferred": (3, 6)}


def test_without_a_table_there_are_no_queues(tmp_path: Path) -> None:
    assert read_queues(tmp_path) is None


@pytest.mark.parametrize(
    "text", ["t,incoming,active\n0.5,1,2\n", "t,incoming,active,deferred\n0.5,1,2,many\n"]
)
def test_a_table_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "queue.csv").write_text(text, encoding="utf-8")
    with pytest.raises(RecordingError, match=r"queue\.csv: this is not a table of queue lengths"):
        read_queues(tmp_path)
