"""The words of a sweep: the answer at each point, its key figures, and what stopped letters there."""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.analogy.labels import label
from sim.comparison.sweep import Point, Sweep
from sim.comparison.sweep_curves import mailing
from sim.comparison.sweep_grid import value_words
from sim.scenario.schema import Scenario
from sim.viz.amounts import count_words, duration_words, figure_words, moment_words, share_words
from sim.viz.answer import nothing_stopped
from sim.vocabulary.replies import REPLIES

Figures = list[tuple[str, str]]
Summary = Mapping[str, Any]

MOST_STOPPED = 4
_KNOWN_SETTINGS = frozenset(
    {"at", "count", "greylisting", "host", "over", "pace", "rate", "size", "unknown_users"}
)
"""Settings that have a plain name; others are called by their path."""
_TIMES = (("half", "s_to_50"), ("ninety", "s_to_90"), ("ninety_nine", "s_to_99"))
_KEYS = {reply.name: reply.key for reply in REPLIES}


def setting_words(path: str, lang: str) -> str:
    """Name a setting: in plain words where there are any, by its path where not."""
    last = path.rpartition(".")[2]
    return label(f"setting.{last}", lang, of=path.split(".")[-2]) if is_named(path) else path


def is_named(path: str) -> bool:
    """Tell whether a setting has a plain name."""
    return path.count(".") > 0 and path.rpartition(".")[2] in _KNOWN_SETTINGS


def point_words(values: Mapping[str, Any], lang: str) -> str:
    """Name a point by its values."""
    return ", ".join(f"{setting_words(path, lang)}: {value_words(value)}" for path, value in values.items())


def limit_words(scenario: Scenario, lang: str) -> str:
    """Say by when the letters should be there: the deadline, or the end of the run where there is none."""
    return moment_words(scenario.start, (scenario.deadline_us or scenario.duration_us) / 1e6, lang)


def reached_share(point: Point) -> float:
    """Give the share of the mailing that had arrived by the deadline, or by the end where there is none."""
    groups = [group for _, group in _groups(point)]
    return _share(*groups)


def _share(*groups: Summary) -> float:
    submitted = sum(float(group["letters"]["submitted"]["value"]) for group in groups)
    return sum(_there(group) for group in groups) / submitted if submitted else 0.0


def answer_words(point: Point, lang: str) -> str:
    """Answer the question at one point: how far the mailing had got, and when."""
    said = []
    for name, group in _groups(point):
        before = f"{name}: " if len(mailing(point.scenario)) > 1 else ""
        words = {
            "share": share_words(_share(group), lang),
            "submitted": letters_words(group["letters"]["submitted"]["value"], lang),
            "limit": limit_words(point.scenario, lang),
        }
        key = "reached" if point.scenario.deadline_us is not None else "reached_by_end"
        said.append(before + label(f"sweep.{key}", lang, **words))
    return " ".join(said)


def letters_words(count: float, lang: str) -> str:
    """Say how many letters."""
    return label("sweep.one_letter" if count == 1 else "sweep.many_letters", lang, count=count_words(count))


def key_figures(point: Point, lang: str) -> Figures:
    """Give the key figures of one point, each with its name."""
    figures: Figures = []
    for name, group in _groups(point):
        before = f"{name}: " if len(mailing(point.scenario)) > 1 else ""
        reached = group["reached"]
        if reached["share_by_deadline"]["value"] is not None:
            by = label("sweep.by", lang, limit=limit_words(point.scenario, lang))
            figures.append(
                (
                    before + by,
                    figure_words(reached["share_by_deadline"], lambda share: share_words(share, lang)),
                )
            )
        for words, key in _TIMES:
            time = figure_words(reached[key], lambda seconds: duration_words(seconds, lang))
            found = label("sweep.never", lang) if reached[key]["value"] is None else time
            figures.append((before + label(f"sweep.{words}", lang), found))
    per_letter = figure_words(point.summary["attempts"]["per_letter"], lambda value: f"{value:.2f}")
    return [*figures, (label("sweep.per_letter", lang), per_letter)]


def stopped_words(point: Point, lang: str) -> list[str]:
    """List the answers that stopped letters or made them late, the commonest first."""
    found = [
        (figure["value"], name, provider, figure)
        for provider, group in point.summary["by_destination"].items()
        for name, figure in group["answers"].items()
        if name != "accepted"
    ]
    found.sort(key=lambda one: -one[0])
    if not found:
        return [label(f"summary.{nothing_stopped(point.summary)}", lang)]
    return [
        label(
            "summary.stopped_line",
            lang,
            count=figure_words(figure),
            key=_KEYS[name],
            meaning=label(f"meaning.{name}", lang),
            destination=provider,
        )
        for _, name, provider, figure in found[:MOST_STOPPED]
    ]


def standing_words(sweep: Sweep, lang: str) -> str:
    """Say what the numbers are worth."""
    key = "sweep.single" if sweep.replications == 1 else "sweep.replicated"
    first = label(key, lang, seed=sweep.seed, replications=sweep.replications)
    assumed = sum(1 for one in sweep.points[0].summary["assumptions"] if one["grade"] == "assumption")
    return f"{first} {label('sweep.assumptions', lang, count=count_words(assumed))}"


def _groups(point: Point) -> Iterator[tuple[str, Summary]]:
    for name in mailing(point.scenario):
        yield name, point.summary["by_letters"][name]


def _there(group: Summary) -> float:
    """Give how many letters of an entry had arrived by the deadline, or at all."""
    share = group["reached"]["share_by_deadline"]["value"]
    letters = group["letters"]
    if share is not None:
        return float(share * letters["submitted"]["value"])
    return float(sum(letters[name]["value"] for name in ("inbox", "spam", "discarded")))
