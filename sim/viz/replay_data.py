"""What the page of a replay holds, as plain values: times are whole milliseconds, most of them since the one before.

Columns are short names to lists of numbers; `unpack` of replay.js says what each is.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analogy.labels import LANGUAGES, label
from sim.analogy.terms import terms
from sim.results.columns import NEVER, Whole
from sim.results.movements import Movements
from sim.scenario.schema import Scenario
from sim.viz.amounts import count_words, moment_words
from sim.viz.clock import zone_words
from sim.viz.narration import VOCABULARIES
from sim.viz.overview import needed_s, title_words
from sim.viz.replay_events import event_words, events
from sim.viz.replay_map import map_data, place_map, struck
from sim.viz.replay_pace import (
    MICRO,
    answers_at,
    arrived_at,
    delay_curve,
    deliveries_at,
    fetched_at,
    pace,
    queues_at,
)
from sim.viz.replay_sample import Sample, sample
from sim.vocabulary.connections import CONNECTION_NAMES
from sim.vocabulary.kinds import LETTER, READER_NAMES
from sim.vocabulary.outcomes import OUTCOME_NAMES
from sim.vocabulary.replies import PERMANENT, REPLIES

FORMAT = 1
_BUTTONS = (
    "play",
    "pause",
    "next",
    "back",
    "to_start",
    "speed",
    "pace_half",
    "pace",
    "pace_double",
    "real",
    "times",
    "moment",
    "curves",
    "curve_queues",
    "curve_median",
    "curve_p90",
    "deadline",
    "language",
    "words",
    "words_mail",
    "words_post",
    "map",
    "follow",
    "follow_nobody",
    "follow_typical",
    "follow_slowest",
    "follow_bounced",
    "follow_id",
    "follow_unknown",
    "events",
    "events_hint",
    "close",
    "now",
    "answers",
    "arrivals",
    "questions",
    "none_yet",
    "so_far",
    "keys",
    "extended",
    "no_mail",
    "speed_now",
    "attempt",
)
_CHANGING = (
    "letter",
    "senders",
    "resolvers",
    "hosts",
    "mailboxes",
    "readers",
    "weather",
    "fine",
    "legend",
    "under_way",
    "waiting",
    "arrived",
    "fetched",
    "handed_in",
    "asks",
    "kept_back",
    "answer",
    "opened",
)
_LEFT_OPEN = {
    name: f"{{{name}}}" for name in ("count", "letter", "time", "attempt", "queries", "reply", "host", "code")
}
"""What the page itself puts into its words."""
_STATIONS = {
    "senders": "idea.sending_mta",
    "resolvers": "station.resolver",
    "hosts": "station.smtp_server",
    "mailboxes": "station.mailbox_store",
    "readers": "station.readers",
}
"""What is said of a place of each column."""
_QUEUES = ("spool", "incoming", "active", "deferred")


def replay_data(scenario: Scenario, moved: Movements, words: str, lang: str) -> dict[str, Any]:
    """Give all that a page shows.

    Args:
        scenario: what was run.
        moved: what moved.
        words: the vocabulary that it opens with, `mail` or `post`.
        lang: the language that it opens in.
    """
    own, delivered = moved.own, moved.letters["delivered_us"]
    ends_s = np.concatenate([delivered[own & (delivered != NEVER)], moved.attempts["ended_us"]]) * MICRO
    end_s = needed_s(scenario, ends_s, moved.series, moved.incidents)
    chosen = sample(moved, scenario)
    moments = pace(moved, end_s)
    queues = queues_at(moved, moments)
    start = scenario.start
    midnight_s = start.hour * 3600 + start.minute * 60 + start.second + start.microsecond * MICRO
    return {
        "format": FORMAT,
        "lang": lang,
        "words_first": words,
        "title": {one: title_words(scenario, one) for one in LANGUAGES},
        "question": None
        if scenario.question is None
        else {one: scenario.question.in_language(one) for one in LANGUAGES},
        "day": [start.year, start.month, start.day],
        "zone": zone_words(start),
        "clock_s": midnight_s,
        "end_s": round(end_s, 3),
        "deadline_s": None if scenario.deadline_us is None else scenario.deadline_us * MICRO,
        "every": chosen.every,
        "caption": {one: _caption(moved, chosen, scenario, end_s, one) for one in LANGUAGES},
        "map": map_data(*place_map(scenario, moved)),
        "names": {
            "entries": list(moved.entries),
            "senders": list(moved.senders),
            "providers": list(moved.providers),
            "hosts": list(moved.hosts),
            "readers": list(READER_NAMES.values()),
            "replies": [[reply.name, reply.key] for reply in REPLIES],
            "permanent": sorted(PERMANENT),
            "outcomes": ["", *OUTCOME_NAMES.values()],
            "resolver_of": [
                scenario.senders[name].resolver if name in scenario.senders else None
                for name in moved.senders
            ],
        },
        "letters": _letters(moved, chosen),
        "named": {name: int(np.flatnonzero(_rows(chosen) == row)[0]) for name, row in chosen.named.items()},
        "attempts": _attempts(moved, chosen),
        "readings": _readings(moved, chosen),
        "pace": moments.tolist(),
        "queues": {name: {queue: own[queue].lengths for queue in _QUEUES} for name, own in queues.items()},
        "under_way": deliveries_at(moved, moments),
        "answers": answers_at(moved, moments),
        "arrived": arrived_at(moved, moments),
        "fetched": fetched_at(moved, moments),
        "delays": delay_curve(moved, end_s),
        "incidents": _incidents(moved, scenario, end_s),
        "events": [
            [round(event.at_s, 3), event.key, event_words(event, scenario)]
            for event in events(moved, scenario, queues, end_s)
        ],
        "words": _words(moved, chosen),
        "stations": {
            column: {one: terms()[key].about[one] for one in LANGUAGES} for column, key in _STATIONS.items()
        },
    }


def _caption(moved: Movements, chosen: Sample, scenario: Scenario, end_s: float, lang: str) -> str:
    """Say what one moving letter stands for, and what is not shown."""
    letters = count_words(int(moved.own.sum()))
    key = "replay.all_shown" if chosen.every == 1 else "replay.thinned"
    numbers = {
        "letters": letters,
        "every": count_words(chosen.every),
        "shown": count_words(len(chosen.letters)),
    }
    said = [label(key, lang, **numbers)]
    if end_s < scenario.duration_us * MICRO:
        until = moment_words(scenario.start, float(round(end_s)), lang)
        said.append(label("replay.goes_on", lang, until=until))
    return ("" if lang == "ja" else " ").join(said)


def _rows(chosen: Sample) -> Whole:
    """Give the rows of all letters of the page: first those that move, then those that may be followed."""
    return np.concatenate([chosen.letters, chosen.extra])


def _letters(moved: Movements, chosen: Sample) -> dict[str, Any]:
    rows, letters = _rows(chosen), moved.letters
    submitted = letters["submitted_us"][rows]
    odd = np.flatnonzero(letters["kind"][rows] != LETTER)
    return {
        "moving": len(chosen.letters),
        "entry": letters["entry"][rows].tolist(),
        "number": np.diff(letters["number"][rows].astype(np.int64), prepend=0).tolist(),
        "sender": letters["sender"][rows].tolist(),
        "provider": letters["provider"][rows].tolist(),
        "outcome": letters["outcome"][rows].tolist(),
        "submitted": _steps(submitted),
        **{
            name: _since(letters[f"{name}_us"][rows], submitted)
            for name in ("accepted", "delivered", "ended")
        },
        "names": dict(zip([str(place) for place in odd], moved.ids(rows[odd]), strict=True)),
    }


def _attempts(moved: Movements, chosen: Sample) -> dict[str, Any]:
    attempts = {name: values[chosen.attempts] for name, values in moved.attempts.items()}
    host = attempts["host"].astype(np.int64)
    connections = {name: code for code, name in CONNECTION_NAMES.items()}
    return {
        "letter": _places(chosen, attempts["letter"]),
        "handed": _steps(attempts["handed_us"]),
        "waited": _since(attempts["handed_us"], attempts["activated_us"]),
        "lasted": _since(attempts["ended_us"], attempts["handed_us"]),
        "dns": _milliseconds(attempts["dns_us"]).tolist(),
        "queries": attempts["dns_queries"].tolist(),
        "host": np.where((host >= 0) & (host < len(moved.hosts)), host, NEVER).tolist(),
        "held": (attempts["connection"] == connections["suspended"]).astype(np.int64).tolist(),
        "reply": attempts["reply"].tolist(),
    }


def _readings(moved: Movements, chosen: Sample) -> dict[str, Any]:
    readings = {name: values[chosen.readings] for name, values in moved.readings.items()}
    fetched = readings["fetched_us"]
    return {
        "letter": _places(chosen, readings["letter"]),
        "reader": readings["reader"].tolist(),
        "fetched": _steps(fetched),
        "opened": _since(readings["opened_us"], fetched),
    }


def _places(chosen: Sample, letter: NDArray[Any]) -> list[int]:
    """Give the place of letters on the page by their rows."""
    rows = _rows(chosen)
    order = np.argsort(rows, kind="stable")
    places: list[int] = order[np.searchsorted(rows[order], letter)].tolist()
    return places


def _incidents(moved: Movements, scenario: Scenario, end_s: float) -> list[dict[str, Any]]:
    found = []
    table = moved.incidents
    ends = table["to_s"].fillna(end_s).astype(float).tolist()
    begins = table["from_s"].astype(float).tolist()
    for kind, where, from_s, to_s in zip(
        table["kind"].astype(str), table["where"].astype(str), begins, ends, strict=True
    ):
        spots, roads = struck(kind, where, scenario)
        names = [f"senders.{sender}>hosts.{host}" for sender, host in roads]
        shown = where.replace(" > ", " → ") if kind == "suspended" else where.partition(".")[2]
        found.append(
            {
                "kind": kind,
                "where": shown,
                "from_s": round(from_s, 3),
                "to_s": round(to_s, 3),
                "spots": spots,
                "roads": names,
            }
        )
    return found


def _words(moved: Movements, chosen: Sample) -> dict[str, Any]:
    """Give the words of the page: buttons by language, and by vocabulary and language what changes with it."""
    used = {REPLIES[code].name for code in np.unique(moved.attempts["reply"]).tolist()}
    kinds = {str(kind) for kind in moved.incidents["kind"]}
    keys = [f"reply.{name}" for name in sorted(used)]
    keys += [f"queue.{name}" for name in _QUEUES]
    keys += [f"outcome.{name}" for name in OUTCOME_NAMES.values()]
    keys += [f"reader.{name}" for name in READER_NAMES.values()]
    keys += [f"fault.{kind}" for kind in sorted(kinds - {"suspended"})] + ["connection.suspended"]
    return {
        "buttons": {
            lang: {name: label(f"replay.{name}", lang, **_LEFT_OPEN) for name in _BUTTONS}
            for lang in LANGUAGES
        },
        **{
            words: {
                lang: {
                    **{name: label(f"replay_{words}.{name}", lang, **_LEFT_OPEN) for name in _CHANGING},
                    **{key: getattr(terms()[key], words)[lang] for key in keys},
                }
                for lang in LANGUAGES
            }
            for words in VOCABULARIES
        },
    }


def _milliseconds(times_us: NDArray[Any]) -> Whole:
    return np.round(times_us / 1000).astype(np.int64)


def _steps(times_us: NDArray[Any]) -> list[int]:
    """Give moments as steps from the one before, the first from 0."""
    steps: list[int] = np.diff(_milliseconds(times_us), prepend=0).tolist()
    return steps


def _since(times_us: NDArray[Any], begun_us: NDArray[Any]) -> list[int]:
    """Give how long after another moment something happened, -1 where it did not."""
    since = _milliseconds(times_us) - _milliseconds(begun_us)
    values: list[int] = np.where(times_us == NEVER, NEVER, since).tolist()
    return values
