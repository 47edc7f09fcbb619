"""The file that a learner hands in: one table that Excel opens, written whole or not at all."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from sim.exports.output_folder import write_atomically

BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel takes UTF-8 for something else."""
LONGEST_NAME = 60
_FORMULA = re.compile(r"^\s*[=+\-@]")
_NO_FILE_NAME = re.compile(r"[^\w-]+")


def file_name(*parts: str) -> str:
    """Make a file name of some words, which every system takes."""
    plain = (_NO_FILE_NAME.sub("-", unicodedata.normalize("NFKC", part)).strip("-_") for part in parts)
    return "_".join(part[:LONGEST_NAME] for part in plain if part) + ".csv"


def write_table(file: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write a table; at any moment the file is the old one, the new one, or absent.

    Raises:
        OutputError: it cannot be written.
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    content = BYTE_ORDER_MARK + text.getvalue()
    write_atomically(file, lambda path: _write(path, content))


def _write(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8", newline="")


def _harmless(cell: str) -> str:
    """Keep Excel from computing what somebody wrote: a cell that starts like a formula is words."""
    return f"'{cell}" if _FORMULA.match(cell) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
