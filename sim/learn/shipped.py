"""The lessons that come with mailsim: where they are, and how a learner gets a copy of them.

A copy is the learner's own: what has been changed in it is never written over. A new version of such a file is
put beside it.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim.analogy.labels import taught
from sim.errors import ArgumentError, OutputError
from sim.exports.output_folder import write_atomically

SCENARIOS: Final = "scenarios"
PACKAGE: Final = Path(__file__).parents[1]
RECORD: Final = ".mailsim-lessons.json"
"""What was copied, so that a file that nobody has changed can be brought up to date."""
_ENDINGS: Final = frozenset({".ipynb", ".py", ".yaml", ".md"})


@dataclass(frozen=True)
class Copied:
    """What copying came to; paths are relative to the folder.

    Attributes:
        written: new or brought up to date.
        kept: changed by the learner, left as they are.
        beside: the new versions of those, put beside them.
    """

    written: tuple[str, ...]
    kept: tuple[str, ...]
    beside: tuple[str, ...]


def notebooks_folder() -> Path:
    """Give the folder of the lessons: inside the package if it was installed, beside it in a checkout.

    Raises:
        ArgumentError: there is none.
    """
    for folder in (PACKAGE / "_notebooks", PACKAGE.parent / "notebooks"):
        if (folder / SCENARIOS).is_dir():
            return folder
    raise taught(ArgumentError, "no_lessons")


def copy_lessons(folder: Path) -> Copied:
    """Copy all lessons into a folder.

    Raises:
        OutputError: the folder cannot be written.
    """
    source = notebooks_folder()
    if folder.exists() and not folder.is_dir():
        raise taught(OutputError, "not_a_folder_for_lessons", path=str(folder))
    before = _read_record(folder)
    written, kept, beside = [], [], []
    try:
        for name in _files(source):
            content, target = (source / name).read_bytes(), folder / name
            if not target.exists() or _digest(target) == before.get(name):
                _write(target, content)
                written.append(name)
            elif target.read_bytes() != content:
                kept.append(name)
                if before.get(name) != hashlib.sha256(content).hexdigest():
                    newer = target.with_name(f"{target.stem}.new{target.suffix}")
                    if not newer.exists():
                        _write(newer, content)
                        beside.append(newer.relative_to(folder).as_posix())
        record = {name: _digest(source / name) for name in _files(source)}
        _write(folder / RECORD, (json.dumps(record, indent=1) + "\n").encode())
    except OSError as error:
        reason = error.strerror or str(error)
        raise taught(OutputError, "cannot_write", path=str(folder), reason=reason) from error
    return Copied(tuple(written), tuple(kept), tuple(beside))


def _files(source: Path) -> Iterator[str]:
    for file in sorted(source.rglob("*")):
        hidden = any(part.startswith((".", "__")) for part in file.relative_to(source).parts)
        if file.is_file() and file.suffix in _ENDINGS and not hidden:
            yield file.relative_to(source).as_posix()


def _write(target: Path, content: bytes) -> None:
    """Write a file whole or not at all, and its folder where there is none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(target, lambda path: _fill(path, content))


def _fill(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _read_record(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def jupyter() -> str | None:
    """Give the command that starts Jupyter; None where it is not installed."""
    return shutil.which("jupyter-lab") or shutil.which("jupyter-notebook")
