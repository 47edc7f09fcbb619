"""Bytes from a disk become text, or an error that says what they are instead.

Files are read as UTF-8 whatever the machine's locale says.
"""

import codecs
import re
from pathlib import Path
from typing import Final, NoReturn

from sim.errors import Problem, ScenarioError
from sim.scenario.nearest import nearest

_LARGEST: Final = 64 * 2**20
_ENDINGS: Final = (".yaml", ".yml")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")
_JAPANESE: Final = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_KANA: Final = re.compile("[\u3040-\u30ff]")


def read_text(path: Path, shown: str) -> str:
    """Return the text of a file; `shown` is the name that an error calls it by."""
    content = _read_bytes(path, shown)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _looks_like_utf16(content):
        _fail("file_is_utf16", shown)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _fail_encoding(content, error.start, shown)
    if "\x1b$B" in text or "\x1b(J" in text:
        _fail("file_in_japanese_code", shown, found="ISO-2022-JP")
    if match := _CONTROL.search(text):
        if _is_binary(content):
            _fail("file_is_binary", shown)
        before = text[: match.start()]
        line, column = before.count("\n") + 1, match.start() - before.rfind("\n")
        fields = {"found": f"U+{ord(match[0]):04X}"}
        raise ScenarioError([Problem("control_character", fields, shown, line, column)])
    return text


def _read_bytes(path: Path, shown: str) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except FileNotFoundError:
        fields = {"found": shown}
        if close := _neighbour(path):
            fields["nearest"] = close
        raise ScenarioError([Problem("file_missing", fields, shown)]) from None
    except IsADirectoryError:
        _fail("file_is_a_folder", shown)
    except (OSError, ValueError) as error:
        if path_is_folder(path):  # some systems say "permission denied"
            _fail("file_is_a_folder", shown)
        reason = getattr(error, "strerror", None) or str(error)
        _fail("file_unreadable", shown, reason=reason)
    if len(content) > _LARGEST:
        _fail("file_too_large", shown, expected=f"{_LARGEST // 2**20} MiB")
    return content


def path_is_folder(path: Path) -> bool:
    """Tell whether a path is a folder; a path that no system takes is none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _neighbour(path: Path) -> str | None:
    """Return the scenario file in the same folder whose name is most like the missing one's."""
    try:
        names = sorted(entry.name for entry in path.parent.iterdir() if entry.suffix in _ENDINGS)
    except (OSError, ValueError):
        return None
    close = nearest(path.name, names) or nearest(path.name + ".yaml", names)
    return str(path.parent / close) if close else None


def _looks_like_utf16(content: bytes) -> bool:
    """Tell UTF-16 without its mark by the zeros between plain letters."""
    head = content[:200]
    return len(head) >= 4 and (head[1::2].count(0) > len(head) // 3) != (head[::2].count(0) > len(head) // 3)


def _is_binary(content: bytes) -> bool:
    odd = sum(1 for byte in content[:4096] if byte < 9 or 13 < byte < 32 or byte == 127)
    return b"\0" in content or odd > len(content[:4096]) // 20


def _fail_encoding(content: bytes, at: int, shown: str) -> NoReturn:
    """Say which code a text that is no UTF-8 is written in, as far as that can be told."""
    if _is_binary(content):
        _fail("file_is_binary", shown)
    best, best_kana = None, 0
    for code, name in (("cp932", "Shift_JIS"), ("euc_jp", "EUC-JP")):
        try:
            text = content.decode(code)
        except UnicodeDecodeError:
            continue
        # half-width kana is what either code makes of the other, so only the full-width ones count
        kana = len(_KANA.findall(text)) * 2 + len(_JAPANESE.findall(text))
        if kana > best_kana:
            best, best_kana = name, kana
    if best:
        _fail("file_in_japanese_code", shown, found=best)
    before = content[:at]
    line, column = before.count(b"\n") + 1, at - before.rfind(b"\n")
    raise ScenarioError([Problem("file_is_not_utf8", {"found": f"0x{content[at]:02X}"}, shown, line, column)])


def _fail(code: str, shown: str, **fields: str) -> NoReturn:
    raise ScenarioError([Problem(code, fields, shown)])
