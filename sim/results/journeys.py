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
        blame: where its time went: seconds by part, as the table of blame calls them, those that are 0 left out.
    """

    letter: str
    traits: Row
    stops: tuple[Stop, ...]
    steps: pd.DataFrame
    blame: Mapping[str, float]


def journey(tables: Tables, wanted: str) -> Journey:
    """Tell the way of one letter.

    Args:
        tables: the tables of a run: letters, attempts, steps and readings are needed, blame is welcome.
        wanted: the letter's id, or `slowest`, `typical` or `bounced`.

    Raises:
        ArgumentError: there is no such letter.
    """
    letter = find_letter(tables["letters"], wanted)
    traits = _rows(tables, "letters", letter)[0]
    stops = [
        *_at_the_sender(tables, traits),
        *_at_the_receiver(tables, traits),
        *_once_more(tables, traits),
        *_back(tables, traits),
    ]
    # A notice of delay comes in between, before the wait that begins at its moment; all else is in order.
    stops.sort(key=lambda stop: (stop.at_s, stop.what in ("deferred", "active_at_end")))
    steps = tables["steps"]
    # A host may be through with a letter when its sender has long hung up.
    own = steps[steps["letter"] == letter].sort_values("at_s", kind="stable")
    return Journey(letter, traits, tuple(stops), own, _blame(tables, letter))


def _blame(tables: Tables, letter: str) -> Mapping[str, float]:
    # A folder of an earlier version has no such table.
    parts = _rows(tables, "blame", letter)[0] if "blame" in tables else {}
    return {
        name: float(lasted_s)
        for name, lasted_s in parts.items()
        if name not in ("letter", "delay_s") and lasted_s
    }


def _at_the_sender(tables: Tables, traits: Row) -> list[Stop]:
    """Follow a letter from submission through its sender's queues and attempts."""
    sender = traits["sender"]
    if traits["kind"] == "duplicate":
        return []
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
        is_over = row["attempt"] == traits["attempts"] and _has_its_answer(traits)
        left_s = _left_s(rounds, row)
        if not is_over and not left_s <= since_s:
            stops.append(_stop("with_fellows", since_s, left_s, sender))
            since_s = left_s
    place = traits["waiting_in"]
    if math.isnan(since_s):
        pass  # Its message was still active when the run ended; it had been put off itself.
    elif place in ("incoming", "deferred"):
        stops.append(_stop(queue, since_s, math.nan, sender))
    elif place == "active":
        stops.append(_stop("active_at_end", since_s, math.nan, sender))
    return stops


def _has_its_answer(traits: Row) -> bool:
    """Tell whether a letter was delivered or refused for good, so that it waits for nobody of its message."""
    believed = _text(traits["sender_believes"])
    if believed:
        return believed in ("inbox", "bounced")
    return traits["outcome"] == "bounced" or not math.isnan(traits["delivered_s"])


def _given_up(traits: Row) -> str:
    """Give how its sender was done with a letter that it could not deliver, as far as it knows; else nothing."""
    known = _text(traits["sender_believes"]) or traits["outcome"]
    return known if known in ("bounced", "expired") else ""


def _copies(tables: Tables, traits: Row) -> pd.DataFrame:
    """Give the rows of all letters of a letter's message."""
    letters = tables["letters"]
    copies: pd.DataFrame = letters[letters["message"] == traits["message"]]
    return copies


def _rounds(tables: Tables, traits: Row) -> dict[float, float]:
    """Give when the message of a letter left the active queue, by when it came, where it has several recipients.

    NaN where it is still there.
    """
    copies = _copies(tables, traits)
    if len(copies) < 2:
        return {}
    attempts = tables["attempts"]
    own = attempts[attempts["letter"].isin(set(copies["letter"]))]
    latest = own.groupby("activated_s")["ended_s"].max()
    ends = dict(zip(latest.index.tolist(), latest.tolist(), strict=True))
    # The round goes on if somebody has not been told his answer yet, who has an attempt less than others then.
    told = copies["letter"].isin(set(own.loc[own["reply_name"] == "accepted", "letter"]))
    waits = (copies["waiting_in"] == "active") | (copies["delivered_s"].notna() & ~told)
    if copies.loc[waits, "attempts"].min() < copies["attempts"].max():
        ends[max(ends)] = math.nan
    return ends


def _left_s(rounds: Mapping[float, float], row: Row) -> float:
    """Give when the message of an attempt left the active queue after it; NaN if it did not."""
    return float(rounds.get(row["activated_s"], row["ended_s"]))


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
    if traits["kind"] not in ("letter", "duplicate", "relayed") or math.isnan(traits["delivered_s"]):
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


def _once_more(tables: Tables, traits: Row) -> list[Stop]:
    """Tell when other copies of a letter arrived, whose sender had not heard of the first."""
    if not _text(traits["sender_believes"]):
        return []
    letters = tables["letters"]
    again = letters[letters["letter"].str.startswith(f"{traits['letter']}!duplicate")]
    arrived = again["delivered_s"].dropna()
    return [_stop("duplicate", at_s, math.nan, traits["provider"]) for at_s in arrived]


def _back(tables: Tables, traits: Row) -> list[Stop]:
    """Tell what came back of a letter: a notice that it is late; its outcome, and the DSN, if it was returned."""
    if traits["kind"] != "letter":
        return []
    copies, rounds = _copies(tables, traits), _rounds(tables, traits)
    attempts = _rows(tables, "attempts", traits["letter"])
    ends = [_left_s(rounds, row) for row in attempts]
    late = ends[:-1] if _has_its_answer(traits) else ends
    stops = _notices(tables, traits, copies, "warning", late)
    given_up = _given_up(traits)
    if given_up:
        ended_s = ends[-1] if _text(traits["sender_believes"]) else traits["ended_s"]
        stops.append(_stop(given_up, ended_s, math.nan, traits["sender"]))
        alike = copies[(copies["outcome"] == given_up) | (copies["sender_believes"] == given_up)]
        stops += _notices(tables, traits, alike, "dsn", ends[-1:])
    return stops


def _notices(tables: Tables, traits: Row, of: pd.DataFrame, kind: str, at_s: list[float]) -> list[Stop]:
    """Tell when the notice of some kind was sent, and how long it took to its writer.

    A message's letters that are returned, or late, at one moment share their notice, which bears the name of one.
    """
    letters = tables["letters"]
    names = {f"{letter}!{kind}" for letter in of["letter"]}
    shared = letters[letters["letter"].isin(names) & letters["submitted_s"].isin(at_s)]
    return [
        _stop(kind, notice["submitted_s"], notice["delivered_s"], traits["sender"])
        for notice in shared.to_dict("records")
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
