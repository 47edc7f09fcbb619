"""One letter's way: each stop, when it came there, how long it stayed, and why.

Read from the tables alone, so that a run that was saved tells the same way as one in memory.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.results.find_letter import find_letter

Tables = Mapping[str, pd.DataFrame]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Stop:
    """One stop of a letter.

    Attributes:
        what: what happens there; a key of the labels, such as `incoming` or `answered`.
        at_s: when the letter came there, in seconds since the scenario's start.
        stayed_s: how long it stayed; None where it does not stay, or had not gone when the run ended.
        place: the sender, the host or the provider.
        attempt: number of the delivery attempt to which the stop belongs.
        fields: what else there is to say: reply, reply_name, stage, connection, dns_queries, reader, device.
    """

    what: str
    at_s: float
    stayed_s: float | None
    place: str
    attempt: int | None
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Journey:
    """The way of one letter.

    Attributes:
        letter: its id.
        traits: its row of the letters table.
        stops: its stops, in order of time.
        steps: the conversation, if the scenario watches this letter; else empty.
    """

    letter: str
    traits: Row
    stops: tuple[Stop, ...]
    steps: pd.DataFrame


def journey(tables: Tables, wanted: str) -> Journey:
    """Tell the way of one letter.

    Args:
        tables: the tables of a run: letters, attempts, steps and readings are needed.
        wanted: the letter's id, or `slowest`, `typical` or `bounced`.

    Raises:
        ArgumentError: there is no such letter.
    """
    letter = find_letter(tables["letters"], wanted)
    traits = _rows(tables, "letters", letter)[0]
    stops = [*_at_the_sender(tables, traits), *_at_the_receiver(tables, traits), *_back(tables, traits)]
    # A notice of delay comes in between, before the wait that begins at its moment; all else is in order.
    stops.sort(key=lambda stop: (stop.at_s, stop.what == "deferred"))
    steps = tables["steps"]
    return Journey(letter, traits, tuple(stops), steps[steps["letter"] == letter])


def _at_the_sender(tables: Tables, traits: Row) -> list[Stop]:
    """Follow a letter from submission through its sender's queues and attempts."""
    sender = traits["sender"]
    if math.isnan(traits["accepted_s"]):
        what = "refused" if traits["outcome"] == "refused" else "spool"
        return [_stop(what, traits["submitted_s"], math.nan, sender)]
    stops = [_stop("spool", traits["submitted_s"], traits["accepted_s"], sender)]
    queue, since_s = "incoming", traits["accepted_s"]
    rounds = _rounds(tables, traits)
    for row in _rows(tables, "attempts", traits["letter"]):
        stops.append(_stop(queue, since_s, row["activated_s"], sender))
        stops += _attempt(row, traits)
        queue, since_s = "deferred", row["ended_s"]
        left_s = rounds.get(float(row["activated_s"]), float(row["ended_s"]))
        if left_s > since_s and not row["reply"].startswith(("2", "5")):
            stops.append(_stop("with_fellows", since_s, left_s, sender))
            since_s = left_s
    place = traits["waiting_in"]
    if place in ("incoming", "deferred"):
        stops.append(_stop(queue, since_s, math.nan, sender))
    elif place == "active":
        stops.append(_stop("active_at_end", since_s, math.nan, sender))
    return stops


def _rounds(tables: Tables, traits: Row) -> dict[float, float]:
    """Give when the message of a letter left the active queue, by when it came, where it has several recipients."""
    letters = tables["letters"]
    copies = letters.loc[(letters["message"] == traits["message"]) & (letters["kind"] == "letter"), "letter"]
    if len(copies) < 2:
        return {}
    attempts = tables["attempts"]
    own = attempts[attempts["letter"].isin(set(copies))]
    ends = own.groupby("activated_s")["ended_s"].max()
    return dict(zip(ends.index.tolist(), ends.tolist(), strict=True))


def _attempt(row: Row, traits: Row) -> list[Stop]:
    """Give the stops of one attempt: the active queue, setting up, the conversation and its answer."""
    number, sender = int(row["attempt"]), traits["sender"]
    handed_s, connected_s = row["handed_s"], row["handed_s"] + row["delay_c_s"]
    answer = {name: row[name] for name in ("reply", "reply_name", "stage")}
    if row["connection"] == "suspended":
        return [_stop("suspended", row["activated_s"], row["ended_s"], sender, number, **answer)]
    if row["provider"] == "local" and row["stage"] == "none":
        what = "writer_warned" if traits["kind"] == "warning" else "returned_to_writer"
        return [_stop(what, row["activated_s"], row["ended_s"], sender, number)]
    place = _text(row["host"]) or _text(row["provider"])
    stops = [_stop("active", row["activated_s"], handed_s, sender, number)]
    if row["dns_s"] > 0:
        queries = int(row["dns_queries"])
        asked = "asked_dns" if queries else "asked_cache"
        stops.append(_stop(asked, handed_s, handed_s + row["dns_s"], sender, number, dns_queries=queries))
    asked_s = handed_s + row["dns_s"]
    never_in = row["connection"] == "shared" and row["stage"] in ("dns", "connect", "greeting", "ehlo")
    if row["connection"] == "none" or never_in:
        return [*stops, _stop("not_connected", asked_s, row["ended_s"], place, number, **answer)]
    kinds = {"new": "connected", "reused": "connection_reused", "shared": "went_along"}
    kind = kinds[row["connection"]]
    stops.append(_stop(kind, asked_s, connected_s, place, number))
    stops.append(_stop("answered", connected_s, row["ended_s"], place, number, **answer))
    return stops


def _at_the_receiver(tables: Tables, traits: Row) -> list[Stop]:
    """Follow a letter from the receiver's 250 to its readers."""
    if traits["kind"] != "letter" or math.isnan(traits["delivered_s"]):
        return []
    provider = traits["provider"]
    stops = [_stop("delivery", traits["delivered_s"], traits["ended_s"], provider)]
    if math.isnan(traits["ended_s"]):
        return stops
    stops.append(_stop(traits["outcome"], traits["ended_s"], math.nan, provider))
    for row in _rows(tables, "readings", traits["letter"]):
        by = {"reader": row["reader"], "device": int(row["device"]) + 1}
        stops.append(_stop("fetched", row["fetched_s"], math.nan, provider, **by))
        if not math.isnan(row["opened_s"]):
            stops.append(_stop("opened", row["opened_s"], math.nan, provider, **by))
    return sorted(stops, key=lambda stop: stop.at_s)


def _back(tables: Tables, traits: Row) -> list[Stop]:
    """Tell what came back of a letter: a notice that it is late; its outcome, and the DSN, if it was returned."""
    stops = _notices(tables, traits, "warning")
    if traits["outcome"] in ("bounced", "expired"):
        stops.append(_stop(traits["outcome"], traits["ended_s"], math.nan, traits["sender"]))
        stops += _notices(tables, traits, "dsn")
    return stops


def _notices(tables: Tables, traits: Row, kind: str) -> list[Stop]:
    """Tell when the notice of some kind was sent, and how long it took to its writer."""
    if traits["kind"] != "letter":
        return []
    return [
        _stop(kind, notice["submitted_s"], notice["delivered_s"], traits["sender"])
        for notice in _rows(tables, "letters", f"{traits['letter']}!{kind}")
    ]


def _rows(tables: Tables, name: str, letter: str) -> list[Row]:
    table = tables[name]
    found = table[table["letter"] == letter]
    return [dict(zip(found.columns, row, strict=True)) for row in found.itertuples(index=False)]


def _text(value: object) -> str:
    """Give a name, or nothing where the table has none."""
    return value if isinstance(value, str) else ""


def _stop(
    what: str, at_s: float, until_s: float, place: str, attempt: int | None = None, **fields: object
) -> Stop:
    stayed_s = None if math.isnan(until_s) else float(until_s - at_s)
    return Stop(what, float(at_s), stayed_s, place, attempt, fields)
