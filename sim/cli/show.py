"""What commands print: plain lines and tables."""

import os
import sys
from collections.abc import Iterable, Sequence
from functools import cache

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from sim.cli.line_breaks import broken, is_japanese, pieces

PIPE_WIDTH = 160
"""Width of tables where there is no terminal that has one."""
_LONG_WORD = 12
"""A column should hold so much of its longest word in a line; longer words may be broken."""
_GAP = 3
"""Blanks between columns."""


@cache
def console() -> Console:
    """Give the console that writes to standard output."""
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(width=width, highlight=False, markup=False, emoji=False)


@cache
def error_console() -> Console:
    """Give the console that writes to standard error."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def say(*lines: str) -> None:
    """Print lines; a terminal gets them broken at words, a file gets them whole."""
    for line in lines:
        if sys.stdout.isatty() and is_japanese(line):
            console().print("\n".join(broken(line, console().width)), soft_wrap=True)
        else:
            console().print(line, soft_wrap=not sys.stdout.isatty())


def complain(*lines: str) -> None:
    """Print lines to standard error."""
    for line in lines:
        error_console().print(line, soft_wrap=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> None:
    """Print a table.

    Args:
        columns: the headings.
        rows: the cells.
        right: positions of the columns that are flush right.
    """
    rows = [list(row) for row in rows]
    if _least_width(columns, rows) > console().width:
        _blocks(columns, rows)
        return
    flush_right = set(right)
    made = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, heading in enumerate(columns):
        made.add_column(heading, justify="right" if place in flush_right else "left", overflow="fold")
    for row in rows:
        made.add_row(*row)
    with console().capture() as drawn:
        console().print(made)
    # Without the blanks at the ends of lines that fill a terminal.
    sys.stdout.write("".join(line.rstrip() + "\n" for line in drawn.get().splitlines()))


def _least_width(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Give how wide a table must be for its words to stay whole."""
    widest = (max(map(_longest_word, column)) for column in zip(columns, *rows, strict=True))
    return sum(min(width, _LONG_WORD) + _GAP for width in widest) - _GAP


def _longest_word(cell: str) -> int:
    return max((cell_len(word) for line in cell.split("\n") for word in pieces(line)), default=0)


def _blocks(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print each row as lines, a heading and its cell on each: what a narrow terminal has room for."""
    for row in rows:
        for place, (heading, cell) in enumerate(zip(columns, row, strict=True)):
            if cell:
                say(f"{'  ' if place else ''}{heading}: {cell}")
