"""Blame against what a real Postfix wrote of the last attempt of each letter: delays=a/b/c/d.

a is all before the attempt's active queue, b the active queue, c names and connection, d the transfer. The numbers
are the means over the delivered letters of the recordings, from their logs, which count in hundredths of a second.
"""

import numpy as np
import pytest

from sim.results.blame import blame_of
from sim.run_scenario import run_once
from sim.validation.recording_folder import PACKAGED, read_recording
from sim.validation.recording_scenario import scenario_of
from sim.vocabulary.kinds import LETTER
from sim.vocabulary.replies import ACCEPTED

SECOND = 1_000_000


@pytest.mark.parametrize(
    ("name", "a", "b", "c", "d"),
    [
        ("greylisting_20s", 27.82, 0.78, 0.00, 0.05),
        ("rtt_50ms_uncached", 0.01, 5.50, 0.10, 0.26),
        ("rtt_50ms_cached", 0.01, 4.83, 0.05, 0.25),
        ("slow_start_ramp", 0.02, 5.75, 0.00, 1.00),
        ("mx_failover", 0.00, 0.00, 0.00, 0.20),
    ],
)
def test_the_parts_of_last_attempts_are_those_that_postfix_wrote(
    name: str, a: float, b: float, c: float, d: float
) -> None:
    record = run_once(scenario_of(read_recording(PACKAGED / name)))
    blame = blame_of(record)
    accepted = np.asarray(record.attempts["reply"]) == ACCEPTED
    last = blame.is_last & accepted & (np.asarray(record.letters["kind"])[blame.letter] == LETTER)
    parts = (blame.queue[last], (blame.dns + blame.connection)[last], blame.transfer[last])
    queue, connection, transfer = (part.mean() / SECOND for part in parts)
    before = (blame.total[blame.letter[last]] - sum(parts)).mean() / SECOND

    # Acceptance, and which letters wait for which, differ by tenths of a second between two such runs.
    assert before == pytest.approx(a, abs=0.3)
    assert queue == pytest.approx(b, abs=0.3)
    assert connection == pytest.approx(c, abs=0.011)
    assert transfer == pytest.approx(d, abs=0.011)


def test_what_greylisting_cost_is_what_postfix_counts_before_the_last_attempt() -> None:
    """Each of 500 letters came back at the second queue run after its first attempt: a = 27.82 s on average."""
    blame = blame_of(run_once(scenario_of(read_recording(PACKAGED / "greylisting_20s"))))
    waited = blame.by_letter()["waiting_greylisted"]

    assert (waited > 0).all()
    assert waited.mean() / SECOND == pytest.approx(27.82, rel=0.05)
