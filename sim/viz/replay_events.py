"""What happens in a replay, as sentences with their moments: the same lesson without the picture."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.analogy.labels import LANGUAGES, label
from sim.analogy.terms import terms
from sim.results.columns import NEVER
from sim.results.movements import Movements
from sim.results.statistics import rank
from sim.scenario.schema import Scenario
from sim.viz.amounts import count_words, moment_words, share_words
from sim.viz.narration import VOCABULARIES
from sim.viz.replay_pace import MICRO, Queue
from sim.vocabulary.connections import SUSPENDED
from sim.vocabulary.incidents import OUT_OF_MEMORY
from sim.vocabulary.replies import ACCEPTED, REPLIES

Words = Mapping[str, Mapping[str, str]]
"""Words by vocabulary and language."""

MOST_TROUBLES = 40
"""So many incidents are told, those that last longest."""
WORTH_A_PEAK = 10
WORTH_A_LINE = 1 / 500
"""A destination that is put off for less than this share of a replay is not told."""
SHARES = (50, 90, 99)


@dataclass(frozen=True)
class Event:
    """Something that happens.

    Attributes:
        at_s: when.
        key: what: the words are `event_` with this behind it.
        fields: what is put into the words; a value with a dot in front, as `.reply.greylisted`, is a term,
            one with a colon, as `:memory.active_queue`, is a label.
    """

    at_s: float
    key: str
    fields: Mapping[str, object] = field(default_factory=dict)


def events(
    moved: Movements,
    scenario: Scenario,
    queues: Mapping[str, Mapping[str, Queue]],
    end_s: float,
) -> list[Event]:
    """List what happens up to the end of a replay, in order of time."""
    found = [
        *_entries(moved, scenario),
        *_answers(moved),
        *_arrivals(moved),
        *_troubles(moved.incidents, end_s),
        *_peaks(queues),
        *_milestones(moved, end_s),
    ]
    return sorted((one for one in found if 0 <= one.at_s <= end_s), key=lambda one: one.at_s)


def event_words(event: Event, scenario: Scenario) -> Words:
    """Put an event into the words of mail and of the post office, in each language."""
    return {
        words: {
            lang: label(
                f"replay_{words}.event_{event.key}",
                lang,
                **{name: _value(value, scenario, words, lang) for name, value in event.fields.items()},
            )
            for lang in LANGUAGES
        }
        for words in VOCABULARIES
    }


def _value(value: object, scenario: Scenario, words: str, lang: str) -> str:
    """Put a field into words: a term, a moment, a share, or a count."""
    if isinstance(value, pd.Timedelta):
        return moment_words(scenario.start, value.total_seconds(), lang)
    if isinstance(value, float):
        return share_words(value, lang)
    if isinstance(value, int):
        return count_words(value)
    if isinstance(value, str) and value.startswith("."):
        one = terms()[value[1:]]
        return (one.post if words == "post" else one.mail)[lang]
    if isinstance(value, str) and value.startswith(":"):
        return label(value[1:], lang)
    return str(value)


def _entries(moved: Movements, scenario: Scenario) -> Iterator[Event]:
    """Tell when each entry of letters begins, and when parts of a mailing have arrived."""
    letters, own = moved.letters, moved.own
    for code, name in enumerate(moved.entries):
        mine = own & (letters["entry"] == code)
        count = int(mine.sum())
        if not count or name not in scenario.letters:
            continue
        entry = scenario.letters[name]
        is_everyday = entry.arrival == "everyday"
        said = {"sender": entry.sender, "entry": name, "count": count}
        begins_s = float(letters["submitted_us"][mine].min()) * MICRO
        yield Event(begins_s, "everyday" if is_everyday else "begin", said)
        times = np.sort(letters["delivered_us"][mine & (letters["delivered_us"] != NEVER)]) * MICRO
        if scenario.deadline_us is not None and not is_everyday:
            reached = int(np.searchsorted(times, scenario.deadline_us * MICRO, side="right"))
            yield Event(scenario.deadline_us * MICRO, "deadline", {"entry": name, "share": reached / count})
        for share in () if is_everyday or count == 1 else SHARES:
            needed = rank(count, share)
            if needed <= len(times):
                yield Event(float(times[needed - 1]), "share", {"entry": name, "share": share / 100})


def _answers(moved: Movements) -> Iterator[Event]:
    """Tell when a host says something for the first time that is no acceptance."""
    attempts = moved.attempts
    tried = (attempts["host"] >= 0) & (attempts["host"] < len(moved.hosts))
    tried &= (attempts["reply"] != ACCEPTED) & (attempts["connection"] != SUSPENDED)
    rows = np.flatnonzero(tried)
    kinds = attempts["host"][rows].astype(np.int64) * len(REPLIES) + attempts["reply"][rows]
    for kind in np.unique(kinds).tolist():
        ended = attempts["ended_us"][rows[kinds == kind]]
        reply = REPLIES[kind % len(REPLIES)]
        said = {"host": moved.hosts[kind // len(REPLIES)], "reply": f".reply.{reply.name}", "code": reply.key}
        yield Event(float(ended.min()) * MICRO, "answer", {**said, "count": len(ended)})


def _arrivals(moved: Movements) -> Iterator[Event]:
    letters, own = moved.letters, moved.own
    for code, name in enumerate(moved.providers):
        mine = own & (letters["provider"] == code)
        times = letters["delivered_us"][mine & (letters["delivered_us"] != NEVER)]
        if len(times):
            yield Event(float(times.min()) * MICRO, "first", {"provider": name})
            said = {"provider": name, "count": len(times), "all": int(mine.sum())}
            yield Event(float(times.max()) * MICRO, "last", said)


def _troubles(incidents: pd.DataFrame, end_s: float) -> Iterator[Event]:
    """Tell incidents as they begin and end; what a sender puts off only as it begins."""
    lasting = incidents["to_s"].fillna(end_s) - incidents["from_s"]
    longest = lasting.sort_values(ascending=False, kind="stable").index[:MOST_TROUBLES]
    for index in sorted(longest):
        kind, where = str(incidents["kind"][index]), str(incidents["where"][index])
        from_s, to_s = float(incidents["from_s"][index]), float(incidents["to_s"].fillna(end_s)[index])
        until = pd.Timedelta(round(to_s), unit="s")
        if kind == "suspended" and to_s - from_s < WORTH_A_LINE * end_s:
            continue
        if kind == "suspended":
            yield Event(from_s, "kept_back", {"where": where.replace(" > ", " → "), "until": until})
            continue
        said = {"where": where.partition(".")[2], "kind": f".fault.{kind}"}
        if kind == OUT_OF_MEMORY:
            who = f":memory.{incidents['why'][index]}"
            yield Event(from_s, "memory", {"where": said["where"], "who": who, "until": until})
        else:
            yield Event(from_s, "trouble", {**said, "until": until})
        if to_s < end_s:
            yield Event(to_s, "over", said)


def _peaks(queues: Mapping[str, Mapping[str, Queue]]) -> Iterator[Event]:
    for sender, own in queues.items():
        for name, queue in own.items():
            if queue.peak >= WORTH_A_PEAK:
                said = {"sender": sender, "queue": f".queue.{name}", "count": queue.peak}
                yield Event(queue.peak_s, "peak", said)


def _milestones(moved: Movements, end_s: float) -> Iterator[Event]:
    own, delivered = moved.own, moved.letters["delivered_us"]
    count, there = int(own.sum()), own & (delivered != NEVER)
    opened = moved.readings["opened_us"]
    if (opened != NEVER).any():
        yield Event(float(opened[opened != NEVER].min()) * MICRO, "read")
    arrived = int((there & (delivered <= end_s / MICRO)).sum())
    yield Event(end_s, "end", {"count": arrived, "all": count})
