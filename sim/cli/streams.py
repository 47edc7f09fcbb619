"""Output that never fails for want of a character, on any terminal, in any locale.

A character that the terminal's encoding lacks is replaced by its plain likeness, or else by `?`.
"""

import codecs
import os
import sys
from typing import Final, TextIO

_PLAIN: Final = {
    "×": "x",
    "−": "-",
    "—": "-",
    "─": "-",
    "│": "|",
    "〜": "~",
    "～": "~",
    "≤": "<=",
    "≥": ">=",
    "µ": "u",
    "μ": "u",
    "“": '"',
    "”": '"',
    "‘": "'",
    "\u00a0": " ",
    "±": "+/-",
    "–": "-",
    "…": "...",
    "→": "->",
    "’": "'",
    "━": "-",
    "╸": "-",
    "╺": "-",
    "•": "*",
}
HANDLER: Final = "mailsim.plain"


def prepare_streams() -> None:
    """Make standard output and error replace what they cannot write."""
    codecs.register_error(HANDLER, _replace)
    # A stream that was closed before we came (`>&-`) is None: what is said to it goes nowhere.
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=HANDLER)


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")


def give_up_stdout() -> None:
    """Send the rest of standard output nowhere, since its reader has gone (`mailsim explain | head`)."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def writes_unicode() -> bool:
    """Tell whether standard output can take any character."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    return encoding.lower().replace("-", "").startswith("utf")


def writes_japanese() -> bool:
    """Tell whether standard output can take Japanese."""
    try:
        "手紙".encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    words = error.object[error.start : error.end]
    return "".join(_PLAIN.get(character, "?") for character in words), error.end
