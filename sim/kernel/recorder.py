"""What a run leaves behind: typed columns that only grow, and what each queue kept of itself.

Recording is separate from doing: a station appends and computes nothing. Columns are `array` objects,
since lists of Python numbers take two to three times the memory.
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from struct import Struct
from typing import Any, Final

from sim.scenario.schema import Scenario

LETTER_COLUMNS: Final[Mapping[str, str]] = {
    "parent": "i",
    "message": "I",
    "kind": "B",
    "entry": "H",
    "number": "I",
    "sender": "H",
    "provider": "H",
    "mailbox": "I",
    "size_bytes": "I",
    "unknown_user": "B",
    "submitted_us": "q",
    "accepted_us": "q",
    "delivered_us": "q",
    "ended_us": "q",
    "outcome": "B",
    "verdict": "B",
    "attempts": "I",
}
ATTEMPT_COLUMNS: Final[Mapping[str, str]] = {
    "letter": "I",
    "activated_us": "q",
    "handed_us": "q",
    "ended_us": "q",
    "host": "H",
    "client": "H",
    "connection": "B",
    "dns_us": "I",
    "dns_queries": "H",
    "setup_us": "q",
    "stage": "B",
    "reply": "H",
}
READING_COLUMNS: Final[Mapping[str, str]] = {
    "letter": "I",
    "fetched_us": "q",
    "opened_us": "q",
    "reader": "B",
    "device": "B",
}
VISIT_COLUMNS: Final[Mapping[str, str]] = {"queue": "H", "letter": "I", "from_us": "q", "to_us": "q"}
CENSUS_COLUMNS: Final[Mapping[str, str]] = {"letter": "I", "place": "B"}
ABORTED_COLUMNS: Final[Mapping[str, str]] = {
    "letter": "I",
    "activated_us": "q",
    "handed_us": "q",
    "at_us": "q",
}
OPEN_COLUMNS: Final[Mapping[str, str]] = {"letter": "I", "activated_us": "q"}
SERIES_COLUMNS: Final[Mapping[str, str]] = {"at_us": "q", "name": "H", "mean": "d", "peak": "d"}
STEP_COLUMNS: Final = ("letter", "at_us", "station", "event", "detail")
DOUBT_COLUMNS: Final[Mapping[str, str]] = {"letter": "I", "outcome": "B", "ended_us": "q", "copy": "q"}
REPORT_COLUMNS: Final = ("letter", "at_us", "what")
SUPPRESSION_COLUMNS: Final = ("letter", "at_us", "why")
INCIDENT_COLUMNS: Final = ("kind", "where", "from_us", "to_us", "why")


class Table:
    """Columns of equal length.

    Args:
        codes: column name to `array` type code.
        lists: names of the columns that hold text or other objects.
    """

    def __init__(self, codes: Mapping[str, str] | None = None, lists: tuple[str, ...] = ()) -> None:
        self.columns: dict[str, Any] = {name: array(code) for name, code in (codes or {}).items()}
        for name in lists:
            self.columns[name] = []

    def __len__(self) -> int:
        """Give the number of rows."""
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> Any:
        """Give one column."""
        return self.columns[name]

    def add(self, *values: Any) -> None:
        """Append one row, its values in the order of the columns."""
        for column, value in zip(self.columns.values(), values, strict=True):
            column.append(value)

    def extend(self, *columns: Iterable[Any]) -> None:
        """Append many rows, given column by column, in the order of the columns."""
        for column, values in zip(self.columns.values(), columns, strict=True):
            column.extend(values)


class PackedTable(Table):
    """A table that grows by packed rows: one call a row instead of one a column.

    Rows wait as bytes until `flush` deals them out to the columns. Whoever adds many of them writes
    `table.buffer += table.pack(...)`, the values in the order of the columns.

    Args:
        codes: column name to `array` type code.
    """

    def __init__(self, codes: Mapping[str, str]) -> None:
        super().__init__(codes)
        # "=": the machine's byte order, no padding between fields.
        row = Struct("=" + "".join(codes.values()))
        self.pack = row.pack
        self.buffer = bytearray()
        self._row_bytes = row.size

    def add(self, *values: Any) -> None:
        """Append one row, its values in the order of the columns."""
        self.buffer += self.pack(*values)

    def flush(self) -> None:
        """Deal the waiting rows out to the columns."""
        buffer, row_bytes = self.buffer, self._row_bytes
        rows = len(buffer) // row_bytes
        offset = 0
        for column in self.columns.values():
            width = column.itemsize
            piece = bytearray(rows * width)
            for byte in range(width):
                piece[byte::width] = buffer[offset + byte :: row_bytes]
            column.frombytes(bytes(piece))
            offset += width
        buffer.clear()


@dataclass(frozen=True)
class Names:
    """What the index columns of the tables stand for."""

    entries: list[str]
    senders: list[str]
    providers: list[str]
    hosts: list[str]
    series: list[str]
    addresses: list[str] = field(default_factory=list)
    """From which senders connect."""


@dataclass(frozen=True)
class QueueRecord:
    """What a queue knows of itself at the end of a run.

    Attributes:
        name: such as `school.active` or `office.mx1.checking`.
        where_rows: which rows tell its waits: incoming, active, deferred, checking, delivery or content_filter.
        owner: the sender or the provider's host.
        integral_us: letters in it, integrated over time: letter-microseconds up to the end of the run.
        entered: how many came.
        left: how many went before the end.
        peak: the most at one time.
    """

    name: str
    where_rows: str
    owner: str
    integral_us: int
    entered: int
    left: int
    peak: int


@dataclass(frozen=True)
class StationRecord:
    """How busy a host's workers were: `busy_us` of work done within the run by `workers` of them.

    Of a sender it is the busiest of its workers: who commits, who imports, or who hands over. None is a
    host whose work is not measured.
    """

    name: str
    workers: int
    busy_us: int | None
    down_us: int
    peak_queue: int


@dataclass(frozen=True)
class RunRecord:
    """All that one run left behind; everything that is shown later is derived from this.

    `open` lists the letters in the active queue at the end, `visits` the stays at first-come stations, and
    `census` where on the sending machines every letter is that has not gone, as the queues themselves say, and
    `suppressions` the letters because of which their addressees were put on a sender's suppression list, and
    `reports` those that their readers reported as spam, or after which they unsubscribed, and `doubts` what senders
    believe of letters that were taken without their hearing of it: accepted as the row `copy`, given up, or neither.
    `aborted` lists the stays in the active queue that a crash of the sender's machine ended, with the moment at which
    the letter was handed to a delivery agent, -1 where it was not.
    """

    scenario: Scenario
    seed: int
    replication: int
    simulated_us: int
    names: Names
    letters: Table
    attempts: Table
    steps: Table
    readings: Table
    series: Table
    incidents: Table
    open: Table
    visits: Table
    queues: tuple[QueueRecord, ...]
    stations: tuple[StationRecord, ...]
    census: Table = field(default_factory=lambda: Table(CENSUS_COLUMNS))
    suppressions: Table = field(default_factory=lambda: Table(lists=SUPPRESSION_COLUMNS))
    reports: Table = field(default_factory=lambda: Table(lists=REPORT_COLUMNS))
    doubts: Table = field(default_factory=lambda: Table(DOUBT_COLUMNS))
    aborted: Table = field(default_factory=lambda: Table(ABORTED_COLUMNS))


class Recorder:
    """The growing tables of a run that is under way."""

    def __init__(self) -> None:
        self.letters = Table(LETTER_COLUMNS)
        self.attempts = PackedTable(ATTEMPT_COLUMNS)
        self.steps = Table(lists=STEP_COLUMNS)
        self.readings = PackedTable(READING_COLUMNS)
        self.series = Table(SERIES_COLUMNS)
        self.incidents = Table(lists=INCIDENT_COLUMNS)
        self.suppressions = Table(lists=SUPPRESSION_COLUMNS)
        self.reports = Table(lists=REPORT_COLUMNS)
        self.open = Table(OPEN_COLUMNS)
        self.visits = PackedTable(VISIT_COLUMNS)
        self.census = Table(CENSUS_COLUMNS)
        self.doubts = Table(DOUBT_COLUMNS)
        self.aborted = Table(ABORTED_COLUMNS)

    def flush(self) -> None:
        """Deal waiting rows out to their columns."""
        for table in (self.attempts, self.readings, self.visits):
            table.flush()
