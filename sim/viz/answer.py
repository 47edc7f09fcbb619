"""The answer to a scenario's question, as sentences: who got it and when, what stopped the rest, where it waited."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

from sim.analogy.labels import label
from sim.scenario.schema import Scenario
from sim.viz.amounts import Figure, count_words, duration_words, figure_words, moment_words, share_words
from sim.vocabulary.outcomes import OUTCOME_NAMES
from sim.vocabulary.replies import REPLIES

Summary = Mapping[str, Any]

MOST_ANSWERS = 6
"""How many kinds of refusal are named."""
MOST_QUEUES = 3
WORTH_NAMING = 0.05
"""A queue is named if this many letters were in it on average: fewer are said as 0.0."""
FEW = 0.0995
"""Rates below this are said with two digits after the point."""
_TIMES: Final = {"half": "s_to_50", "ninety": "s_to_90", "ninety_nine": "s_to_99"}
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
        lines += (
            [one[0].upper() + one[1:] for one in said]
            if alone
            else [label("summary.entry", lang, entry=entry, words=one) for one in said]
        )
    if summary["letters"]["submitted"]["value"]:
        lines += ["", *_ends(summary, lang), *_stopped(summary, lang), *_waited(summary, lang)]
        lines += _told(summary, lang)
    return [*lines, "", *_standing(summary, lang)]


def _arrival(scenario: Scenario, entry: str, group: Summary, lang: str) -> list[str]:
    """Say how far the letters of one entry got, and how long they took.

    When half of everyday mail had arrived says only when it was written, so it is not said.
    """
    if not group["letters"]["submitted"]["value"]:
        until = moment_words(scenario.start, scenario.duration_us / 1e6, lang)
        return [label("summary.none_handed_in", lang, until=until)]
    submitted = letters_words(group["letters"]["submitted"], lang)
    lines = []
    if scenario.letters[entry].arrival != "everyday":
        if scenario.deadline_us is not None:
            by = moment_words(scenario.start, scenario.deadline_us / 1e6, lang)
            share = figure_words(group["reached"]["share_by_deadline"], partial(share_words, lang=lang))
            words = {"share": share, "submitted": submitted, "deadline": by}
            lines.append(label("summary.reach", lang, **words))
        if group["letters"]["submitted"]["value"] == 1:
            return [_one(group["reached"]["s_to_50"], lang)]
        lines.append(_times(group["reached"], lang))
    delays = group["accepted_to_delivered_s"]
    if delays["p50"]["value"] is None:
        return [*lines, label("summary.nothing_delivered", lang)]
    took = {name: _duration(delays[name], lang) for name in ("p50", "p90", "p99", "max")}
    return [*lines, label("summary.delays", lang, **took)]


def _one(figure: Figure, lang: str) -> str:
    """Say when the only letter of an entry arrived."""
    if figure["value"] is not None:
        return label("summary.one", lang, time=_duration(figure, lang))
    return label("summary.one_not_in_some" if figure["n"] else "summary.one_never", lang)


def _times(reached: Mapping[str, Figure], lang: str) -> str:
    """Say when half, 90 % and 99 % had arrived, and which of them were not reached (in every replication)."""
    missed = [name for name, key in _TIMES.items() if reached[key]["value"] is None]
    some = any(reached[_TIMES[name]]["n"] for name in missed)
    if "half" in missed:
        return label("summary.not_half_in_some" if reached["s_to_50"]["n"] else "summary.not_half", lang)
    said = (
        label(f"summary.time_{name}", lang, time=_duration(reached[key], lang))
        for name, key in _TIMES.items()
        if name not in missed
    )
    times = label("summary.next_time", lang).join(said)
    shares = label("summary.next_share", lang).join(label(f"summary.share_{name}", lang) for name in missed)
    kind = "times_and_missed_by_some" if some else "times_and_missed" if missed else "times"
    return label(f"summary.{kind}", lang, times=times, missed=shares)


def _duration(figure: Figure, lang: str) -> str:
    return figure_words(figure, partial(duration_words, lang=lang))


def letters_words(figure: Figure, lang: str) -> str:
    """Say how many letters."""
    return label("unit.letter" if figure["value"] == 1 else "unit.letters", lang, count=figure_words(figure))


def _joined(parts: Iterable[str], lang: str) -> str:
    return label("summary.next_part", lang).join(parts)


def _ends(summary: Summary, lang: str) -> list[str]:
    letters = summary["letters"]
    ends = [
        label(
            "summary.ended_part",
            lang,
            count=figure_words(letters[name]),
            outcome=label(f"outcome.{name}", lang),
        )
        for name in (*OUTCOME_NAMES.values(), "lost")
        if letters[name]["value"]
    ]
    submitted = letters_words(letters["submitted"], lang)
    lines = [label("summary.ended", lang, submitted=submitted, outcomes=_joined(ends, lang))]
    again = summary["duplicates"]
    if again["delivered"]["value"]:
        of = letters_words(again["letters"], lang)
        lines.append(label("summary.duplicates", lang, copies=figure_words(again["delivered"]), letters=of))
    return lines


def nothing_stopped(summary: Summary) -> str:
    """Give the key of what is said where no answer held a letter back."""
    if not summary["attempts"]["total"]["value"]:
        return "nothing_tried"
    delayed = any(one["letters_delayed"]["value"] for one in summary["incidents"] if one["letters_delayed"])
    return "no_answer_stopped" if delayed else "nothing_stopped"


def _stopped(summary: Summary, lang: str) -> list[str]:
    """List the answers that kept letters from going through, the commonest first."""
    found = [
        (figure, name, destination)
        for destination, group in summary["by_destination"].items()
        for name, figure in group["answers"].items()
        if name != "accepted"
    ]
    if not found:
        return [label(f"summary.{nothing_stopped(summary)}", lang)]
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
    return [label("summary.waited", lang, queues=_joined(named, lang))]


def _told(summary: Summary, lang: str) -> list[str]:
    """Say what providers tell senders of complaints, where they tell how many there were and no more."""
    rate = partial(_rate_words, lang=lang)
    return [
        label(
            "summary.told",
            lang,
            provider=provider,
            sender=sender,
            complaints=figure_words(told["complaints"]),
            inbox=letters_words(told["inbox"], lang),
            share=figure_words(told["share"], rate),
            worst=figure_words(told["worst_day_share"], rate),
            days=figure_words(told["days"]),
            too_many=figure_words(told["days_too_many"]),
            far_too_many=figure_words(told["days_far_too_many"]),
        )
        for provider, senders in summary.get("feedback", {}).items()
        for sender, told in senders.items()
    ]


def _rate_words(share: float, lang: str) -> str:
    """Say a rate of complaints: tenths of a percent are much, so with hundredths."""
    return f"{share * 100:.2f} %" if share < FEW else share_words(share, lang)


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
    return [*lines, *(f"  {label('summary.audit_line', lang, **check)}" for check in failed)]
