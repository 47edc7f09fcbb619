"""`mailsim lessons`: a copy of the notebooks that is the learner's own, and Jupyter to open it."""

import subprocess
from pathlib import Path
from typing import Annotated

import typer

from sim.analogy.labels import label
from sim.cli.endings import ends_well
from sim.cli.options import Language
from sim.cli.show import say

FIRST = "06_one_hundred_or_a_million.ipynb"


@ends_well
def lessons(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to put them.")] = Path(
        "mailsim_lessons"
    ),
    no_start: Annotated[bool, typer.Option("--no-start", help="Copy only; do not start Jupyter.")] = False,
    lang: Language = "en",
) -> None:
    """Copy the notebooks, and start Jupyter; what you have changed stays as it is."""
    from sim.learn.shipped import copy_lessons, jupyter

    copied = copy_lessons(folder)
    say(label("lessons.copied", lang, folder=folder))
    if copied.kept:
        say(label("lessons.kept", lang, files=", ".join(copied.kept)))
    if copied.beside:
        say(label("lessons.kept_new", lang, files=", ".join(copied.beside)))
    first, program = folder / lang / FIRST, jupyter()
    if program is None:
        say(label("lessons.no_jupyter", lang), label("lessons.browser_page", lang, folder=folder))
    if program is None or no_start:
        say(label("lessons.start", lang, file=first))
        return
    say(label("lessons.starting", lang))
    try:
        status = subprocess.run([program, str(first)], check=False).returncode
    except KeyboardInterrupt:  # the usual way to stop Jupyter
        status = 0
    raise typer.Exit(status)
