"""Where a line of Japanese may end: anywhere but inside a number or a word of letters, or before a stop.

Japanese has no blanks between its words, so lines that break at blanks only come out ragged, or with a number cut
off from its sign.
"""

import re
from typing import Final

from rich.cells import cell_len

_JAPANESE: Final = r"\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef"
_WORD: Final = rf"[^\s{_JAPANESE}]+(?: (?:%|±|通|[0-9.,]+)[^\s{_JAPANESE}]*)*"
_PIECE: Final = re.compile(
    rf"\s*[（「『]*(?:{_WORD}(?:(?<=[0-9])[通回秒分時日個台人])?|[{_JAPANESE}]|\s)[、。）」』：；ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ]*"
)


def is_japanese(line: str) -> bool:
    """Tell whether a line has Japanese in it."""
    return re.search(f"[{_JAPANESE}]", line) is not None


def pieces(line: str) -> list[str]:
    """Give the parts of a line that stay whole."""
    return [part.strip() for part in (_PIECE.findall(line) if is_japanese(line) else line.split())]


def broken(line: str, width: int) -> list[str]:
    """Break a line of Japanese into lines of at most so many columns; later ones keep its indentation."""
    indentation = " " * (len(line) - len(line.lstrip(" ")))
    lines, now = [], ""
    for piece in _PIECE.findall(line):
        if now.strip() and cell_len(now) + cell_len(piece) > width:
            lines.append(now.rstrip())
            now = indentation + piece.lstrip()
        else:
            now += piece
    return [*lines, now.rstrip()]
