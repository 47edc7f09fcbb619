"""Recorded and simulated curves of letters delivered, side by side for every recording."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.validation.curves import SLACK_S
from sim.validation.recording_rows import Comparison

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_RECORDED = "#222222"
_SIMULATED = "#0072b2"


def recordings_figure(comparisons: Sequence[Comparison]) -> "Figure":
    """Draw one panel a recording: the recorded curve with its free shift, and the simulated one."""
    from matplotlib.figure import Figure

    columns = min(3, max(1, len(comparisons)))
    lines = max(1, math.ceil(len(comparisons) / columns))
    figure = Figure(figsize=(4.6 * columns, 3.0 * lines + 0.6), layout="constrained")
    grid = figure.subplots(lines, columns, squeeze=False)
    panels = [panel for line in grid for panel in line]
    for panel, comparison in zip(panels, comparisons, strict=False):
        _draw(panel, comparison)
    for panel in panels[len(comparisons) :]:
        panel.set_visible(False)
    if comparisons:
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    return figure


def _draw(panel: "Axes", comparison: Comparison) -> None:
    recording, replay = comparison.recording, comparison.typical
    moments, shares = _steps(recording.delivered_s, len(recording.letters))
    earlier = [moment - SLACK_S for moment in moments]
    later = [moment + SLACK_S for moment in moments]
    panel.fill_betweenx(
        shares, earlier, later, color=_RECORDED, alpha=0.15, linewidth=0, label="recorded ± 0.5 s"
    )
    panel.step(moments, shares, where="post", color=_RECORDED, linewidth=2.4, label="recorded Postfix")
    panel.step(
        *_steps(replay.delivered_s, replay.letters),
        where="post",
        color=_SIMULATED,
        linewidth=1.2,
        linestyle=(0, (5, 1.5)),
        label="simulated",
    )
    panel.set_title(f"{recording.name}: distance {comparison.distance:.3f}", fontsize=10)
    panel.set_xlabel("seconds")
    done = "delivered" if recording.receiver is None else "accepted"
    panel.set_ylabel(f"letters {done}, %")
    panel.set_ylim(0, 104)
    panel.set_xlim(left=0)
    panel.spines[["top", "right"]].set_visible(False)
    panel.grid(axis="y", color="#dddddd", linewidth=0.6)
    panel.set_axisbelow(True)


def _steps(moments: Sequence[float], letters: int) -> tuple[list[float], list[float]]:
    """Give the corners of a curve, in seconds and in percent of all letters."""
    first = moments[0] if moments else 0.0
    return [first, *moments], [100 * count / letters for count in range(len(moments) + 1)]
