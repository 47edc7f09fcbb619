"""The report of a run: all that its reader needs in one file, and nothing that the summary does not say."""

import html
import re
from pathlib import Path

import pytest

from sim.viz.report import SHOWN, report
from tests.viz.browser import browser, missing, opened
from tests.viz.replay_town import town

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PICTURES = {name: (DOT, f"This is the {name}.") for name in SHOWN}


def page(lang: str = "en") -> str:
    result = town()
    return report(result.scenario, result.summary, PICTURES, result.replay(lang=lang).frame(), lang)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_sentence_of_the_answer_is_there(lang: str) -> None:
    made = page(lang)
    lines = [line.strip() for line in town().answer(lang).splitlines() if line.strip()]

    assert len(lines) > 8
    assert [line for line in lines if html.escape(line) not in made] == []
    question = town().scenario.question
    assert question is not None
    assert question.in_language(lang) in made


def test_assumptions_stand_with_grade_and_source() -> None:
    rows = re.findall(
        r"<tr><td>([^<]*)</td><td>[^<]*</td><td>(community|assumption)</td><td>([^<]+)</td></tr>", page()
    )
    listed = town().summary["assumptions"]

    assert [(path, grade, html.unescape(source)) for path, grade, source in rows] == [
        (one["path"], one["grade"], one["source"]) for one in listed
    ]


def test_incidents_stand_with_what_they_delayed() -> None:
    made = page()
    for one in town().summary["incidents"]:
        letters = one["letters_delayed"]["value"]
        where = one["where"].replace(" > ", " → ")
        assert re.search(
            rf"<td>{re.escape(where)}</td><td>[^<]+</td><td>[^<]*</td><td class=number>{letters:,}</td>", made
        )
    assert "<td>silent (nobody at the counter)</td><td>providers.island</td><td>23:50:50</td>" in made


def test_it_is_one_file_with_pictures_replay_and_the_way_to_run_it_again() -> None:
    made = page("ja")

    assert [caption for _, caption in PICTURES.values() if f'alt="{caption}"' not in made] == []
    assert made.count("<iframe ") == 1
    assert "mailsim run scenario.yaml --seed 3 --out town-again --lang ja" in made
    own = re.sub(r'srcdoc="[^"]*"', "", made)
    assert re.findall(r'(?:src|href)="(?!data:)([^"]+)"', own) == []
    assert page("ja") == made
    assert "wall" not in own


@pytest.mark.long
def test_in_a_browser_its_replay_plays_and_nothing_leaves_the_file(tmp_path: Path) -> None:
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    (tmp_path / "report.html").write_text(page(), encoding="utf-8")
    with browser() as started:
        tab = opened(started, tmp_path / "report.html")
        tab.page.locator("iframe").scroll_into_view_if_needed()
        frame = tab.page.frame_locator("iframe")
        frame.locator("#next").click()
        assert frame.locator("#clock").inner_text().startswith("23:50:09")
        assert tab.requests == [(tmp_path / "report.html").as_uri()]
        assert tab.complaints == []


@pytest.mark.long
def test_in_a_notebook_the_picture_is_seen_and_the_replay_plays(tmp_path: Path) -> None:
    """What a notebook holds after saving and reopening is this text, in a page of the viewer's own."""
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    (tmp_path / "cell.html").write_text(f"<body>{town().replay()._repr_html_()}</body>", encoding="utf-8")
    with browser() as started:
        tab = opened(started, tmp_path / "cell.html")
        assert tab.page.evaluate("document.querySelector('img').naturalWidth") == 1280
        tab.page.locator("iframe").scroll_into_view_if_needed()
        frame = tab.page.frame_locator("iframe")
        frame.locator("#play").click()
        frame.locator("#play", has_text="Pause").wait_for()
        frame.locator("#next").click()
        assert frame.locator("#said").inner_text() != ""
        assert tab.complaints == []
