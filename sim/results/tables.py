"""The tables of a run as pandas frames that people can read: names instead of indices, seconds, letter ids.

Times are seconds since the scenario's start, NaN where a thing did not happen. A letter is called
`closure/17`: its entry of `letters:` and its number there; its bounce is `closure/17!dsn`, and the notice that
it is late `closure/17!warning`; copies that arrived once more are `closure/17!duplicate`, `closure/17!duplicate2`. A
letter's outcome is what became of it; `sender_believes` says what its sender thinks, where that did not hear of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.kernel.recorder import RunRecord, Table
from sim.results.blame import Blame, blame_of
from sim.results.columns import NEVER, column, id_ending, numbered, opened_letters, whole
from sim.results.consequences import consequences
from sim.results.feedback import feedback_days
from sim.results.waiting import PLACES, waiting_in
from sim.vocabulary.connections import CONNECTION_NAMES
from sim.vocabulary.kinds import DUPLICATE, KIND_NAMES, NO_HOST, READER_NAMES, RELAYED
from sim.vocabulary.outcomes import OUTCOME_NAMES
from sim.vocabulary.replies import REPLIES
from sim.vocabulary.stages import STAGE_NAMES

SECOND = 1_000_000
LOCAL_NAME = "local"
"""Provider of a letter that stays on the sender's own machine, as a DSN or a notice of delay does."""


def frames(record: RunRecord) -> dict[str, pd.DataFrame]:
    """Give all tables of a run, by name."""
    ids, blame = letter_ids(record), blame_of(record)
    return {
        "letters": _letters(record, ids),
        "attempts": _attempts(record, ids),
        "steps": _steps(record, ids),
        "readings": _readings(record, ids),
        "series": series_frame(record),
        "incidents": _incidents(record, blame, ids),
        "blame": _blame(blame, ids),
        "suppressions": _suppressions(record, ids),
        "feedback": _feedback(record),
        "queues": _queues(record),
        "stations": _stations(record),
    }


def letter_ids(record: RunRecord) -> NDArray[np.object_]:
    """Give the id of each row of the letters table."""
    letters, entries = record.letters, record.names.entries
    ids = np.empty(len(letters), dtype=object)
    ids[:] = [
        f"{entries[entry]}/{number}"
        for entry, number in zip(letters["entry"], letters["number"], strict=True)
    ]
    kinds = column(letters, "kind")
    for kind in KIND_NAMES:
        if ending := id_ending(kind):
            of_kind = kinds == kind
            ids[of_kind] = ids[of_kind] + ending
    copy = np.flatnonzero(kinds == DUPLICATE)
    again = numbered(whole(letters, "parent")[copy])
    ids[copy[again > 1]] += again[again > 1].astype(str)
    # What goes on from a relay is named after what came there, which may itself be a copy, or relayed.
    parent = whole(letters, "parent")
    for row in np.flatnonzero(kinds == RELAYED):
        ids[row] = ids[parent[row]] + id_ending(RELAYED)
    return ids


def _letters(record: RunRecord, ids: NDArray[np.object_]) -> pd.DataFrame:
    table, names = record.letters, record.names
    return pd.DataFrame(
        {
            "letter": ids,
            "message": ids[whole(table, "message")],
            "kind": _coded(column(table, "kind"), KIND_NAMES),
            "entry": _listed(column(table, "entry"), names.entries),
            "number": column(table, "number"),
            "sender": _listed(column(table, "sender"), names.senders),
            "provider": _listed(column(table, "provider"), names.providers, beyond=LOCAL_NAME),
            "mailbox": column(table, "mailbox"),
            "size_bytes": column(table, "size_bytes"),
            "unknown_user": column(table, "unknown_user").astype(np.bool_),
            "submitted_s": _seconds(table, "submitted_us"),
            "accepted_s": _seconds(table, "accepted_us"),
            "delivered_s": _seconds(table, "delivered_us"),
            "ended_s": _seconds(table, "ended_us"),
            "outcome": _coded(column(table, "outcome"), OUTCOME_NAMES),
            "sender_believes": _coded(_believed(record), OUTCOME_NAMES),
            "attempts": column(table, "attempts"),
            "read": opened_letters(record),
            "reported": _reported(record),
            "waiting_in": _listed(waiting_in(record), PLACES),
        }
    )


def _believed(record: RunRecord) -> NDArray[np.uint8]:
    """Give what senders believe of letters that were taken without their hearing of it, and 0 for all others."""
    believed = np.zeros(len(record.letters), dtype=np.uint8)
    believed[column(record.doubts, "letter")] = column(record.doubts, "outcome")
    return believed


def _reported(record: RunRecord) -> NDArray[np.bool_]:
    """Mark the letters that their readers reported as spam."""
    table = record.reports
    marked = np.zeros(len(record.letters), dtype=np.bool_)
    for letter, what in zip(table["letter"], table["what"], strict=True):
        marked[letter] |= what == "complained"
    return marked


def _attempts(record: RunRecord, ids: NDArray[np.object_]) -> pd.DataFrame:
    table, names = record.attempts, record.names
    letter = whole(table, "letter")
    handed, setup = whole(table, "handed_us"), whole(table, "setup_us")
    activated, ended = whole(table, "activated_us"), whole(table, "ended_us")
    provider, reply = column(record.letters, "provider")[letter], column(table, "reply")
    return pd.DataFrame(
        {
            "letter": ids[letter],
            "attempt": numbered(letter),
            "provider": _listed(provider, names.providers, beyond=LOCAL_NAME),
            "host": _listed(column(table, "host"), names.hosts),
            "address": _addresses(record),
            "activated_s": activated / SECOND,
            "handed_s": handed / SECOND,
            "ended_s": ended / SECOND,
            "connection": _coded(column(table, "connection"), CONNECTION_NAMES),
            "dns_s": _seconds(table, "dns_us"),
            "dns_queries": column(table, "dns_queries"),
            "stage": _coded(column(table, "stage"), STAGE_NAMES),
            "reply": _keyed(reply),
            "reply_name": _listed(reply, [known.name for known in REPLIES]),
            # Postfix's delays=a/b/c/d: before the active queue, in it, setting up, transmitting.
            "delay_a_s": (activated - whole(record.letters, "accepted_us")[letter]) / SECOND,
            "delay_b_s": (handed - activated) / SECOND,
            "delay_c_s": setup / SECOND,
            "delay_d_s": (ended - handed - setup) / SECOND,
        }
    )


def _addresses(record: RunRecord) -> "pd.Categorical[str]":
    """Give the address from which each attempt connected; empty where it did not come to a host."""
    addresses = record.names.addresses
    known = list(dict.fromkeys(addresses))
    places = np.array([*(known.index(address) for address in addresses), len(known)], dtype=np.int64)
    came = column(record.attempts, "host") != NO_HOST
    return _listed(places[np.where(came, whole(record.attempts, "client"), NEVER)], known)


def _steps(record: RunRecord, ids: NDArray[np.object_]) -> pd.DataFrame:
    table = record.steps
    return pd.DataFrame(
        {
            "letter": ids[np.asarray(table["letter"], dtype=np.int64)],
            "at_s": np.asarray(table["at_us"], dtype=np.int64) / SECOND,
            "station": pd.Series(table["station"], dtype="str"),
            "event": pd.Series(table["event"], dtype="str"),
            "detail": pd.Series(table["detail"], dtype="str"),
        }
    )


def _readings(record: RunRecord, ids: NDArray[np.object_]) -> pd.DataFrame:
    table = record.readings
    return pd.DataFrame(
        {
            "letter": ids[whole(table, "letter")],
            "reader": _coded(column(table, "reader"), READER_NAMES),
            "device": column(table, "device"),
            "fetched_s": _seconds(table, "fetched_us"),
            "opened_s": _seconds(table, "opened_us"),
        }
    )


def series_frame(record: RunRecord) -> pd.DataFrame:
    """Give the table of lengths over time."""
    table = record.series
    return pd.DataFrame(
        {
            "at_s": _seconds(table, "at_us"),
            "name": _listed(column(table, "name"), record.names.series),
            "mean": column(table, "mean"),
            "peak": column(table, "peak"),
        }
    )


def _blame(blame: Blame, ids: NDArray[np.object_]) -> pd.DataFrame:
    """Give a row for each row of the letters table: the parts of its delay, and their sum."""
    parts = {f"{part}_s": lasted_us / SECOND for part, lasted_us in blame.by_letter().items()}
    return pd.DataFrame({"letter": ids, "delay_s": blame.total / SECOND, **parts})


def _incidents(record: RunRecord, blame: Blame, ids: NDArray[np.object_]) -> pd.DataFrame:
    table, followed = record.incidents, consequences(record, blame)
    return pd.DataFrame(
        {
            "kind": pd.Series(table["kind"], dtype="str"),
            "where": pd.Series(table["where"], dtype="str"),
            "from_s": np.asarray(table["from_us"], dtype=np.int64) / SECOND,
            "to_s": _seconds_or_never(np.asarray(table["to_us"], dtype=np.int64)),
            "why": pd.Series(table["why"], dtype="str"),
            "letters_delayed": followed.letters_delayed,
            "delay_s": followed.delay_us / SECOND,
            "worst_letter": pd.Series(
                ["" if row == NEVER else ids[row] for row in followed.worst.tolist()], dtype="str"
            ),
        }
    )


def _suppressions(record: RunRecord, ids: NDArray[np.object_]) -> pd.DataFrame:
    table = record.suppressions
    letter = np.asarray(table["letter"], dtype=np.int64)
    unknown = column(record.letters, "unknown_user")
    return pd.DataFrame(
        {
            "letter": ids[letter],
            "at_s": np.asarray(table["at_us"], dtype=np.int64) / SECOND,
            "why": pd.Series(table["why"], dtype="str"),
            # An address whose owner filters is as alive as one that was denied by mistake.
            "living": unknown[letter] != 1,
        }
    )


def _feedback(record: RunRecord) -> pd.DataFrame:
    rows = [
        (
            day.provider,
            day.sender,
            day.from_us / SECOND,
            day.to_us / SECOND,
            day.complaints,
            day.inbox,
            day.share,
        )
        for day in feedback_days(record)
    ]
    columns = ["provider", "sender", "from_s", "to_s", "complaints", "inbox", "share"]
    return pd.DataFrame(rows, columns=columns).astype({"share": np.float64})


def _queues(record: RunRecord) -> pd.DataFrame:
    rows = [
        (queue.name, queue.entered, queue.left, queue.peak, queue.integral_us / record.simulated_us)
        for queue in record.queues
    ]
    return pd.DataFrame(rows, columns=["queue", "entered", "left", "peak", "mean"])


def _stations(record: RunRecord) -> pd.DataFrame:
    rows = [
        (
            station.name,
            station.workers,
            None if station.busy_us is None else station.busy_us / SECOND,
            None
            if station.busy_us is None
            else station.busy_us / (max(1, station.workers) * record.simulated_us),
            station.peak_queue,
            station.down_us / SECOND,
        )
        for station in record.stations
    ]
    return pd.DataFrame(rows, columns=["station", "workers", "busy_s", "utilisation", "peak_queue", "down_s"])


def _seconds(table: Table, name: str) -> NDArray[np.float64]:
    return _seconds_or_never(whole(table, name))


def _seconds_or_never(times_us: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(times_us == NEVER, np.nan, times_us / SECOND)


def _listed(codes: NDArray[Any], names: Sequence[str], beyond: str | None = None) -> "pd.Categorical[str]":
    """Name codes by their position in a list; a code beyond it is nobody, or what `beyond` says."""
    categories = [*names, beyond] if beyond is not None and beyond not in names else list(names)
    elsewhere = NEVER if beyond is None else categories.index(beyond)
    places = np.where(codes < len(names), codes.astype(np.int64), elsewhere)
    return pd.Categorical.from_codes(places, categories=pd.Index(categories))


def _coded(codes: NDArray[Any], names: Mapping[int, str]) -> "pd.Categorical[str]":
    """Name codes by a dictionary; a code without a name is missing."""
    known = list(names)
    places = np.full(max(256, *known) + 1 if known else 257, NEVER, dtype=np.int64)
    places[known] = np.arange(len(known))
    return pd.Categorical.from_codes(places[codes], categories=pd.Index([names[code] for code in known]))


def _keyed(replies: NDArray[Any]) -> "pd.Categorical[str]":
    """Give replies as people write them; several of ours may share one code."""
    keys = list(dict.fromkeys(known.key for known in REPLIES))
    places = np.array([keys.index(known.key) for known in REPLIES], dtype=np.int64)
    return pd.Categorical.from_codes(places[replies], categories=pd.Index(keys))
