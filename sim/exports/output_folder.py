"""A folder that is made whole or not at all.

Files are written into a marked sibling of the folder; only when all are there does it take the folder's
place. At any moment the folder is the old one, the new one, or absent. What mailsim has not made itself is
never touched: a folder is replaced only if it bears our manifest, and holds nothing that the manifest does not list.
"""

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sim.analogy.labels import taught
from sim.errors import OutputError

MANIFEST = "manifest.json"
MADE_BY = "mailsim"
LITTER: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What file managers leave in a folder that somebody looks at; nobody misses it."""
_LONGEST_NAME: Final = 255
"""Bytes of a name that file systems take, where they do not say."""


def check_folder(folder: Path) -> None:
    """Refuse a folder that could not be written later, before any work is done.

    Raises:
        OutputError: there is something that is not ours, or nothing can be written there.
    """
    target = _target(folder)
    above = _check_way(folder, target)
    if target.is_dir():
        if not _is_ours(target):
            raise taught(OutputError, "not_ours", path=str(folder))
        theirs = _not_listed(target)
        if theirs:
            raise taught(OutputError, "holds_others", path=str(folder), found=theirs[0])
    elif target.exists():
        raise taught(OutputError, "not_a_folder", path=str(folder))
    _check_parent(folder, above)


def check_file(file: Path) -> None:
    """Refuse a file that could not be written later, before any work is done.

    Raises:
        OutputError: nothing can be written there.
    """
    target = _target(file)
    _check_way(file, target)
    if target.is_dir():
        raise taught(OutputError, "cannot_write", path=str(file), reason="it is a folder")
    if not target.parent.exists():
        raise taught(
            OutputError, "cannot_write", path=str(file), reason=f"there is no folder {target.parent}"
        )
    if target.exists() and not os.access(target, os.W_OK):
        raise taught(OutputError, "cannot_write", path=str(file), reason="no permission")
    if not target.exists():
        _check_parent(file, target.parent)


def _check_way(wanted: Path, target: Path) -> Path:
    """Give the nearest folder above a place; refuse names that are too long and links that lead nowhere.

    Raises:
        OutputError: no such place can be.
    """
    way = (target, *target.parents)
    try:
        # All links are resolved: one that is left leads back to itself.
        if any(place.is_symlink() for place in way):
            raise taught(OutputError, "link_leads_back", path=str(wanted))
        above = next(parent for parent in target.parents if parent.exists())
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        most = _LONGEST_NAME - len(os.fsencode(_beside(Path(), "new").name))
        raise taught(OutputError, "name_too_long", path=str(wanted), expected=most) from error
    most = _longest_name(above) - len(os.fsencode(_beside(Path(), "new").name))
    if any(len(os.fsencode(place.name)) > most for place in way if place == target or not place.exists()):
        raise taught(OutputError, "name_too_long", path=str(wanted), expected=most)
    return above


def _longest_name(folder: Path) -> int:
    """Give how many bytes a name in a folder may have."""
    try:
        return os.pathconf(folder, "PC_NAME_MAX")
    except (AttributeError, OSError, ValueError):
        return _LONGEST_NAME


def _beside(path: Path, what: str) -> Path:
    """Give the place where the next, or the last, of something stands meanwhile.

    Marked by name: whoever finds one after a kill sees what it is, and that it may go.
    """
    return path.parent / f"{path.name}.{MADE_BY}-{what}-{os.getpid()}"


def _check_parent(wanted: Path, above: Path) -> None:
    if not above.is_dir():
        raise taught(OutputError, "cannot_write", path=str(wanted), reason=f"{above} is a file")
    if not os.access(above, os.W_OK | os.X_OK):
        raise taught(OutputError, "cannot_write", path=str(wanted), reason=f"no permission in {above}")


@contextmanager
def output_folder(folder: Path, manifest: dict[str, Any]) -> Iterator[Path]:
    """Give a place to write into, and make it `folder` when all went well.

    Args:
        folder: where the results shall be.
        manifest: what the manifest says beside our mark and the list of files.

    Raises:
        OutputError: it is not ours to replace, or cannot be written.
    """
    check_folder(folder)
    target = _target(folder)
    new, old = (_beside(target, what) for what in ("new", "old"))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove(new)
        new.mkdir()
        yield new
        _write_manifest(new, manifest)
        _swap(new, target, old)
    except OSError as error:
        reason = error.strerror or str(error)
        raise taught(OutputError, "cannot_write", path=str(folder), reason=reason) from error
    finally:
        # Whatever interrupted the swap, and wherever: what was there before comes back if nothing took its place.
        if not target.exists() and old.exists():
            old.rename(target)
        _remove(new)
        if target.exists():
            _remove(old)


def write_atomically(path: Path, write: Callable[[Path], None]) -> None:
    """Write one file so that it is the old one or the new one at any moment.

    Raises:
        OutputError: it cannot be written.
    """
    new = _beside(path, "new")
    try:
        # A device or a pipe, such as /dev/stdout, cannot be replaced.
        if path.exists() and not path.is_file():
            if path.is_dir():
                raise IsADirectoryError(21, "it is a folder")
            write(path)
            return
        write(new)
        new.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise taught(OutputError, "cannot_write", path=str(path), reason=reason) from error
    finally:
        new.unlink(missing_ok=True)


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Give the manifest of a folder that mailsim made; None for any other."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("made_by") == MADE_BY else None


def _target(folder: Path) -> Path:
    """Give the place itself, whatever links lead to it."""
    return Path(os.path.realpath(folder))


def _is_ours(folder: Path) -> bool:
    return read_manifest(folder) is not None


def _not_listed(folder: Path) -> list[str]:
    """Give what a folder of ours holds beside what we wrote into it: replacing the folder would lose it."""
    listed = (read_manifest(folder) or {}).get("files")
    known = {*(listed if isinstance(listed, list) else ()), MANIFEST, *LITTER}
    return sorted(path.name for path in folder.iterdir() if path.name not in known)


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    files = sorted(path.name for path in folder.iterdir())
    content = {"made_by": MADE_BY, "format": 1, **manifest, "files": [*files, MANIFEST]}
    (folder / MANIFEST).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _swap(new: Path, target: Path, old: Path) -> None:
    """Put the new folder into the place of the old one; whoever calls brings the old one back if that fails."""
    if not target.exists():
        new.rename(target)
        return
    _remove(old)
    target.rename(old)
    new.rename(target)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
