"""Checks that come first: whatever a row points at exists. Without that, nothing else can be looked up."""

from collections.abc import Iterator

import numpy as np

from sim.kernel.recorder import RunRecord, Table
from sim.results.audit_checks import Check, same
from sim.results.audit_queues import station_queues
from sim.results.columns import Bools, column
from sim.vocabulary.connections import CONNECTION_NAMES
from sim.vocabulary.kinds import DUPLICATE, KIND_NAMES, LETTER, LOCAL, NO_HOST, READER_NAMES
from sim.vocabulary.places import PLACE_NAMES
from sim.vocabulary.replies import REPLIES
from sim.vocabulary.stages import STAGE_NAMES


def index_checks(record: RunRecord) -> list[Check]:
    """Check that the tables are rectangular and that their indices point at something."""
    tables = {
        "letters": record.letters,
        "attempts": record.attempts,
        "steps": record.steps,
        "readings": record.readings,
        "series": record.series,
        "incidents": record.incidents,
        "open": record.open,
        "census": record.census,
        "visits": record.visits,
        "doubts": record.doubts,
        "aborted": record.aborted,
    }
    lengths = {name: {len(column) for column in table.columns.values()} for name, table in tables.items()}
    ragged = [name for name, found in lengths.items() if len(found) > 1]
    checks = [same("columns_of_a_table_are_equally_long", "", ", ".join(ragged))]
    return checks if ragged else [*checks, *_pointers(record)]


def _pointers(record: RunRecord) -> Iterator[Check]:
    names, letters, attempts = record.names, record.letters, record.attempts
    rows = len(letters)
    is_secondary = column(letters, "kind") != LETTER
    is_notice = is_secondary & (column(letters, "kind") != DUPLICATE)
    local = (column(letters, "provider") == LOCAL) & is_notice
    no_parent = (column(letters, "parent") == -1) & ~is_secondary
    nobody = column(attempts, "host") == NO_HOST
    yield _within("letters.kind", letters, len(KIND_NAMES))
    yield _within("letters.entry", letters, len(names.entries))
    yield _within("letters.sender", letters, len(names.senders))
    yield _within("letters.provider", letters, len(names.providers), unless=local)
    yield _within("letters.parent", letters, rows, unless=no_parent)
    yield _within("letters.message", letters, rows)
    yield _within("attempts.letter", attempts, rows)
    yield _within("attempts.host", attempts, len(names.hosts), unless=nobody)
    yield _within("attempts.client", attempts, len(names.addresses))
    yield _within("attempts.connection", attempts, len(CONNECTION_NAMES))
    yield _within("attempts.stage", attempts, len(STAGE_NAMES))
    yield _within("attempts.reply", attempts, len(REPLIES))
    yield _within("readings.letter", record.readings, rows)
    yield _within("readings.reader", record.readings, len(READER_NAMES))
    yield _within("series.name", record.series, len(names.series))
    yield _within("open.letter", record.open, rows)
    yield _within("census.letter", record.census, rows)
    yield _within("census.place", record.census, max(PLACE_NAMES) + 1)
    yield _within("aborted.letter", record.aborted, rows)
    yield _within("doubts.letter", record.doubts, rows)
    yield _within("visits.letter", record.visits, rows)
    yield _within("visits.queue", record.visits, len(station_queues(record)))


def _within(name: str, table: Table, limit: int, unless: Bools | None = None) -> Check:
    values = column(table, name.partition(".")[2])
    wrong = (values < 0) | (values >= limit)
    if unless is not None:
        wrong &= ~unless
    found = int(np.count_nonzero(wrong))
    example = f"row {int(np.argmax(wrong))}" if found else None
    return Check(f"exists.{name}", not found, 0, found, example)
