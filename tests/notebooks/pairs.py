"""The pairs of a lesson: `.py` is the source, `.ipynb` is made from it, without outputs."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
LANGUAGES = ("en", "ja")
SOURCES = sorted(path for lang in LANGUAGES for path in (NOTEBOOKS / lang).glob("*.py"))
NEEDED = ("jupytext", "nbclient", "ipykernel", "ipywidgets")


def missing() -> str | None:
    """Say what is not installed; None where nothing is missing."""
    absent = [name for name in NEEDED if find_spec(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else None


def name_of(path: Path) -> str:
    """Name a file by its language and its name."""
    return path.relative_to(NOTEBOOKS).as_posix()


def from_source(source: Path) -> Any:
    """Make the notebook of a source; cells are numbered, so that the same source gives the same bytes."""
    import jupytext

    notebook = jupytext.read(source)
    notebook.metadata["jupytext"].get("text_representation", {}).pop("jupytext_version", None)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number:02d}"
    return notebook


def to_text(notebook: Any) -> str:
    """Write a notebook as its file holds it."""
    import nbformat

    return nbformat.writes(notebook).rstrip("\n") + "\n"
