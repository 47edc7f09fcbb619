"""What the tables look like from which a saved run tells its journeys, so that a damaged file is found out.

A table that was cut, emptied or written over is refused in words; no traceback, and no letter with half a life.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd
from pandas.api.types import is_numeric_dtype

from sim.analogy.labels import taught
from sim.errors import ArgumentError
from sim.vocabulary.connections import CONNECTION_NAMES
from sim.vocabulary.delay_parts import CAUSES, PARTS, UNFINISHED, WAITING_AFTER
from sim.vocabulary.kinds import KIND_NAMES, READER_NAMES
from sim.vocabulary.outcomes import OUTCOME_NAMES
from sim.vocabulary.replies import REPLIES
from sim.vocabulary.stages import STAGE_NAMES

Column = "pd.Series[Any]"
Holds = Callable[[Any], bool]

LARGEST: Final = 1e11
"""No number in these tables is larger; as seconds, it is three thousand years."""


def check_shape(frame: pd.DataFrame, path: Path) -> None:
    """Refuse a table of a saved run that is not as mailsim wrote it.

    Raises:
        ArgumentError: columns are missing, or hold what they cannot hold.
    """
    shape = SHAPES.get(path.stem)
    if shape is None:
        return
    # A run's letters wait after whichever answers it gave.
    waits = [name for name in frame.columns if path.stem == "blame" and name in _WAITS]
    if [name for name in frame.columns if name not in waits] != list(shape):
        raise damaged("heading", path)
    if frame.empty:
        return
    for name, holds in {**shape, **dict.fromkeys(waits, _number)}.items():
        if not holds(frame[name]):
            raise damaged("values", path, column=name)


def check_end(path: Path) -> None:
    """Refuse a table that is empty, or whose last line was cut.

    Raises:
        ArgumentError: it is.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if not size:
            raise damaged("empty", path)
        file.seek(size - 1)
        if file.read() != b"\n":
            raise damaged("cut", path)


def damaged(how: str, path: Path, **fields: object) -> ArgumentError:
    """Make the error of a file that is not as mailsim wrote it."""
    return taught(ArgumentError, f"damaged_{how}", file=path.name, folder=str(path.parent), **fields)


def _number(column: Any) -> bool:
    return bool(is_numeric_dtype(column) and (column.abs() <= LARGEST).all())


def _number_or_nothing(column: Any) -> bool:
    return _number(column.dropna()) if column.notna().any() else True


def _text(column: Any) -> bool:
    return not is_numeric_dtype(column) and bool(column.notna().all() and (column != "").all())


def _anything(_: Any) -> bool:
    return True


def _one_of(words: Iterable[str], *, or_nothing: bool = False) -> Holds:
    known = frozenset(words)

    def holds(column: Any) -> bool:
        found = column[column.notna() & (column != "")]
        return (or_nothing or len(found) == len(column)) and bool(found.isin(known).all())

    return holds


_WAITS: Final = frozenset(f"{WAITING_AFTER}{cause}_s" for cause in CAUSES)
SHAPES: Final[Mapping[str, Mapping[str, Holds]]] = {
    "letters": {
        "letter": _text,
        "message": _text,
        "kind": _one_of(KIND_NAMES.values()),
        "entry": _text,
        "number": _number,
        "sender": _text,
        "provider": _text,
        "mailbox": _number,
        "size_bytes": _number,
        "unknown_user": _anything,
        "submitted_s": _number,
        "accepted_s": _number_or_nothing,
        "delivered_s": _number_or_nothing,
        "ended_s": _number_or_nothing,
        "outcome": _one_of(OUTCOME_NAMES.values()),
        "sender_believes": _one_of(OUTCOME_NAMES.values(), or_nothing=True),
        "attempts": _number,
        "read": _anything,
        "reported": _anything,
        "waiting_in": _anything,
    },
    "attempts": {
        "letter": _text,
        "attempt": _number,
        "provider": _text,
        "host": _anything,
        "address": _anything,
        "activated_s": _number,
        "handed_s": _number,
        "ended_s": _number,
        "connection": _one_of(CONNECTION_NAMES.values()),
        "dns_s": _number_or_nothing,
        "dns_queries": _number,
        "stage": _one_of(STAGE_NAMES.values()),
        "reply": _text,
        "reply_name": _one_of(reply.name for reply in REPLIES),
        "delay_a_s": _number,
        "delay_b_s": _number,
        "delay_c_s": _number,
        "delay_d_s": _number,
    },
    "steps": {"letter": _text, "at_s": _number, "station": _text, "event": _text, "detail": _anything},
    "readings": {
        "letter": _text,
        "reader": _one_of(READER_NAMES.values()),
        "device": _number,
        "fetched_s": _number,
        "opened_s": _number_or_nothing,
    },
    "blame": {
        "letter": _text,
        "delay_s": _number,
        **{f"{part}_s": _number for part in (*PARTS, UNFINISHED)},
    },
}
"""The columns of each table, in order, and what each may hold."""
