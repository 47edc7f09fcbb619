"""How each client address stands with the providers that remember it, and how much they take from it, over time."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.analogy.labels import label, taught
from sim.errors import ArgumentError
from sim.scenario.assumptions import not_written
from sim.scenario.fields import by_key
from sim.scenario.reputation import Reputation
from sim.scenario.schema import Scenario
from sim.viz.overview import finish_clock, shown_until_s, title_of
from sim.viz.rates import Tables, legend
from sim.viz.style import CYCLE, FAINT, INK, MOST_LINES, PATTERNS, SMALLEST_PT, new_figure, style, tidy
from sim.viz.trouble import draw_marks, marks, name_marks
from sim.vocabulary.series import ALLOWANCE, STANDING


def reputation(scenario: Scenario, tables: Tables, lang: str = "en") -> Figure:
    """Draw standing and allowance over time.

    Args:
        scenario: what was run; gives the title, the thresholds, the grades and the clock.
        tables: the frames of the run.
        lang: the language of the words.

    Raises:
        ArgumentError: no provider of the scenario remembers anything.
    """
    if not remembering(scenario):
        raise taught(ArgumentError, "nobody_remembers")
    end_s = shown_until_s(scenario, tables)
    with style(lang):
        figure = new_figure()
        standing, allowance = figure.subplots(2, 1, sharex=True)
        plot_standing(scenario, tables, end_s, ax=standing, lang=lang)
        plot_allowance(tables, end_s, ax=allowance, lang=lang)
        listed = marks(scenario, tables, end_s, lang)
        for panel in (standing, allowance):
            draw_marks(panel, listed)
        name_marks(standing, listed, end_s, lang)
        finish_clock(allowance, scenario, end_s, lang)
        words = label(
            "picture.title", lang, title=title_of(scenario, lang), what=label("picture.reputation", lang)
        )
        figure.suptitle(words, fontsize=16, color=INK)
        figure.supxlabel(grade_words(scenario, lang), fontsize=SMALLEST_PT, color=INK)
        figure.align_ylabels([standing, allowance])
    return figure


def plot_standing(scenario: Scenario, tables: Tables, end_s: float, *, ax: Axes, lang: str = "en") -> Axes:
    """Draw each client's standing, with the standings below which letters go to the spam folder or are refused.

    Args:
        scenario: gives the thresholds.
        tables: the frames of a run.
        end_s: the end of the time axis.
        ax: where to draw.
        lang: the language of the words.
    """
    _draw(ax, tables, STANDING, lang)
    tidy(ax)
    ax.set_ylim(0, 1.05)
    ax.set_yticks([0.2 * step for step in range(6)])
    ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share * 100:.3g} %"))
    known = remembering(scenario).values()
    for kind in ("spam_below", "refused_below"):
        for ratio in sorted({getattr(one, f"{kind}_ratio") for one in known}):
            ax.axhline(ratio, color=FAINT, linewidth=1.2, linestyle=(0, (4, 3)))
            ax.annotate(
                label(f"reputation.{kind}", lang),
                (0, ratio),
                xycoords=ax.get_yaxis_transform(),
                xytext=(5, -3),
                textcoords="offset points",
                va="top",
                fontsize=SMALLEST_PT,
                color=FAINT,
            )
    ax.set_xlim(0, end_s)
    ax.set_title(label("reputation.standing", lang), loc="left")
    ax.set_ylabel(label("reputation.axis_standing", lang))
    legend(ax)
    return ax


def plot_allowance(tables: Tables, end_s: float, *, ax: Axes, lang: str = "en") -> Axes:
    """Draw how many letters each client may have brought within the last day.

    Args:
        tables: the frames of a run.
        end_s: the end of the time axis.
        ax: where to draw.
        lang: the language of the words.
    """
    _draw(ax, tables, ALLOWANCE, lang)
    tidy(ax)
    ax.set_xlim(0, end_s)
    ax.set_title(label("reputation.allowance", lang), loc="left")
    ax.set_ylabel(label("reputation.axis_allowance", lang))
    legend(ax)
    return ax


def remembering(scenario: Scenario) -> dict[str, Reputation]:
    """Give the memories of the providers that have one, by provider."""
    return {
        name: provider.reputation
        for name, provider in scenario.providers.items()
        if provider.reputation is not None
    }


def grade_words(scenario: Scenario, lang: str) -> str:
    """Say how many of the values behind the picture are assumptions, and so how to read it."""
    known = remembering(scenario)
    grades = [
        graded.grade
        for path, graded in not_written(scenario)
        if path.startswith(tuple(f"providers.{name}.reputation." for name in known))
    ]
    return label(
        "reputation.grades",
        lang,
        assumed=grades.count("assumption"),
        all=len(by_key(Reputation)) * len(known),
    )


def reputation_caption(scenario: Scenario, lang: str) -> str:
    """Say what the picture shows, and how well that is known."""
    return label("caption.reputation", lang, grades=grade_words(scenario, lang))


def clients(series: pd.DataFrame, kind: str) -> dict[str, "pd.Series[float]"]:
    """Give the values over time of one kind by provider and address, as `webmail, 198.51.100.7`."""
    names = series["name"].astype("str")
    own = series[names.str.contains(f".{kind}.", regex=False)]
    lines = {}
    for name, rows in own.groupby(own["name"].astype("str"), sort=False):
        provider, _, address = str(name).split(".", 2)
        lines[f"{provider}, {address}"] = rows.set_index("at_s")["mean"]
    return lines


def _draw(axes: Axes, tables: Tables, kind: str, lang: str) -> None:
    lines = clients(tables["series"], kind)
    for (name, line), colour, pattern in zip(lines.items(), CYCLE, PATTERNS, strict=False):
        axes.plot(line.index, line, label=name, color=colour, linestyle=pattern)
    if len(lines) > MOST_LINES:
        words = label("picture.and_more", lang, count=len(lines) - MOST_LINES)
        axes.plot([], [], linestyle="", label=words)
