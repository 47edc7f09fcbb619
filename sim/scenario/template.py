"""The commented scenario that `mailsim new NAME` writes: every key in use, to take out what is not needed."""

import re
from pathlib import Path
from typing import Final

from sim.errors import ArgumentError

_FILE: Final = Path(__file__).with_name("template.yaml")
_NAME: Final = re.compile(r"\w[\w-]{0,60}")


def template(name: str) -> str:
    """Return a commented scenario called `name`.

    Raises:
        ArgumentError: the name would be no file name everywhere.
    """
    if not _NAME.fullmatch(name):
        raise ArgumentError("not_a_file_name", found=name, expected="my_scenario")
    return _FILE.read_text(encoding="utf-8").replace("NAME", name)
