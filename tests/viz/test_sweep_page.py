"""The page of a sweep: what is in the file, and what a person does with it in a browser."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from sim.comparison.sweep import Sweep, sweep
from sim.comparison.sweep_grid import read_grid
from sim.viz.sweep_page import MOST_BYTES, page_data, sweep_page
from tests.viz.browser import Opened, browser, missing, opened

SCENARIO = """\
format: 1
title: {en: "Letters </script> & more", ja: 手紙の実験}
question: {en: Are they there in time?, ja: 間に合いますか。}
start: 2026-09-01T06:00+09:00
duration: 20 min
deadline: 10 min
senders:
  school: {domain: school.example}
providers:
  office: {domain: office.example, greylisting: 5 min}
  carrier: {domain: carrier.example, user_filter: 50 %}
letters:
  notice: {from: school, count: 4, size: 20 kB, to: {office: 50 %, carrier: rest}}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    file = tmp_path_factory.mktemp("sweep") / "letters.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    return sweep(file, read_grid(["letters.notice.count=10,200", "providers.carrier.user_filter=0 %,50 %"]))


def test_the_page_is_one_file_that_asks_for_nothing(found: Sweep) -> None:
    page = sweep_page(found)
    outside = re.findall(r"""(?:src|href|action|url)\s*[=(]\s*["']?([^"'\s>)]+)""", page)

    assert set(outside) == {"data:,"}
    assert "default-src 'none'" in page
    assert [word for word in ("fetch(", "XMLHttpRequest", "import(", "@import") if word in page] == []
    assert len(page.encode()) < MOST_BYTES
    assert sweep_page(found) == page


def test_words_of_a_scenario_cannot_break_the_page(found: Sweep) -> None:
    page = sweep_page(found)

    assert "<title>Letters &lt;/script> &amp; more</title>" in page
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    assert json.loads(data[1])["title"]["en"] == "Letters </script> & more"


def test_curves_end_where_the_summary_says(found: Sweep) -> None:
    data = page_data(found, "en")
    at = data["grid_s"].index(600.0)

    for point, shown in zip(found.points, data["points"], strict=True):
        share = point.summary["by_letters"]["notice"]["reached"]["share_by_deadline"]["value"]
        assert shown["share"] == pytest.approx(share, abs=1e-6)
        assert shown["curves"][0][at] == pytest.approx(share, abs=1e-4)
        assert all(
            earlier <= later
            for earlier, later in zip(shown["curves"][0], shown["curves"][0][1:], strict=False)
        )


def test_both_languages_are_in_the_file(found: Sweep) -> None:
    data = page_data(found, "ja")

    assert data["words"]["en"].keys() == data["words"]["ja"].keys()
    assert [key for key, words in data["words"]["ja"].items() if words == data["words"]["en"][key]] == []
    assert data["points"][0]["answer"]["ja"].endswith("届きました。")


@pytest.fixture(scope="module")
def tab(found: Sweep, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    file = tmp_path_factory.mktemp("browser") / "page.html"
    file.write_text(sweep_page(found), encoding="utf-8")
    with browser() as started:
        yield opened(started, file)


@pytest.fixture
def fresh(tab: Opened) -> Any:
    tab.page.reload()
    return tab.page


def press(page: Any, *keys: str) -> None:
    """Press keys wherever the focus is, as a person without a mouse does."""
    for key in keys:
        page.keyboard.press(key)


def unlocked(page: Any, guess: str = "90") -> None:
    page.fill("#guess", guess)
    page.keyboard.press("Enter")


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_the_slider_opens_after_a_prediction_and_not_before(fresh: Any) -> None:
    assert not fresh.is_enabled("#slider0")
    assert not fresh.is_visible("#result")

    press(fresh, "Tab", "Tab", "Tab", "1", "0", "1", "Enter")
    assert fresh.inner_text("#complaint") == "Write a number from 0 to 100."
    assert not fresh.is_enabled("#slider0")

    unlocked(fresh)
    assert fresh.is_enabled("#slider0")
    assert fresh.is_visible("#result")
    assert focused(fresh) == "slider0"


def test_the_slider_moves_by_keyboard_and_the_answer_follows(fresh: Any, found: Sweep) -> None:
    unlocked(fresh)
    assert "of 10 letters had arrived by 06:10." in fresh.inner_text("#answer")
    drawn = fresh.locator("#picture path").first.get_attribute("d")

    press(fresh, "ArrowRight", "Tab", "ArrowRight")
    assert "of 200 letters had arrived by 06:10." in fresh.inner_text("#answer")
    assert fresh.get_attribute("#slider0", "aria-valuetext") == "200"
    assert fresh.get_attribute("#slider1", "aria-valuetext") == "50 %"
    assert fresh.locator("#picture path").first.get_attribute("d") != drawn
    assert fresh.inner_text("#compared").startswith("You predicted 90 %. The simulation says ")
    share = found.points[-1].summary["by_letters"]["notice"]["reached"]["share_by_deadline"]["value"]
    assert f"{share:.1%}".replace("%", " %").replace(".0", "") in fresh.inner_text("#compared")


def test_the_language_switches_and_the_slider_stays_where_it_was(fresh: Any) -> None:
    unlocked(fresh)
    press(fresh, "ArrowRight")
    fresh.locator("[data-lang=ja]").press("Enter")

    assert fresh.get_attribute("html", "lang") == "ja"
    assert fresh.inner_text("#title") == fresh.title() == "手紙の実験"
    assert fresh.inner_text("#answer").startswith("200通のうち")
    assert fresh.get_attribute("[data-lang=ja]", "aria-pressed") == "true"
    assert fresh.input_value("#slider0") == "1"


def test_what_has_the_focus_is_seen_and_the_picture_has_words(fresh: Any) -> None:
    unlocked(fresh)
    press(fresh, "ArrowRight")
    assert fresh.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "4px"
    assert fresh.get_attribute("#picture svg", "role") == "img"
    described = fresh.evaluate("document.getElementById('described').textContent")
    assert re.match(r"All letters, by time of day: 06:0\d: ", described)
    fresh.locator("summary").press("Enter")
    assert fresh.inner_text("#table").split()[:3] == ["time", "all", "letters"]


def test_it_fits_a_projector_without_scrolling_sideways(fresh: Any) -> None:
    unlocked(fresh)

    assert fresh.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_nothing_leaves_the_file_and_nothing_is_complained_about(tab: Opened) -> None:
    # Last in this file: it looks back on all that the tests above did.
    assert tab.requests
    assert set(tab.requests) == {tab.page.url}
    assert tab.complaints == []
