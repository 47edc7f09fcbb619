"""The answer to a scenario's question, as sentences: who got it and when, what stopped the rest, where it waited."""

from collections.abc import Mapping
from typing import Any

from sim.analogy.labels import label
from sim.scenario.schema import Scenario
from sim.viz.amounts import Figure, count_words, duration_words, figure_words, moment_words, share_words
from sim.vocabulary.outcomes import OUTCOME_NAMES
from sim.vocabulary.replies import REPLIES

Summary = Mapping[str, Any]

MOST_ANSWERS = 6
"""How many kinds of refusal are named."""
MOST_QUEUES = 3
WORTH_NAMING = 0.01
"""A queue is named if this many letters were in it on average."""
_KEYS = {reply.name: reply.key for reply in REPLIES}


def answer(scenario: Scenario, summary: Summary, lang: str = "en") -> list[str]:
    """Say what a run came to, one sentence or line after the other.

    Args:
        scenario: what was run.
        summary: its summary.
        lang: the language of the words.
    """
    lines = []
    for entry, group in summary["by_letters"].items():
        said = _arrival(scenario, entry, group, lang)
        alone = len(summary["by_letters"]) == 1
        lines += [one[0].upper() + one[1:] for one in said] if alone else [f"{entry}: {one}" for one in said]
    lines += ["", *_ends(summary, lang), *_stopped(summary, lang), *_waited(summary, lang)]
    return [*lines, "", *_standing(summary, lang)]


def _arrival(scenario: Scenario, entry: str, group: Summary, lang: str) -> list[str]:
    """Say how far the letters of one entry got, and how long they took.

    When half of everyday mail had arrived says only when it was written, so it is not said.
    """
    submitted = _letters(group["letters"]["submitted"], lang)
    lines = []
    if scenario.letters[entry].arrival != "everyday":
        if scenario.deadline_us is not None:
            by = moment_words(scenario.start, scenario.deadline_us / 1e6)
            share = figure_words(group["reached"]["share_by_deadline"], share_words)
            words = {"share": share, "submitted": submitted, "deadline": by}
            lines.append(label("summary.reach", lang, **words))
        if group["letters"]["submitted"]["value"] == 1:
            return [label("summary.one", lang, time=_time(group["reached"]["s_to_50"], lang))]
        names = (("half", "s_to_50"), ("ninety", "s_to_90"), ("ninety_nine", "s_to_99"))
        times = {name: _time(group["reached"][key], lang) for name, key in names}
        lines.append(label("summary.times", lang, **times))
    delays = group["accepted_to_delivered_s"]
    if delays["p50"]["value"] is None:
        return [*lines, label("summary.nothing_delivered", lang)]
    took = {name: figure_words(delays[name], duration_words) for name in ("p50", "p90", "p99", "max")}
    return [*lines, label("summary.delays", lang, **took)]


def _time(figure: Figure, lang: str) -> str:
    if figure["value"] is None:
        return label("summary.never", lang)
    return label("summary.after", lang, time=figure_words(figure, duration_words))


def _letters(figure: Figure, lang: str) -> str:
    """Say how many letters."""
    return f"{figure_words(figure)} {label('unit.letter' if figure['value'] == 1 else 'unit.letters', lang)}"


def _ends(summary: Summary, lang: str) -> list[str]:
    letters = summary["letters"]
    ends = [
        f"{figure_words(letters[name])} {label(f'outcome.{name}', lang)}"
        for name in (*OUTCOME_NAMES.values(), "lost")
        if letters[name]["value"]
    ]
    submitted = _letters(letters["submitted"], lang)
    return [label("summary.ended", lang, submitted=submitted, outcomes="; ".join(ends))]


def _stopped(summary: Summary, lang: str) -> list[str]:
    """List the answers that kept letters from going through, the commonest first."""
    found = [
        (figure, name, destination)
        for destination, group in summary["by_destination"].items()
        for name, figure in group["answers"].items()
        if name != "accepted"
    ]
    if not found:
        return [label("summary.nothing_stopped", lang)]
    found.sort(key=lambda one: -one[0]["value"])
    lines = [
        label(
            "summary.stopped_line",
            lang,
            count=figure_words(figure),
            key=_KEYS[name],
            meaning=label(f"meaning.{name}", lang),
            destination=destination,
        )
        for figure, name, destination in found[:MOST_ANSWERS]
    ]
    return [label("summary.stopped", lang), *(f"  {line}" for line in lines)]


def _waited(summary: Summary, lang: str) -> list[str]:
    queues = [(name, q) for name, q in summary["queues"].items() if q["mean"]["value"] >= WORTH_NAMING]
    queues.sort(key=lambda one: -one[1]["mean"]["value"])
    if not queues:
        return [label("summary.waited_nowhere", lang)]
    named = []
    for name, queue in queues[:MOST_QUEUES]:
        owner, _, kind = name.rpartition(".")
        mean, peak = figure_words(queue["mean"]), figure_words(queue["peak"])
        words = label(f"queue.{kind}", lang)
        named.append(label("summary.waited_queue", lang, queue=words, sender=owner, mean=mean, peak=peak))
    return [label("summary.waited", lang, queues="; ".join(named))]


def _standing(summary: Summary, lang: str) -> list[str]:
    """Say what the numbers are worth: one run or several, assumptions, audit."""
    seed, replications = summary["seed"], summary["replications"]
    kind = "summary.single" if replications == 1 else "summary.replicated"
    lines = [label(kind, lang, seed=seed, replications=replications)]
    assumed = sum(1 for one in summary["assumptions"] if one["grade"] == "assumption")
    lines.append(
        label("summary.assumptions", lang, count=count_words(assumed))
        if assumed
        else label("summary.no_assumptions", lang)
    )
    checks = summary["audit"]["checks"]
    failed = [check for check in checks if not check["ok"]]
    if not failed:
        return [*lines, label("summary.audit_ok", lang, checks=len(checks))]
    lines.append(label("summary.audit_failed", lang, failed=len(failed), checks=len(checks)))
    return [*lines, *(f"  {check['name']}: {check['expected']} / {check['found']}" for check in failed)]
