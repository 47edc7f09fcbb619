"""Which language a lesson speaks: the one that its notebook's metadata names, `mailsim: {lang: ja}`.

A kernel is not told which notebook it serves. So the notebook is looked for where editors leave its name, and
otherwise beside the kernel: a folder of lessons has one language.
"""

import itertools
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.analogy.labels import LANGUAGES

FALLBACK = "en"
_HEADER_LINE = re.compile(r"^#\s+(?:mailsim:|lang:)\s*(\w*)\s*$", re.MULTILINE)


def notebook_language(lesson: str, folder: Path | None = None) -> str:
    """Give the language of the notebook that this kernel serves; English where nobody says.

    Args:
        lesson: the name of the lesson, which its file begins with.
        folder: where the kernel runs; None is the current folder.
    """
    here = Path.cwd() if folder is None else folder
    for file in _candidates(lesson, here):
        lang = language_of(file)
        if lang is not None:
            return lang
    return FALLBACK


def language_of(file: Path) -> str | None:
    """Give the language in a notebook's metadata, or in the header of its text form; None if there is none."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    found = _of_notebook(text) if file.suffix == ".ipynb" else _of_text(text)
    return found if found in LANGUAGES else None


def _candidates(lesson: str, here: Path) -> Iterator[Path]:
    """List the files to ask: the one that the editor names, this lesson's, any other notebook's."""
    for named in (os.environ.get("JPY_SESSION_NAME"), _name_in_vs_code()):
        if named:
            yield Path(named)
            yield here / Path(named).name
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    if script and Path(script).stem == lesson:
        yield Path(script)
    for ending in (".ipynb", ".py"):
        yield here / f"{lesson}{ending}"
    yield from sorted(here.glob(f"{lesson}*.ipynb"))
    yield from sorted(here.glob("*.ipynb"))


def _name_in_vs_code() -> str | None:
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    shell: Any = get_ipython()
    return None if shell is None else shell.user_ns.get("__vsc_ipynb_file__")


def _of_notebook(text: str) -> Any:
    try:
        return json.loads(text).get("metadata", {}).get("mailsim", {}).get("lang")
    except (ValueError, AttributeError):
        return None


def _of_text(text: str) -> str | None:
    """Read the two lines `mailsim:` and `lang: ja` of the header that jupytext writes."""
    header = text.split("# ---", 2)[1] if text.startswith("# ---") else ""
    words = _HEADER_LINE.findall(header)
    return next((word for before, word in itertools.pairwise(words) if not before and word), None)
