"""The page of a sweep: what is in the file, and what a person does with it in a browser."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from sim.comparison.sweep import Sweep, sweep
from sim.comparison.sweep_grid import read_grid
from sim.viz.sweep_page import MOST_BYTES, page_data, sweep_page
from tests.viz.browser import browser, complaints, missing, requests

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
def page(found: Sweep, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("browser")
    (folder / "page.html").write_text(sweep_page(found), encoding="utf-8")
    with browser(folder / "profile") as driver:
        requests(driver)  # what the browser's own first tab asked for
        complaints(driver)
        driver.get((folder / "page.html").as_uri())
        yield driver


@pytest.fixture
def fresh(page: Any) -> Any:
    page.refresh()
    return page


def by_id(page: Any, name: str) -> Any:
    return page.find_element("id", name)


def press(page: Any, *keys: str) -> None:
    """Press keys wherever the focus is, as a person without a mouse does."""
    for key in keys:
        page.switch_to.active_element.send_keys(key)


def unlocked(page: Any, guess: str = "90") -> None:
    from selenium.webdriver.common.keys import Keys

    by_id(page, "guess").send_keys(guess, Keys.ENTER)


def test_the_slider_opens_after_a_prediction_and_not_before(fresh: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    assert not by_id(fresh, "slider0").is_enabled()
    assert not by_id(fresh, "result").is_displayed()

    press(fresh, Keys.TAB, Keys.TAB, Keys.TAB, "101", Keys.ENTER)
    assert by_id(fresh, "complaint").text == "Write a number from 0 to 100."
    assert not by_id(fresh, "slider0").is_enabled()

    by_id(fresh, "guess").clear()
    unlocked(fresh)
    assert by_id(fresh, "slider0").is_enabled()
    assert by_id(fresh, "result").is_displayed()
    assert fresh.switch_to.active_element.get_attribute("id") == "slider0"


def test_the_slider_moves_by_keyboard_and_the_answer_follows(fresh: Any, found: Sweep) -> None:
    from selenium.webdriver.common.keys import Keys

    unlocked(fresh)
    before = by_id(fresh, "answer").text
    assert "of 10 letters had arrived by 06:10." in before
    drawn = fresh.find_element("css selector", "#picture path").get_attribute("d")

    press(fresh, Keys.ARROW_RIGHT, Keys.TAB, Keys.ARROW_RIGHT)
    assert "of 200 letters had arrived by 06:10." in by_id(fresh, "answer").text
    assert by_id(fresh, "slider0").get_attribute("aria-valuetext") == "200"
    assert by_id(fresh, "slider1").get_attribute("aria-valuetext") == "50 %"
    assert fresh.find_element("css selector", "#picture path").get_attribute("d") != drawn
    assert by_id(fresh, "compared").text.startswith("You predicted 90 %. The simulation says ")
    share = found.points[-1].summary["by_letters"]["notice"]["reached"]["share_by_deadline"]["value"]
    assert f"{share:.1%}".replace("%", " %").replace(".0", "") in by_id(fresh, "compared").text


def test_the_language_switches_and_the_slider_stays_where_it_was(fresh: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    unlocked(fresh)
    press(fresh, Keys.ARROW_RIGHT)
    button = fresh.find_element("css selector", "[data-lang=ja]")
    button.send_keys(Keys.ENTER)

    assert fresh.find_element("tag name", "html").get_attribute("lang") == "ja"
    assert by_id(fresh, "title").text == fresh.title == "手紙の実験"
    assert by_id(fresh, "answer").text.startswith("200通のうち")
    assert button.get_attribute("aria-pressed") == "true"
    assert by_id(fresh, "slider0").get_attribute("value") == "1"


def test_what_has_the_focus_is_seen_and_the_picture_has_words(fresh: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    unlocked(fresh)
    press(fresh, Keys.ARROW_RIGHT)
    assert by_id(fresh, "slider0").value_of_css_property("outline-width") == "4px"
    picture = fresh.find_element("css selector", "#picture svg")
    assert picture.get_attribute("role") == "img"
    described = fresh.execute_script("return document.getElementById('described').textContent")
    assert re.match(r"All letters, by time of day: 06:0\d: ", described)
    fresh.find_element("tag name", "summary").send_keys(Keys.ENTER)
    assert fresh.find_element("id", "table").text.startswith("time all letters")


def test_it_fits_a_projector_without_scrolling_sideways(fresh: Any) -> None:
    unlocked(fresh)

    width = fresh.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1]


def test_nothing_leaves_the_file_and_nothing_is_complained_about(page: Any) -> None:
    # Last in this file: it looks back on all that the tests above did.
    asked = [url for url in requests(page) if not url.startswith(("chrome://", "data:"))]

    assert asked
    assert [url for url in asked if not url.startswith("file:///") or not url.endswith("/page.html")] == []
    assert complaints(page) == []
