"""What moved in a run, as numbers: letters, attempts and readings in columns of codes, whatever they are read from.

A record of a million letters becomes this without a copy, where frames with ids in words would take seconds; the
tables of a saved run become the same, so that who draws a run needs to know this one form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.kernel.recorder import RunRecord
from sim.results.columns import NEVER, Bools, Whole, column, letter_name, whole
from sim.results.tables import SECOND, letter_ids, series_frame
from sim.scenario.schema import Scenario
from sim.vocabulary.connections import CONNECTION_NAMES
from sim.vocabulary.kinds import DSN, KIND_NAMES, LETTER, READER_NAMES, WARNING
from sim.vocabulary.outcomes import OUTCOME_NAMES
from sim.vocabulary.replies import REPLIES
from sim.vocabulary.stages import STAGE_NAMES

Columns = Mapping[str, NDArray[Any]]

LETTERS: Final = (
    "kind",
    "entry",
    "number",
    "sender",
    "provider",
    "outcome",
    "submitted_us",
    "accepted_us",
    "delivered_us",
    "ended_us",
)
ATTEMPTS: Final = (
    "letter",
    "handed_us",
    "activated_us",
    "ended_us",
    "host",
    "connection",
    "dns_us",
    "dns_queries",
    "stage",
    "reply",
)
READINGS: Final = ("letter", "reader", "fetched_us", "opened_us")


@dataclass(frozen=True)
class Movements:
    """What moved in a run.

    Attributes:
        entries: names of the entries of `letters:`; the column `entry` counts in this list.
        senders: their names; the column `sender` counts in this list.
        providers: the same for `provider`; what is beyond the list stays on the sender's machine.
        hosts: the same for `host` of attempts; what is beyond the list is no host.
        letters: columns of `LETTERS`; times in microseconds, -1 where a thing did not happen.
        attempts: columns of `ATTEMPTS`; `letter` counts in the letters.
        readings: columns of `READINGS`.
        series: the table of lengths over time.
        incidents: kind, where, from_s, to_s and why of each.
    """

    entries: Sequence[str]
    senders: Sequence[str]
    providers: Sequence[str]
    hosts: Sequence[str]
    letters: Columns
    attempts: Columns
    readings: Columns
    series: pd.DataFrame
    incidents: pd.DataFrame
    _source: RunRecord | pd.DataFrame

    @property
    def own(self) -> Bools:
        """Mark the letters that somebody submitted."""
        own: Bools = self.letters["kind"] == LETTER
        return own

    def first_readings(self) -> Whole:
        """Give the rows of readings at which each kind of reader first got a letter: several devices count once."""
        kinds = len(READER_NAMES)
        ways = self.readings["letter"] * kinds + self.readings["reader"]
        rows = np.full(len(self.letters["kind"]) * kinds, NEVER, dtype=np.int64)
        rows[ways[::-1]] = np.arange(len(ways))[::-1]
        found: Whole = rows[rows != NEVER]
        return found

    def ids(self, rows: Whole) -> list[str]:
        """Give the ids of some letters."""
        if isinstance(self._source, pd.DataFrame):
            return [str(name) for name in self._source["letter"].iloc[rows]]
        plain = np.isin(self.letters["kind"][rows], (LETTER, DSN, WARNING)).all()
        if plain:
            return [letter_name(self._source, row) for row in rows.tolist()]
        every = letter_ids(self._source)
        return [str(every[row]) for row in rows.tolist()]


def movements_of_record(record: RunRecord) -> Movements:
    """Give what moved in a run that is in memory."""
    names, incidents = record.names, record.incidents
    return Movements(
        names.entries,
        names.senders,
        names.providers,
        names.hosts,
        {name: _plain(record.letters, name) for name in LETTERS},
        {name: _plain(record.attempts, name) for name in ATTEMPTS},
        {name: _plain(record.readings, name) for name in READINGS},
        series_frame(record),
        pd.DataFrame(
            {
                "kind": pd.Series(incidents["kind"], dtype="str"),
                "where": pd.Series(incidents["where"], dtype="str"),
                "from_s": np.asarray(incidents["from_us"], dtype=np.int64) / SECOND,
                "to_s": np.asarray(incidents["to_us"], dtype=np.float64) / SECOND,
                "why": pd.Series(incidents["why"], dtype="str"),
            }
        ),
        record,
    )


def movements_of_tables(tables: Mapping[str, pd.DataFrame], scenario: Scenario) -> Movements:
    """Give what moved in a run whose tables were saved.

    Args:
        tables: letters, attempts, readings, series and incidents.
        scenario: what was run; gives the names of its places.
    """
    senders, providers, hosts = list(scenario.senders), list(scenario.providers), hosts_of(scenario)
    letters, attempts, readings = (tables[name] for name in ("letters", "attempts", "readings"))
    places = pd.Index(letters["letter"])
    times = ("submitted", "accepted", "delivered", "ended")
    of_letters = {
        "kind": _codes(letters["kind"], _inverse(KIND_NAMES)),
        "entry": _codes(letters["entry"], _numbered(list(scenario.letters))),
        "number": letters["number"].to_numpy(dtype=np.int64),
        "sender": _codes(letters["sender"], _numbered(senders)),
        "provider": _codes(letters["provider"], _numbered(providers), beyond=len(providers)),
        "outcome": _codes(letters["outcome"], _inverse(OUTCOME_NAMES), beyond=0),
        **{f"{name}_us": _microseconds(letters[f"{name}_s"]) for name in times},
    }
    # Several replies share a code; their names are their own.
    of_attempts = {
        "letter": places.get_indexer(pd.Index(attempts["letter"])).astype(np.int64),
        **{
            f"{name}_us": _microseconds(attempts[f"{name}_s"])
            for name in ("activated", "handed", "ended", "dns")
        },
        "host": _codes(attempts["host"], _numbered(hosts), beyond=len(hosts)),
        "connection": _codes(attempts["connection"], _inverse(CONNECTION_NAMES)),
        "dns_queries": attempts["dns_queries"].to_numpy(dtype=np.int64),
        "stage": _codes(attempts["stage"], _inverse(STAGE_NAMES)),
        "reply": _codes(attempts["reply_name"], _numbered([reply.name for reply in REPLIES])),
    }
    of_readings = {
        "letter": places.get_indexer(pd.Index(readings["letter"])).astype(np.int64),
        "reader": _codes(readings["reader"], _inverse(READER_NAMES)),
        "fetched_us": _microseconds(readings["fetched_s"]),
        "opened_us": _microseconds(readings["opened_s"]),
    }
    incidents = tables["incidents"][["kind", "where", "from_s", "to_s", "why"]]
    return Movements(
        list(scenario.letters),
        senders,
        providers,
        hosts,
        of_letters,
        of_attempts,
        of_readings,
        tables["series"],
        incidents,
        letters,
    )


def hosts_of(scenario: Scenario) -> list[str]:
    """Give the names of all receiving hosts, as `office.mx1`."""
    return [f"{name}.{mx.host}" for name, provider in scenario.providers.items() for mx in provider.mx]


def _plain(table: Any, name: str) -> NDArray[Any]:
    return whole(table, name) if name.endswith("_us") or name == "letter" else column(table, name)


def _numbered(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def _inverse(names: Mapping[int, str]) -> dict[str, int]:
    return {name: code for code, name in names.items()}


def _codes(words: "pd.Series[Any]", known: Mapping[str, int], beyond: int = NEVER) -> Whole:
    """Give the codes of words; what is not known, or missing, gets the code that is beyond."""
    own = pd.Categorical(words)
    codes = np.array([known.get(str(word), beyond) for word in own.categories] + [beyond], dtype=np.int64)
    found: Whole = codes[own.codes]
    return found


def _microseconds(seconds: "pd.Series[float]") -> Whole:
    values = seconds.to_numpy(dtype=np.float64)
    found: Whole = np.where(np.isnan(values), NEVER, np.round(values * SECOND)).astype(np.int64)
    return found
