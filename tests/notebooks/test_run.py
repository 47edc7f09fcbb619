"""Every lesson runs from top to bottom: as it is handed out, and filled in."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sim.learn.shipped import copy_lessons
from tests.notebooks.pairs import LANGUAGES, ROOT, missing

LIMIT_S = 240
TYPHOON = "06_one_hundred_or_a_million"
FILLED = (
    ('name="", class_number=""', 'name="山田 花子", class_number="1-2 34"'),
    (
        "arrived_at_1000=None, arrived_at_100000=None, arrived_at_1000000=None, stopped_by=None",
        "arrived_at_1000=100, arrived_at_100000=90, arrived_at_1000000=50, stopped_by='a'",
    ),
    ("lesson.slider()", "lesson.slider(10_000)"),
    ("letters=100_000", "letters=20_000"),
    ('stops="", helps=""', 'stops="the carrier", helps="=decide earlier"'),
)

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))


def executed(folder: Path, lang: str, *changes: str) -> list[Any]:
    """Run a copy of the lesson as a learner has it; give its code cells."""
    copy_lessons(folder)
    where, target = folder / lang, folder / "done.ipynb"
    home = {
        name: str(folder / "home")
        for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")
    }
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.notebooks.execute",
            where / f"{TYPHOON}.ipynb",
            target,
            where,
            *changes,
        ],
        env={**os.environ, **home, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        timeout=LIMIT_S,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    notebook = json.loads(target.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def shown(cell: Any) -> str:
    return "".join("".join(output.get("data", {}).get("text/html", "")) for output in cell["outputs"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_as_it_is_handed_out_it_asks_first_and_writes_nothing(lang: str, tmp_path: Path) -> None:
    code = executed(tmp_path, lang)
    run = next(cell for cell in code if "".join(cell["source"]) == "lesson.run()")

    assert {"en": "Predict first", "ja": "まず予想しましょう"}[lang] in shown(run)
    assert "data:image/png" not in shown(run)
    assert list(tmp_path.rglob("*.csv")) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_filled_in_it_runs_shows_and_hands_in(lang: str, tmp_path: Path) -> None:
    code = executed(tmp_path, lang, *(words for change in FILLED for words in change))
    run = next(cell for cell in code if "".join(cell["source"]) == "lesson.run()")
    (file,) = tmp_path.rglob("*.csv")
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    forms = [
        cell for cell in code if any("widget-view" in kind for out in cell["outputs"] for kind in out["data"])
    ]

    assert {"en": "98 % of 10,000 families had it by 07:00", "ja": "10,000通のうち98 %が"}[lang] in shown(run)
    assert "data:image/png;base64," in shown(run)
    assert len(forms) == 4
    assert file.name == {"en": "hand_in", "ja": "提出"}[lang] + "_06_1-2-34_山田-花子.csv"
    assert len({len(row) for row in rows}) == 1
    # Five runs: the slider's, two of proposal (a), the two of the solution; two rows each.
    assert sum(1 for row in rows if row[3].startswith(("senders.", "letters.")) or row[2] == "10000") == 10
    assert rows[-1][-1] == "'=decide earlier"
