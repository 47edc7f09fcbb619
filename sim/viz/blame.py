"""Blame: the mean delay of delivered letters, of all and by destination, in parts that add up to it."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from sim.analogy.labels import label
from sim.scenario.schema import Scenario
from sim.viz.amounts import duration_words, share_words
from sim.viz.delay_numbers import by_destination, own_letters
from sim.viz.overview import title_of
from sim.viz.part_words import part_words
from sim.viz.rates import Tables, own_axes
from sim.viz.style import (
    BLUE,
    FAINT,
    GREEN,
    GRID,
    HEIGHT,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    SMALLEST_PT,
    VERMILION,
    YELLOW,
    new_figure,
    style,
)
from sim.vocabulary.delay_parts import CAUSES, PARTS, UNFINISHED, WAITING_AFTER

PART_LOOKS = {
    "submission": (SKY, ""),
    "queue": (BLUE, ""),
    "dns": (GREEN, ""),
    "connection": (GREEN, ".."),
    "transfer": (GREEN, "//"),
    UNFINISHED: (FAINT, ".."),
}
WAITING_LOOKS = {
    "greylisted": (ORANGE, ""),
    "rate_limited": (VERMILION, "//"),
    "suspended": (PURPLE, "\\\\"),
    "crash": (INK, "xx"),
    "too_many_connections": (YELLOW, "xx"),
    "server_busy": (YELLOW, ""),
    "dns_try_again": (ORANGE, ".."),
    "connection_refused": (VERMILION, ""),
    "connect_timed_out": (PURPLE, ""),
    "no_route": (PURPLE, ".."),
    "lost_connection": (VERMILION, ".."),
    "conversation_timed_out": (YELLOW, ".."),
    "mailbox_unavailable": (ORANGE, "xx"),
    "greeted_554": (PURPLE, "xx"),
    "rate_limited_at_greeting": (VERMILION, "\\\\"),
    "unusual_rate": (VERMILION, "xx"),
    "rate_limited_454": (VERMILION, "++"),
    "connecting_too_often": (YELLOW, "//"),
    "no_reverse_dns_yet": (PURPLE, "//"),
    "too_many_recipients": (YELLOW, "++"),
    "unauthenticated_yet": (PURPLE, "++"),
    "poor_reputation_yet": (ORANGE, "//"),
    "disk_full": (ORANGE, "++"),
}
"""The look of each answer is the same in all pictures, so that two of them can be compared."""
WIDE_ENOUGH = 0.09
"""A part of this share has room for its length."""
MOST_ROWS = 9
EVERYWHERE = ""
"""The row of all letters."""
LOWEST, ROW_HEIGHT = 2.6, 1.1
"""Inches: a picture of few rows is low."""


def blame(scenario: Scenario, tables: Tables, lang: str = "en") -> Figure:
    """Draw in which parts the mean delay of delivered letters consists: a bar for all, and one for each destination.

    Args:
        scenario: what was run; gives the title.
        tables: the frames of the run.
        lang: the language of the words.
    """
    with style(lang):
        rows = min(MOST_ROWS, len(mean_parts(tables)))
        figure = new_figure(height=min(HEIGHT, LOWEST + ROW_HEIGHT * max(1, rows)))
        plot_blame(tables, ax=figure.subplots(), lang=lang)
        words = label(
            "picture.title", lang, title=title_of(scenario, lang), what=label("picture.blame", lang)
        )
        figure.suptitle(words, fontsize=16, color=INK)
    return figure


def mean_parts(tables: Tables) -> pd.DataFrame:
    """Give the mean length of each part in seconds, over the delivered letters.

    Args:
        tables: the frames of a run: letters and blame.

    Returns:
        A column for each part; a row for all letters, named `EVERYWHERE`, where they went to more than one
        destination, and one for each destination, that with the longest mean first.
    """
    letters, blamed = tables["letters"], tables["blame"]
    there = ((letters["kind"] == "letter") & letters["delivered_s"].notna()).to_numpy()
    parts = blamed[there].drop(columns=["letter", "delay_s"])
    means = parts.groupby(letters.loc[there, "provider"].astype(str).to_numpy()).mean()
    means = means.loc[means.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    if len(means) < 2:
        return means
    return pd.concat([pd.DataFrame([parts.mean()], index=[EVERYWHERE]), means])


def plot_blame(tables: Tables, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw a bar for all letters and one for each destination, cut into the shares of the mean delay beside it.

    Args:
        tables: the frames of a run.
        ax: where to draw; a new figure if left out.
        lang: the language of the words.
    """
    axes = own_axes(ax, lang)
    means = mean_parts(tables)
    own = own_letters(tables)
    groups = {EVERYWHERE: own, **by_destination(own)}
    shown = means.iloc[:MOST_ROWS]
    looks = _looks(shown)
    for place, (_, row) in enumerate(shown.iterrows()):
        _bar(axes, place, row, looks, lang)
    names = []
    for name in shown.index:
        missing = float(groups[name]["delay_s"].isna().mean())
        share = label("blame.missing", lang, share=share_words(missing, lang)) if missing else ""
        called = name or label("blame.everywhere", lang)
        names.append(f"{called}\n{share}" if share else called)
    if len(means) > len(shown):
        names.append(label("picture.and_more", lang, count=len(means) - len(shown)))
    axes.set_yticks(range(len(names)), names, linespacing=1.35)
    axes.set_ylim(max(len(names), 1) - 0.4, -0.6)
    axes.set_xlim(0, 1.0)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share * 100:.0f} %"))
    axes.grid(visible=True, axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(label("blame.axis", lang))
    axes.set_title(label("blame.panel", lang), loc="left")
    if shown.empty:
        axes.set_xticks([])
        axes.text(
            0.5,
            0.5,
            label("panel.nothing_delivered", lang),
            transform=axes.transAxes,
            ha="center",
            va="center",
            color=FAINT,
        )
        return axes
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=part_words(part, lang))
        for part, (colour, hatch) in looks.items()
    ]
    axes.legend(
        handles=handles,
        loc="upper center",
        bbox_to_anchor=(0.45, 0),
        borderaxespad=4.6,
        ncols=3,
        handlelength=2.2,
    )
    return axes


def _looks(means: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Give a colour and a pattern to each part that there is."""
    known = {part: PART_LOOKS[part] for part in (*PARTS, UNFINISHED)}
    known.update({f"{WAITING_AFTER}{cause}": WAITING_LOOKS.get(cause, (FAINT, "")) for cause in CAUSES})
    present = {str(name).removesuffix("_s") for name in means.columns if means[name].sum() > 0}
    return {part: look for part, look in known.items() if part in present}


def _bar(
    axes: Axes, place: int, row: "pd.Series[float]", looks: dict[str, tuple[str, str]], lang: str
) -> None:
    whole_s, left = float(row.sum()), 0.0
    for part, (colour, hatch) in looks.items():
        share = float(row[f"{part}_s"]) / whole_s if whole_s > 0 else 0.0
        axes.barh(
            place, share, left=left, height=0.62, color=colour, hatch=hatch, edgecolor="white", linewidth=0.5
        )
        if share >= WIDE_ENOUGH:
            axes.text(
                left + share / 2,
                place,
                duration_words(float(row[f"{part}_s"]), lang),
                ha="center",
                va="center",
                fontsize=SMALLEST_PT,
                color=INK,
                bbox={"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 1.5},
            )
        left += share
    axes.annotate(
        label("blame.mean", lang, mean=duration_words(whole_s, lang)),
        (1.0, place),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        fontsize=12,
        annotation_clip=False,
    )
