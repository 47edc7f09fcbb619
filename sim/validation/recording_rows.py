"""Replay recordings and compare: deliveries over time, attempts, connections, queues, letters delivered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from sim.kernel.recorder import RunRecord
from sim.run_scenario import run_once
from sim.validation import receiver_machine
from sim.validation.curves import SLACK_S, curve_distance
from sim.validation.recording_folder import UNSURE_S, Recording
from sim.validation.recording_machine import MEASURED_ON
from sim.validation.recording_misses import KNOWN_MISSES, MISSES_OF_RECEIVERS
from sim.validation.recording_phase import scan_phase_s
from sim.validation.recording_queues import (
    QUEUE_SLACK_S,
    Passage,
    RecordedQueues,
    queue_distance,
    replayed_queues,
)
from sim.validation.recording_scenario import has_chance, needs, returned_letters_stay, scenario_of
from sim.validation.row import Row, not_covered
from sim.vocabulary.connections import NEW
from sim.vocabulary.kinds import LETTER, RELAYED

DISTANCE_BOUND: Final = 0.05
"""Largest distance between the curves that counts as agreement."""
ATTEMPTS_BOUND: Final = 0.02
"""Largest error of attempts a letter, as a share; where chance is in the run, `ATTEMPTS_BOUND_OF_CHANCE`."""
ATTEMPTS_BOUND_OF_CHANCE: Final = 0.05
CONNECTIONS_BOUND: Final = 0.15
"""Largest error of the number of new connections, as a share."""
QUEUES_BOUND: Final = 0.05
"""Largest distance between the queue curves that counts as agreement, as a share of all letters."""
DELIVERED_BOUND: Final = 0.01
"""Largest error of letters delivered, as a share of all letters; five times that where chance is in the run."""
SEEDS: Final = tuple(range(1, 21))
"""Where chance is in a run, the median over these seeds counts; they are fixed here and nowhere chosen."""


@dataclass(frozen=True)
class Replay:
    """One run of a recording's scenario, in the recording's terms: seconds, letters, attempts, connections."""

    delivered_s: list[float]
    letters: int
    attempts: int
    new_connections: int = 0
    queues: dict[str, Passage] = field(default_factory=dict)
    passed_s: list[float] = field(default_factory=list)
    """When letters were taken by the next hop of a receiver."""


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
        record = run_once(scenario, seed=seed)
        if recording.receiver is None:
            replays.append(
                _replay(record, replayed_queues(record, returned_stay=returned_letters_stay(recording)))
            )
        else:
            replays.append(_replay(record, replayed_queues(record, returned_stay=False, carried=RELAYED)))
        if advance is not None:
            advance()
    distances = (curve_distance(recorded, r.delivered_s, len(recording.letters), r.letters) for r in replays)
    return Comparison(recording, tuple(replays), tuple(distances))


def rows_of(comparison: Comparison) -> list[Row]:
    """Put a comparison into the scorecard's rows."""
    recording, replays = comparison.recording, comparison.replays
    chance = len(replays) > 1
    letters = len(recording.letters)
    done = "delivered" if recording.receiver is None else "accepted"
    found = [
        _row(
            comparison,
            f"share of letters {done} over time, largest distance",
            0.0,
            comparison.distance,
            comparison.distance,
            DISTANCE_BOUND,
            f"a shift of up to {SLACK_S} s is free",
        ),
        _row(
            comparison,
            f"letters {done}",
            delivered := len(recording.delivered_s),
            simulated := median(len(replay.delivered_s) for replay in replays),
            abs(simulated - delivered) / letters,
            5 * DELIVERED_BOUND if chance else DELIVERED_BOUND,
            f"until {UNSURE_S:g} s before the end; error as a share of {letters} letters",
        ),
        _row(
            comparison,
            "attempts a letter",
            recording.attempts_per_letter,
            attempts := median(replay.attempts / replay.letters for replay in replays),
            _share(attempts, recording.attempts_per_letter),
            ATTEMPTS_BOUND_OF_CHANCE if chance else ATTEMPTS_BOUND,
            "error as a share",
        ),
    ]
    if recording.new_connections is not None:
        made = median(replay.new_connections for replay in replays)
        found.append(
            _row(
                comparison,
                "new connections",
                recording.new_connections,
                made,
                _share(made, recording.new_connections),
                CONNECTIONS_BOUND,
                "counted by the first attempt that each carried; error as a share",
            )
        )
    if recording.receiver is not None and recording.receiver.passed_s is not None:
        found.append(_row_of_next_hop(comparison, recording.receiver.passed_s))
    if recording.queues is not None:
        found.append(_row_of_queues(comparison, recording.queues))
    return found


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


def _row_of_next_hop(comparison: Comparison, passed_s: Sequence[float]) -> Row:
    letters, until_s = len(comparison.recording.letters), comparison.recording.compared_s
    recorded = [moment for moment in passed_s if moment < until_s]
    distance = median(
        curve_distance(recorded, replay.passed_s, letters, letters) for replay in comparison.replays
    )
    return _row(
        comparison,
        "share of letters taken by the next hop over time, largest distance",
        0.0,
        distance,
        distance,
        DISTANCE_BOUND,
        f"a shift of up to {SLACK_S} s is free",
    )


def _row_of_queues(comparison: Comparison, queues: RecordedQueues) -> Row:
    recording = comparison.recording
    letters, until_s = len(recording.letters), recording.compared_s
    apart = [queue_distance(queues, replay.queues, letters, until_s) for replay in comparison.replays]
    distance = median(distance for distance, _ in apart)
    _, worst = min(apart, key=lambda one: abs(one[0] - distance))
    return _row(
        comparison,
        "letters in incoming, active and deferred over time, largest distance",
        0.0,
        distance,
        distance,
        QUEUES_BOUND,
        f"as a share of {letters} letters, at its worst in {worst};"
        f" letters may come and go up to {QUEUE_SLACK_S:g} s sooner or later",
    )


def _row(
    comparison: Comparison,
    what: str,
    recorded: float,
    simulated: float,
    error: float,
    bound: float,
    note: str,
) -> Row:
    recording = comparison.recording
    known = KNOWN_MISSES if recording.receiver is None else MISSES_OF_RECEIVERS
    remarks = []
    if len(comparison.replays) > 1:
        remarks.append(f"median of {len(comparison.replays)} seeds")
    if recording.name in MEASURED_ON | receiver_machine.MEASURED_ON:
        remarks.append("the machine's constants were measured on this recording")
    if scan_phase_s(recording):
        remarks.append("the phase of the deferred scans was read off this recording")
    return Row(
        "recording",
        f"{recording.name}: {what}",
        float(recorded),
        float(simulated),
        error,
        bound,
        error <= bound,
        "; ".join([*remarks, note]),
        known.get(recording.name, "") if error > bound else "",
    )


def _share(simulated: float, recorded: float) -> float:
    return abs(simulated / recorded - 1) if recorded else simulated


def _replay(record: RunRecord, queues: dict[str, Passage]) -> Replay:
    kinds = record.letters["kind"]
    delivered = record.letters["delivered_us"]
    attempts = record.letters["attempts"]
    rows = [row for row, kind in enumerate(kinds) if kind == LETTER]
    moments = sorted(delivered[row] / 1e6 for row in rows if delivered[row] >= 0)
    return Replay(
        moments,
        len(rows),
        sum(attempts[row] for row in rows),
        sum(kind == NEW for kind in record.attempts["connection"]),
        queues,
        sorted(
            delivered[row] / 1e6 for row, kind in enumerate(kinds) if kind == RELAYED and delivered[row] >= 0
        ),
    )
