"""Marks on a time axis: when something was broken, and by when the letters should have been there."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args

import pandas as pd
from matplotlib.axes import Axes

from sim.analogy.labels import label
from sim.scenario.faults import FaultKind
from sim.scenario.schema import Scenario
from sim.viz.style import FAINT, INK, SMALLEST_PT
from sim.vocabulary.incidents import OUT_OF_MEMORY

KINDS = (*get_args(FaultKind), OUT_OF_MEMORY)
MOST_LINES = 5
"""Names of marks stand one below the other, so that neighbours do not run into each other."""
MOST_ALIKE = 3
"""So many marks of the same name are named one by one."""
LINE_SHARE = 0.13
"""Height of such a line, as a share of the panel."""


@dataclass(frozen=True)
class Mark:
    """A moment or a time to be marked.

    Attributes:
        words: what it is.
        from_s: when it begins.
        to_s: when it ends; None for a moment.
    """

    words: str
    from_s: float
    to_s: float | None


def marks(
    scenario: Scenario, tables: Mapping[str, pd.DataFrame], end_s: float, lang: str = "en"
) -> list[Mark]:
    """List what is to be marked up to `end_s`: the deadline, and each time at which something was broken.

    Args:
        scenario: gives the deadline.
        tables: the frames of a run.
        end_s: the end of the time axis.
        lang: the language of the words.
    """
    found = []
    if scenario.deadline_us is not None and scenario.deadline_us / 1e6 <= end_s:
        found.append(Mark(label("panel.deadline", lang), scenario.deadline_us / 1e6, None))
    incidents = tables["incidents"]
    broken = incidents[incidents["kind"].isin(KINDS) & (incidents["from_s"] < end_s)]
    times = zip(broken["kind"], broken["where"], broken["from_s"], broken["to_s"], strict=True)
    for kind, where, from_s, to_s in times:
        section, _, name = where.partition(".")
        words = label("panel.shut" if section == "readers" else f"fault.{kind}", lang, where=name)
        found.append(Mark(words, from_s, to_s if to_s < end_s else end_s))
    return sorted(found, key=lambda mark: mark.from_s)


def draw_marks(axes: Axes, listed: list[Mark]) -> None:
    """Draw a band for what lasts, and a dashed line for a moment."""
    for mark in listed:
        if mark.to_s is None:
            axes.axvline(mark.from_s, color=INK, linewidth=1.4, linestyle=(0, (4, 3)))
        else:
            axes.axvspan(mark.from_s, mark.to_s, facecolor=FAINT, alpha=0.22, linewidth=0, zorder=0)


def named(listed: list[Mark], lang: str) -> list[Mark]:
    """Give the marks that get a name: of what happens again and again the first, which says how many there are."""
    times = Counter(mark.words for mark in listed)
    kept, told = [], set()
    for mark in listed:
        count = times[mark.words]
        if count <= MOST_ALIKE:
            kept.append(mark)
        elif mark.words not in told:
            told.add(mark.words)
            kept.append(replace(mark, words=label("panel.again", lang, what=mark.words, count=count)))
    return kept


def name_marks(axes: Axes, listed: list[Mark], end_s: float, lang: str = "en") -> None:
    """Write the names of the marks into the panel, above its data, where room is made for them."""
    if not listed:
        return
    listed = named(listed, lang)
    lines = min(len(listed), MOST_LINES)
    axes.set_ylim(top=axes.get_ylim()[1] / (1 - LINE_SHARE * lines))
    for place, mark in enumerate(listed):
        late = mark.from_s > 0.75 * end_s
        axes.annotate(
            mark.words,
            (mark.from_s, 1 - LINE_SHARE * (place % MOST_LINES)),
            xycoords=axes.get_xaxis_transform(),
            xytext=(-4 if late else 4, -2),
            textcoords="offset points",
            ha="right" if late else "left",
            va="top",
            fontsize=SMALLEST_PT,
            color=INK,
            bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 0.8},
        )
