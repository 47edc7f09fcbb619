"""A progress bar on a terminal, and nothing where output is no terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from sim.analogy.labels import label
from sim.cli.show import error_console
from sim.viz.amounts import duration_words

Ticked = Callable[[int, int, int], None]
Counted = Callable[[int, int], None]


@contextmanager
def run_progress(end_us: int, replications: int, lang: str) -> Iterator[Ticked | None]:
    """Show how far a run is: simulated time, letters, letters a second, time left.

    Args:
        end_us: how long a replication lasts.
        replications: how many there are.
        lang: the language of the words.
    """
    if not sys.stderr.isatty():
        yield None
        return
    with _bar("{task.fields[words]}") as bar:
        task = bar.add_task(label("progress.running", lang), total=end_us * replications, words="")

        def tick(done: int, now_us: int, letters: int) -> None:
            elapsed_s = bar.tasks[0].elapsed or 0.0
            pace = letters / elapsed_s if elapsed_s else 0.0
            where = duration_words(now_us / 1e6, lang) if replications == 1 else f"{done}/{replications}"
            counted = label("progress.letters", lang, count=f"{letters:,}")
            words = f"{where}  {counted}  {label('progress.letters_per_s', lang, count=f'{pace:,.0f}')}"
            bar.update(task, completed=end_us * done + now_us, words=words)

        yield tick


@contextmanager
def count_progress(what: str) -> Iterator[Counted | None]:
    """Show how many steps of a long work are done."""
    if not sys.stderr.isatty():
        yield None
        return
    with _bar("{task.completed:.0f}/{task.total:.0f}") as bar:
        task = bar.add_task(what, total=1)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _bar(words: str) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TextColumn(words),
        TimeRemainingColumn(),
        console=error_console(),
        transient=True,
    )
