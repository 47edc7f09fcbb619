"""The commented scenario that `mailsim new NAME` writes: every key in use, to take out what is not needed."""

import re
from pathlib import Path
from typing import Final

from sim.errors import ArgumentError

_FILES: Final = {"en": "template.yaml", "ja": "template_ja.yaml"}
"""The same scenario, with comments in each language."""
_NAME: Final = re.compile(r"\w[\w-]{0,60}")


def template(name: str, lang: str = "en") -> str:
    """Return a commented scenario called `name`, with comments in a language.

    Raises:
        ArgumentError: the name would be no file name everywhere.
    """
    if not _NAME.fullmatch(name):
        raise ArgumentError("not_a_file_name", found=name, expected="my_scenario")
    file = Path(__file__).with_name(_FILES.get(lang, _FILES["en"]))
    return file.read_text(encoding="utf-8").replace("NAME", name)
