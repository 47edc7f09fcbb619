"""What the scorecard's page draws of one recording: deliveries over time, and its three queues."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from sim.analogy.labels import label
from sim.validation.curves import SLACK_S
from sim.validation.recording_queues import QUEUES, Passage, RecordedQueues
from sim.validation.recording_rows import Comparison
from sim.validation.scorecard_drawing import Curve, Panel, Points

_MARGIN: Final = 1.05
_QUEUE_HEIGHT: Final = 122
_DELIVERED_HEIGHT: Final = 370
_LEAST_PEAK: Final = 4.0
"""The vertical axis of a queue counts whole letters."""
_LOOKS: Final = 480
"""A replay's queues are looked at so often."""


def panels_of(comparison: Comparison, name: str, lang: str) -> list[Panel]:
    """Give the panels of one recording, that of the deliveries first.

    Args:
        comparison: the recording and its replays.
        name: names of the panels begin with it.
        lang: language of their words.
    """
    recording, replay = comparison.recording, comparison.typical
    end_s = _end_s(comparison)
    done = "delivered" if recording.receiver is None else "accepted"
    found = [
        Panel(
            f"{name}-delivered",
            label(f"scorecard.{done}_title", lang, name=recording.name),
            _delivered_says(comparison, lang),
            label("scorecard.seconds", lang),
            label(f"scorecard.{done}", lang),
            end_s,
            100.0,
            [
                Curve("recorded", _shares(recording.delivered_s, len(recording.letters))),
                Curve("simulated", _shares(replay.delivered_s, replay.letters)),
            ],
            SLACK_S,
            _DELIVERED_HEIGHT,
        )
    ]
    if recording.queues is not None:
        found += [
            _queue(recording.queues, replay.queues[queue], queue, comparison, f"{name}-{queue}", end_s, lang)
            for queue in QUEUES
        ]
    return found


def _queue(
    recorded: RecordedQueues,
    replayed: Passage,
    queue: str,
    comparison: Comparison,
    name: str,
    end_s: float,
    lang: str,
) -> Panel:
    simulated = [(end_s * place / _LOOKS, 0.0) for place in range(_LOOKS + 1)]
    simulated = [(moment, float(replayed.length(moment))) for moment, _ in simulated]
    seen = [
        (moment, float(length))
        for moment, length in zip(recorded.moments_s, recorded.lengths[queue], strict=True)
        if moment <= end_s
    ]
    peaks = [max((length for _, length in points), default=0.0) for points in (seen, simulated)]
    words = label(f"scorecard.{queue}", lang)
    return Panel(
        name,
        label("scorecard.queue_title", lang, name=comparison.recording.name, queue=words),
        label(
            "scorecard.queue_says",
            lang,
            queue=words,
            recorded_peak=f"{peaks[0]:,.0f}",
            simulated_peak=f"{peaks[1]:,.0f}",
        ),
        label("scorecard.seconds", lang),
        words,
        end_s,
        max(*peaks, _LEAST_PEAK),
        [Curve("recorded", _changes(seen)), Curve("simulated", _changes(simulated))],
        height=_QUEUE_HEIGHT,
    )


def _delivered_says(comparison: Comparison, lang: str) -> str:
    recording, replay = comparison.recording, comparison.typical
    sides = {
        "recorded": (recording.delivered_s, len(recording.letters)),
        "simulated": (replay.delivered_s, replay.letters),
    }
    words = {
        f"{side}_{what}": _seconds(_moment(moments, letters, share), lang)
        for side, (moments, letters) in sides.items()
        for what, share in (("p50", 0.5), ("p90", 0.9), ("last", None))
    }
    done = "delivered" if recording.receiver is None else "accepted"
    return label(f"scorecard.{done}_says", lang, **words, distance=f"{comparison.distance:.3f}")


def _moment(moments: Sequence[float], letters: int, share: float | None) -> float | None:
    """Give when so many letters were there; the last that came where no share is named."""
    place = len(moments) - 1 if share is None else -int(-letters * share // 1) - 1
    return moments[place] if 0 <= place < len(moments) else None


def _seconds(moment: float | None, lang: str) -> str:
    if moment is None:
        return label("scorecard.never", lang)
    return f"{moment:.1f} s" if lang == "en" else f"{moment:.1f}秒"


def _shares(moments: Sequence[float], letters: int) -> Points:
    return [(moment, 100 * count / letters) for count, moment in enumerate(moments, 1)]


def _changes(points: Points) -> Points:
    """Keep the points at which the value changes."""
    return [*points[:1], *(after for before, after in pairwise(points) if after[1] != before[1])]


def _end_s(comparison: Comparison) -> float:
    """Give until when something happened on either side."""
    recording, replay = comparison.recording, comparison.typical
    moments = [1.0, *recording.delivered_s[-1:], *replay.delivered_s[-1:]]
    if recording.queues is not None:
        looks = bisect_left(recording.queues.moments_s, recording.compared_s)
        moments += [
            recording.queues.moments_s[look]
            for queue in QUEUES
            for look in range(looks)
            if recording.queues.lengths[queue][look]
        ][-1:]
        moments += [passage.left_s[-1] for passage in replay.queues.values() if passage.left_s]
    return min(max(moments) * _MARGIN, recording.length_s)
