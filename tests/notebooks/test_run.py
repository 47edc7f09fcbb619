"""Every lesson runs from top to bottom: as it is handed out, and filled in."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sim.learn.plans import PLANS
from sim.learn.shipped import copy_lessons
from tests.notebooks.pairs import LANGUAGES, ROOT, missing

LIMIT_S = 240
WHO = ('name="", class_number=""', 'name="山田 花子", class_number="1-2 34"')
REALLY = "04_is_it_really_from_you"
REALLY_FILLED = (
    WHO,
    (
        "forged_arrive=None, lost_at_reject=None, lost_at_once=None, who_suffers=None",
        "forged_arrive=0, lost_at_reject='5 %', lost_at_once=50, who_suffers='b'",
    ),
    ("lesson.slider()", "lesson.slider(2)"),
    ('not_enough="", order=""', 'not_enough="his own name", order="=reject last"'),
)
SORTING_ROOM = "05_the_sorting_room"
SORTING_ROOM_FILLED = (
    WHO,
    (
        "after_1_minute=None, after_3_minutes=None, last_of_420=None, helps_most=None",
        "after_1_minute=1, after_3_minutes='3 min', last_of_420=11, helps_most='a'",
    ),
    ("lesson.slider()", "lesson.slider(180)"),
    ('why_late="", advice=""', 'why_late="the rounds", advice="=patience"'),
)
TYPHOON = "06_one_hundred_or_a_million"
TYPHOON_FILLED = (
    WHO,
    (
        "arrived_at_1000=None, arrived_at_100000=None, arrived_at_1000000=None, stopped_by=None",
        "arrived_at_1000=100, arrived_at_100000=90, arrived_at_1000000=50, stopped_by='a'",
    ),
    ("lesson.slider()", "lesson.slider(10_000)"),
    ("letters=100_000", "letters=20_000"),
    ('stops="", helps=""', 'stops="the carrier", helps="=decide earlier"'),
)
OTHER_SIDE = "07_the_other_side"
OTHER_SIDE_FILLED = (
    WHO,
    (
        "filter_slowest=None, greylisting_half=None, hit_by_quota=None, lost_by_both=None",
        "filter_slowest=1, greylisting_half='5 min', hit_by_quota='a', lost_by_both='0 %'",
    ),
    ('my_rules="", later_or_never=""', 'my_rules="both", later_or_never="=later"'),
)
OUTAGES = "08_outages_and_the_herd"
OUTAGES_FILLED = (
    WHO,
    (
        "returned=None, last_after=None, as_before=None, after_crash=None",
        "returned=50, last_after='5 min', as_before=120, after_crash='a'",
    ),
    ('whose_delay="", in_step=""', 'whose_delay="both", in_step="=idle"'),
)
SPAM = "09_judged_as_spam"
SPAM_FILLED = (
    WHO,
    (
        "inbox_at_once=None, inbox_at_300_a_day=None, inbox_with_dead=None, few_reports=None",
        "inbox_at_once=90, inbox_at_300_a_day='60 %', inbox_with_dead=90, few_reports='b'",
    ),
    ("lesson.slider()", "lesson.slider(300)"),
    # One guess is enough here; the others are tests of the lesson.
    (
        '("half_life=60d", "fewest_letters=5000", "stranger=1200/d", "pushing_complaints=0")',
        '("stranger=1200/d",)',
    ),
    ("lesson.guess()", "lesson.guess('letters.news.count=100')"),
    ('lesson.guess("providers.webmail.reputation.growth_per_day=2")', "lesson.slider(100)"),
    ('good_name="", guesses=""', 'good_name="patience", guesses="=a stranger"'),
)
KNOW = "11_how_do_we_know"
KNOW_FILLED = (
    WHO,
    (
        "wait_at_50=None, wait_at_80=None, wait_at_90=None, found_by=None",
        "wait_at_50=0, wait_at_80=2, wait_at_90='4 s', found_by='a'",
    ),
    ("lesson.slider()", "lesson.slider(80)"),
    ('learnt="", next_recording=""', 'learnt="that much", next_recording="=another"'),
)
MONDAY = "12_monday_morning"
MONDAY_FILLED = (
    WHO,
    (
        "late_nothing=None, late_resolver=None, lost_lifetime=None, makes_worse=None",
        "late_nothing='20 min', late_resolver=5, lost_lifetime='0 %', makes_worse='d'",
    ),
    ("lesson.moves()", "lesson.moves(resolver='hoster', smtp_tls_connection_reuse=True)"),
    ("range(101, 113)", "(101, 102)"),
    ('my_moves="", wrong_move=""', 'my_moves="two", wrong_move="=lifetime"'),
)

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))


def executed(folder: Path, name: str, lang: str, changes: tuple[tuple[str, str], ...] = ()) -> list[Any]:
    """Run a copy of a lesson as a learner has it, some code replaced; give its code cells."""
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
            where / f"{name}.ipynb",
            target,
            where,
            *(words for change in changes for words in change),
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


def cell(code: list[Any], source: str) -> Any:
    """Give the code cell with this source."""
    return next(one for one in code if "".join(one["source"]) == source)


def forms(code: list[Any]) -> int:
    """Count the cells that show boxes."""
    kinds = [{kind for out in one["outputs"] for kind in out.get("data", {})} for one in code]
    return sum(any("widget-view" in kind for kind in found) for found in kinds)


def handed_in(folder: Path) -> tuple[str, list[list[str]]]:
    """Give the name of the file that was handed in, and its rows, all of the same length."""
    (file,) = folder.rglob("*.csv")
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert len({len(row) for row in rows}) == 1
    return file.name, rows


ALWAYS = {("en", SORTING_ROOM), ("ja", SORTING_ROOM), ("en", OUTAGES), ("en", MONDAY)}
in_one_language = pytest.mark.parametrize("lang", ["en", pytest.param("ja", marks=pytest.mark.long)])
"""The code is the same in both languages, and words are seen where a lesson is executed as it is handed out."""


@pytest.mark.parametrize(
    ("lang", "name"),
    [
        # tests/learn runs the same cells without a kernel, and the code is the same in both languages (test_pairs).
        pytest.param(lang, name, marks=[] if (lang, name) in ALWAYS else [pytest.mark.long])
        for lang in LANGUAGES
        for name in sorted(PLANS)
    ],
)
def test_as_it_is_handed_out_it_asks_first_and_writes_nothing(lang: str, name: str, tmp_path: Path) -> None:
    code = executed(tmp_path, name, lang)
    run = cell(code, "lesson.run()")

    assert {"en": "Predict first", "ja": "まず予想しましょう"}[lang] in shown(run)
    assert [one["source"] for one in code if "data:image/png" in shown(one)] == []
    assert list(tmp_path.rglob("*.csv")) == []


@pytest.mark.long  # tests/learn runs the same cells, without a kernel
@in_one_language
def test_the_typhoon_filled_in_runs_shows_and_hands_in(lang: str, tmp_path: Path) -> None:
    code = executed(tmp_path, TYPHOON, lang, TYPHOON_FILLED)
    run = cell(code, "lesson.run()")
    name, rows = handed_in(tmp_path)

    assert {"en": "98 % of 10,000 families had it by 07:00", "ja": "10,000通のうち98 %が"}[lang] in shown(run)
    assert "data:image/png;base64," in shown(run)
    assert forms(code) == 4
    assert name == {"en": "hand_in", "ja": "提出"}[lang] + "_06_1-2-34_山田-花子.csv"
    # Five runs: the slider's, two of proposal (a), the two of the solution; two rows each.
    assert sum(1 for row in rows if row[3].startswith(("senders.", "letters.")) or row[2] == "10000") == 10
    assert rows[-1][-1] == "'=decide earlier"


@in_one_language
def test_the_sorting_room_filled_in_shows_the_rounds_and_the_herd(lang: str, tmp_path: Path) -> None:
    code = executed(tmp_path, SORTING_ROOM, lang, SORTING_ROOM_FILLED)
    name, rows = handed_in(tmp_path)
    proposals = [row for row in rows if row[2] in ("420 letters", "420通")]

    told = {"en": "5 min 30 s to 9 min 30 s after their first try", "ja": "5分30秒～9分30秒後に届きました"}
    assert told[lang] in shown(cell(code, "lesson.run()"))
    assert {"en": "8 h 18 min", "ja": "8時間18分"}[lang] in shown(cell(code, "lesson.herd()"))
    assert sum("data:image/png;base64," in shown(one) for one in code) == 8
    assert forms(code) == 4
    assert name.endswith("_05_1-2-34_山田-花子.csv")
    # The herd as it is, (a) twice, then (b), (c) and (d); two rows each, of which the first is in minutes.
    minutes = [float(row[4]) for row in proposals[::2]]
    assert minutes[0] == minutes[1] == minutes[2] > minutes[3] > minutes[4] > 10 * minutes[5]
    assert rows[-1][-1] == "'=patience"


@pytest.mark.long  # tests/learn runs the same cells, without a kernel
@pytest.mark.parametrize("lang", LANGUAGES)
def test_really_from_you_filled_in_shows_whose_name_was_right_and_hands_in(lang: str, tmp_path: Path) -> None:
    code = executed(tmp_path, REALLY, lang, REALLY_FILLED)
    name, rows = handed_in(tmp_path)
    runs = [(row[2], row[4]) for row in rows[7:-2]]

    told = {"en": "50 forged letters: 50 in the inbox", "ja": "にせの手紙50通：受信箱に50通"}[lang]
    assert told in shown(cell(code, "lesson.run()"))
    assert "data:image/png;base64," in shown(cell(code, "lesson.look()"))
    assert "data:image/png;base64," in shown(cell(code, "lesson.compare()"))
    assert forms(code) == 4
    # The slider's run, then those of the exercises: forged letters in the inbox and genuine ones that are not, in %.
    assert runs[0] == ("SPF + DKIM", "100")
    assert [lost for _, lost in runs[1::2]] == ["0", "30", "30", "30", "0", "10", "100", "100", "0"]
    assert name.endswith("_04_1-2-34_山田-花子.csv")
    assert rows[-1][-1] == "'=reject last"


@pytest.mark.long
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_other_side_filled_in_shows_who_pays_for_each_rule(lang: str, tmp_path: Path) -> None:
    code = executed(tmp_path, OTHER_SIDE, lang, OTHER_SIDE_FILLED)
    name, rows = handed_in(tmp_path)

    assert {"en": "1,900 of 1,900 letters", "ja": "1,900通のうち、1,900通が"}[lang] in shown(
        cell(code, "lesson.run()")
    )
    assert "data:image/png;base64," in shown(cell(code, "lesson.scoreboard()"))
    assert {"en": "simulated: 7.5 min", "ja": "シミュレーション：7.5分"}[lang] in shown(
        cell(code, "lesson.compare()")
    )
    assert forms(code) == 4
    assert name.endswith("_07_1-2-34_山田-花子.csv")
    # Nine runs of six rows each: no rules twice, five rules alone, and twice two rules together.
    runs = [row for row in rows if row[2].startswith(("content_", "grey", "rate_", "no rules", "決まりなし"))]
    assert len(runs) == 9 * 6
    assert rows[-1][-1] == "'=later"


@pytest.mark.long  # tests/learn runs the same cells, without a kernel
@pytest.mark.parametrize("lang", LANGUAGES)
def test_outages_filled_in_shows_the_queue_the_blame_and_the_race(lang: str, tmp_path: Path) -> None:
    code = executed(tmp_path, OUTAGES, lang, OUTAGES_FILLED)
    name, rows = handed_in(tmp_path)

    assert {"en": "1,200 letters were waiting", "ja": "1,200通が待っていました"}[lang] in shown(
        cell(code, "lesson.run()")
    )
    for step in ("lesson.blame()", "lesson.race()"):
        assert "data:image/png;base64," in shown(cell(code, step))
    assert {"en": "simulated: 70.0 min", "ja": "シミュレーション：70.0分"}[lang] in shown(
        cell(code, "lesson.compare()")
    )
    assert forms(code) == 3
    assert name.endswith("_08_1-2-34_山田-花子.csv")
    # Ten runs of six rows each: as it comes, three lines, four herds and two lifetimes.
    assert len(rows) == 1 + 2 + 4 + 10 * 6 + 2
    assert rows[-1][-1] == "'=idle"


@pytest.mark.long
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_incident_game_filled_in_is_lost_and_then_won(lang: str, tmp_path: Path) -> None:
    code = executed(tmp_path, MONDAY, lang, MONDAY_FILLED)
    name, rows = handed_in(tmp_path)
    first, second = (one for one in code if "".join(one["source"]) == "lesson.run()")

    assert {"en": "Not yet", "ja": "まだです"}[lang] in shown(first)
    assert {"en": "Passed", "ja": "合格です"}[lang] in shown(second)
    assert "data:image/png;base64," in shown(cell(code, "lesson.board()"))
    assert forms(code) == 4
    assert name.endswith("_12_1-2-34_山田-花子.csv")
    # Eight runs of three rows each: nothing, three single moves, the moves in the boxes twice, two solutions.
    assert len(rows) == 1 + 2 + 4 + 8 * 3 + 2
    assert rows[-1][-1] == "'=lifetime"


@pytest.mark.long  # tests/learn runs the same steps, without a kernel
@pytest.mark.parametrize("lang", LANGUAGES)
def test_judged_as_spam_filled_in_shows_plans_and_guesses(lang: str, tmp_path: Path) -> None:
    code = executed(tmp_path, SPAM, lang, SPAM_FILLED)
    name, rows = handed_in(tmp_path)
    last_day = {row[2]: float(row[4]) for row in rows if row[1].startswith(("days until", "最後の1通"))}

    assert {"en": "300 a day: 99.8 % of 1,200", "ja": "毎日300通"}[lang] in shown(cell(code, "lesson.run()"))
    for step in ("lesson.board()", "lesson.compare()", "lesson.table()"):
        assert "data:image/png;base64," in shown(cell(code, step))
    quick = {"en": "150, then 1.5 times as many each day", "ja": "1日目150通、毎日1.5倍"}[lang]
    # By hand: 150 + 225 + 338 = 713, so 487 of the fourth day's 506 are left.
    assert last_day[quick] == pytest.approx(3 + 487 / 506, abs=0.1)
    assert [row[4] for row in rows if row[3].endswith("stranger=1200/d")] == {
        "en": ["turns round", "holds", "holds"],
        "ja": ["逆になる", "成り立つ", "成り立つ"],
    }[lang]
    assert forms(code) == 5
    assert name.endswith("_09_1-2-34_山田-花子.csv")
    assert rows[-1][-1] == "'=a stranger"


@pytest.mark.long  # tests/learn runs the same steps, without a kernel
@in_one_language
def test_how_do_we_know_filled_in_finds_each_mistake_in_one_recording(lang: str, tmp_path: Path) -> None:
    code = executed(tmp_path, KNOW, lang, KNOW_FILLED)
    name, rows = handed_in(tmp_path)
    distances = {(row[2], row[3].partition("=")[0].rpartition(".")[2]): float(row[4]) for row in rows[7:-2]}

    assert {"en": "formula 4.00 s", "ja": "公式では4.00秒"}[lang] in shown(cell(code, "lesson.compare()"))
    assert "data:image/png;base64," in shown(cell(code, "lesson.table()"))
    missed = {key for key, distance in distances.items() if key[0].isidentifier() and distance > 5}
    assert missed == {
        ("greylisting_20s", "queue_run_delay"),
        ("slow_start_ramp", "initial_destination_concurrency"),
    }
    assert forms(code) == 4
    assert name.endswith("_11_1-2-34_山田-花子.csv")
    assert rows[-1][-1] == "'=another"
