"""Fonts that have Japanese glyphs, so that a title shows no empty boxes on any machine.

The file that `matplotlib-fontja` brings along is used without importing that package, since its import
changes the settings of every figure behind the user's back.
"""

import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

LATIN = "DejaVu Sans"
_ON_THE_SYSTEM = (
    "Noto Sans CJK JP",
    "Noto Sans JP",
    "BIZ UDGothic",
    "Hiragino Sans",
    "Yu Gothic",
    "IPAexGothic",
)


@cache
def japanese_font() -> str | None:
    """Give the name of a font with Japanese glyphs; None where there is none at all."""
    bundled = _bundled_file()
    if bundled is not None:
        known = {Path(entry.fname) for entry in font_manager.fontManager.ttflist}
        if bundled not in known:
            font_manager.fontManager.addfont(bundled)
        return font_manager.FontProperties(fname=str(bundled)).get_name()
    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in _ON_THE_SYSTEM if name in installed), None)


def families(lang: str) -> list[str]:
    """Give the fonts of a figure in a language, the first that has a glyph draws it."""
    japanese = japanese_font()
    if japanese is None:
        return [LATIN]
    return [japanese, LATIN] if lang == "ja" else [LATIN, japanese]


def drawable(text: str) -> str:
    """Give a text in which every character has a glyph: what no font can draw becomes `?`, what is invisible goes."""
    return "".join(_drawn(character) for character in text).strip()


def _drawn(character: str) -> str:
    if character.isspace():
        return " "
    # Joiners and variation selectors stand between the parts of an emoji, and are nothing without it.
    if unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    return character if ord(character) in _glyphs() else "?"


@cache
def _glyphs() -> frozenset[int]:
    """Give the characters that one of our fonts can draw; control characters are not among them."""
    files = (font_manager.findfont(font_manager.FontProperties(family=[name])) for name in families("en"))
    drawn = frozenset(code for file in files for code in FT2Font(file).get_charmap())
    return frozenset(code for code in drawn if unicodedata.category(chr(code)) != "Cc")


def _bundled_file() -> Path | None:
    spec = find_spec("matplotlib_fontja")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for file in sorted(Path(folder).rglob("*.ttf")):
            return file
    return None
