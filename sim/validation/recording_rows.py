"""Replay recordings and compare: the curve of letters delivered, attempts a letter, letters delivered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from sim.kernel.recorder import RunRecord
from sim.run_scenario import run_once
from sim.validation.curves import SLACK_S, curve_distance
from sim.validation.recording_folder import Recording
from sim.validation.recording_scenario import has_chance, needs, scan_phase_s, scenario_of
from sim.validation.row import Row, not_covered
from sim.vocabulary.kinds import LETTER

DISTANCE_BOUND: Final = 0.05
"""Largest distance between the curves that counts as agreement."""
ATTEMPTS_BOUND: Final = 0.05
"""Largest error of attempts a letter, as a share."""
DELIVERED_BOUND: Final = 0.01
"""Largest error of letters delivered, as a share of all letters; five times that where chance is in the run."""
MEASURED_ON: Final = frozenset({"no_service_time", "steady_one_destination"})
"""Recordings that are no independent evidence for the constants of their machine, only for the rest."""
SEEDS: Final = tuple(range(1, 21))
"""Where chance is in a run, the median over these seeds counts; they are fixed here and nowhere chosen."""


@dataclass(frozen=True)
class Replay:
    """One run of a recording's scenario, in the recording's terms: seconds, letters, attempts."""

    delivered_s: list[float]
    letters: int
    attempts: int


@dataclass(frozen=True)
class Comparison:
    """A recording beside its replays.

    Attributes:
        recording: what the real machine did.
        replays: what the simulator did, one for each seed.
        distances: how far apart the curves are, one for each seed.
    """

    recording: Recording
    replays: tuple[Replay, ...]
    distances: tuple[float, ...]

    @property
    def distance(self) -> float:
        """The distance that counts: the median over the seeds."""
        return median(self.distances)

    @property
    def typical(self) -> Replay:
        """The replay whose distance is nearest to the one that counts."""
        nearest = min(range(len(self.replays)), key=lambda index: abs(self.distances[index] - self.distance))
        return self.replays[nearest]


def compare(
    recording: Recording,
    advance: Callable[[], None] | None = None,
    changes: Sequence[str] = (),
    lang: str = "en",
) -> Comparison:
    """Replay a recording, with each seed if chance is in it, and measure how far the curves are apart.

    Args:
        recording: what a real mail server did.
        advance: told after each replay.
        changes: settings in which the replay is to differ from what was recorded, each `path=value`.
        lang: the language of what is said to be wrong with them.
    """
    scenario = scenario_of(recording, changes, lang)
    recorded = recording.delivered_s
    replays = []
    for seed in SEEDS if has_chance(recording) else SEEDS[:1]:
        replays.append(_replay(run_once(scenario, seed=seed)))
        if advance is not None:
            advance()
    distances = (curve_distance(recorded, r.delivered_s, len(recording.letters), r.letters) for r in replays)
    return Comparison(recording, tuple(replays), tuple(distances))


def rows_of(comparison: Comparison) -> list[Row]:
    """Put a comparison into the scorecard's rows."""
    recording = comparison.recording
    chance = len(comparison.replays) > 1
    remarks = [f"median of {len(comparison.replays)} seeds"] if chance else []
    if recording.name in MEASURED_ON:
        remarks.append("the machine's constants were measured on this recording")
    if scan_phase_s(recording):
        remarks.append("the phase of the deferred scans was read off this recording")
    note = "; ".join(remarks)
    free = f"{note}; " if note else ""
    letters = len(recording.letters)
    delivered = median(len(replay.delivered_s) for replay in comparison.replays)
    attempts = median(replay.attempts / replay.letters for replay in comparison.replays)
    recorded_attempts = recording.attempts_per_letter
    distance, delivered_error = comparison.distance, abs(delivered - len(recording.delivered_s)) / letters
    attempts_error = abs(attempts / recorded_attempts - 1) if recorded_attempts else attempts
    delivered_bound = 5 * DELIVERED_BOUND if chance else DELIVERED_BOUND
    return [
        Row(
            "recording",
            f"{recording.name}: share of letters delivered over time, largest distance",
            0.0,
            distance,
            distance,
            DISTANCE_BOUND,
            distance <= DISTANCE_BOUND,
            f"{free}a shift of up to {SLACK_S} s is free",
        ),
        Row(
            "recording",
            f"{recording.name}: letters delivered",
            float(len(recording.delivered_s)),
            float(delivered),
            delivered_error,
            delivered_bound,
            delivered_error <= delivered_bound,
            f"{free}error as a share of {letters} letters",
        ),
        Row(
            "recording",
            f"{recording.name}: attempts a letter",
            recorded_attempts,
            attempts,
            attempts_error,
            ATTEMPTS_BOUND,
            attempts_error <= ATTEMPTS_BOUND,
            f"{free}error as a share",
        ),
    ]


def compare_all(
    recordings: Sequence[Recording], advance: Callable[[], None] | None = None
) -> tuple[list[Row], list[Comparison]]:
    """Compare each recording that this version covers, and give a row of its own to each that it does not."""
    rows: list[Row] = []
    comparisons: list[Comparison] = []
    for recording in recordings:
        missing = needs(recording)
        if missing:
            note = f"not yet covered by this version: needs {'; '.join(missing)}"
            rows.append(
                not_covered("recording", f"{recording.name}: share of letters delivered over time", note)
            )
            continue
        comparison = compare(recording, advance)
        comparisons.append(comparison)
        rows += rows_of(comparison)
    return rows, comparisons


def _replay(record: RunRecord) -> Replay:
    kinds = record.letters["kind"]
    delivered = record.letters["delivered_us"]
    attempts = record.letters["attempts"]
    rows = [row for row, kind in enumerate(kinds) if kind == LETTER]
    moments = sorted(delivered[row] / 1e6 for row in rows if delivered[row] >= 0)
    return Replay(moments, len(rows), sum(attempts[row] for row in rows))
