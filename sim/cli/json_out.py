"""JSON to a file or to standard output, always valid, whatever the locale."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.cli.streams import writes_unicode
from sim.exports.output_folder import write_atomically

STDOUT = "-"


def write_json(content: Mapping[str, Any], target: str) -> None:
    """Write JSON to a file, or to standard output if the target is `-`.

    Raises:
        OutputError: the file cannot be written.
    """
    if target == STDOUT:
        # Escaped where the terminal lacks characters: what is replaced by `?` would be another value.
        sys.stdout.write(_text(content, ascii_only=not writes_unicode()))
        return
    text = _text(content, ascii_only=False)
    write_atomically(Path(target), lambda path: _write(path, text))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _text(content: Mapping[str, Any], *, ascii_only: bool) -> str:
    return json.dumps(content, indent=2, ensure_ascii=ascii_only, allow_nan=False) + "\n"
