"""A way to run a command in this process, and a scenario that takes no time."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.cli.app import app

SCENARIO = """\
format: 1
title: {en: Three letters, ja: 手紙3通}
question: Are all three there within a minute?
start: 2026-09-01T06:00+09:00
duration: 20 min
deadline: 1 min
senders:
  school: {domain: school.example}
providers:
  office: {domain: office.example, greylisting: 1 min}
  carrier: {domain: carrier.example, user_filter: 50 %}
letters:
  notice: {from: school, count: 3, size: 20 kB, to: {office: 50 %, carrier: rest}}
readers:
  office: {with: {app: 100 %}, opens_after: {median: 1 min, p90: 2 min}}
watch: [notice/1]
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Mailsim = Callable[..., Ended]


@pytest.fixture
def mailsim(capsys: pytest.CaptureFixture[str]) -> Mailsim:
    """Run a command."""

    def run(*arguments: object) -> Ended:
        with pytest.raises(SystemExit) as ended:
            app([str(argument) for argument in arguments], prog_name="mailsim")
        printed = capsys.readouterr()
        return Ended(int(ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """Write the scenario."""
    file = tmp_path / "three.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    return file
