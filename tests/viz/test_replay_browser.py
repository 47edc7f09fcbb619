"""The replay as a person uses it: in a browser, by mouse, by keyboard alone, and by ear."""

import re
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from sim import api
from tests.viz.browser import Opened, browser, missing, opened
from tests.viz.replay_town import town

LETTERS = "document.getElementById('letters').toDataURL()"
WHOLE = (
    f"[{LETTERS}, document.getElementById('town').outerHTML, document.getElementById('clock').textContent]"
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return town().replay().save(tmp_path_factory.mktemp("replay") / "page.html")


@pytest.fixture(scope="module")
def started() -> Iterator[Any]:
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    with browser() as found:
        yield found


@pytest.fixture
def tab(started: Any, file: Path) -> Iterator[Opened]:
    """Open the page; whatever was done to it, nothing left the file and nothing was complained about."""
    found = opened(started, file)
    yield found
    assert found.requests == [file.as_uri()]
    assert found.complaints == []
    found.page.context.close()


def seek(page: Any, at_s: float) -> None:
    """Draw the scrubber to a moment."""
    page.evaluate(
        "(at_s) => { const moment = document.getElementById('moment'); moment.step = 'any';"
        " moment.value = at_s; moment.dispatchEvent(new Event('input')); }",
        at_s,
    )


def clock(page: Any) -> str:
    return str(page.inner_text("#clock"))


def until(holds: Callable[[], bool], most_s: float = 20.0) -> None:
    """Wait for something, as a person does: the page allows nobody to evaluate words in it."""
    deadline = time.monotonic() + most_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.long
def test_it_plays_and_pauses(tab: Opened) -> None:
    page = tab.page
    assert clock(page) == "23:50:00"
    page.click("#play")
    until(lambda: clock(page) > "23:50:20")
    assert page.inner_text("#play") == "Pause"
    page.click("#play")
    stopped = clock(page)
    page.wait_for_timeout(120)
    assert clock(page) == stopped


def test_to_rewind_gives_the_picture_that_playing_gave(tab: Opened) -> None:
    page = tab.page
    for at_s in (75.0, 620.0, 2100.0):
        seek(page, at_s)
        before = page.evaluate(WHOLE)
        seek(page, 3000.0)
        assert page.evaluate(LETTERS) != before[0]
        seek(page, at_s)
        assert page.evaluate(WHOLE) == before
    # And so does playing to a moment at which it is then stopped.
    seek(page, 500.0)
    page.click("#play")
    page.wait_for_timeout(250)
    page.click("#play")
    played, at_s = page.evaluate(WHOLE), float(page.input_value("#moment"))
    seek(page, 0.0)
    seek(page, at_s)
    assert page.evaluate(WHOLE)[1:] == played[1:]


def test_by_keyboard_alone(tab: Opened) -> None:
    page = tab.page
    page.keyboard.press("ArrowRight")
    assert clock(page).startswith("23:50:09")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert clock(page).startswith("23:50:09")
    assert "everyday letters everyday begin" in page.inner_text("#said")
    page.keyboard.press("w")
    page.keyboard.press("l")
    assert page.get_attribute("html", "lang") == "ja"
    assert page.text_content("#town .column >> nth=0") == "送信側サーバー"
    page.keyboard.press("-")
    assert page.input_value("#speed") == "0"
    page.keyboard.press(" ")
    until(lambda: page.inner_text("#play") == "一時停止")
    page.keyboard.press(" ")
    # Every control and every place can be reached with the tab key, and is seen to have the focus.
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(() => { const one = document.activeElement, ring = one.querySelector('.ring');"
                " return [one.id || one.dataset.spot || one.dataset.lang || one.dataset.words || one.tagName,"
                " getComputedStyle(one).outlineWidth, ring && getComputedStyle(ring).stroke]; })()"
            )
        )
    names = {name for name, _, _ in reached}
    spots = [spot["id"] for spot in town().replay().data["map"]["spots"]]
    assert {
        "play",
        "next",
        "back",
        "to-start",
        "speed",
        "moment",
        "follow",
        "follow-id",
        "mail",
        "post",
    } <= names
    assert {str(place) for place in range(len(spots))} <= names
    assert all(width == "4px" or ring == "rgb(213, 94, 0)" for name, width, ring in reached if name != "BODY")


@pytest.mark.long
def test_a_place_tells_its_queue_and_its_last_answers(tab: Opened) -> None:
    page = tab.page
    seek(page, 300.0)
    place = page.locator("[aria-label='Destination post offices: office.mx']")
    place.focus()
    page.keyboard.press("Enter")
    assert place.get_attribute("aria-pressed") == "true"
    assert page.inner_text("#panel-name") == "office.mx"
    assert "first visit, please come again\n22" in page.inner_text("#panel-now")
    lines = page.locator("#panel-lines li").all_inner_texts()
    assert len(lines) == 6
    assert all(
        re.match(r"23:51:0\d\.\d{3} notice/\d+: first visit, please come again \(450 4.2.0\)$", one)
        for one in lines
    )
    page.keyboard.press("w")
    assert ": greylisted (450 4.2.0)" in page.inner_text("#panel-lines")
    page.keyboard.press("Escape")
    assert not page.is_visible("#panel")


@pytest.mark.long
def test_a_letter_is_followed(tab: Opened) -> None:
    page = tab.page
    page.fill("#follow-id", "notice/61")
    page.keyboard.press("Enter")
    assert page.inner_text("#follow-unknown") == "notice/61 is not among the letters shown."
    page.fill("#follow-id", "notice/7")
    page.keyboard.press("Enter")
    assert page.inner_text("#follow-unknown") == ""
    seek(page, 3599.0)
    told = page.inner_text("#panel-lines")
    stops = town().tables["attempts"]
    own = stops[stops["letter"] == "notice/7"]
    assert "dropped into the post box" in told
    assert told.count("try ") >= len(own)
    assert page.inner_text("#panel-name") == "letter notice/7"
    page.click("[data-lang=ja]")
    assert "郵便ポストに入る" in page.inner_text("#panel-lines")


def test_words_and_language_switch_while_it_plays(tab: Opened) -> None:
    page = tab.page
    page.click("#play")
    for words, lang, heading in (
        ("mail", "en", "Senders"),
        ("mail", "ja", "送信側サーバー"),
        ("post", "ja", "差出局"),
    ):
        page.click(f"[data-words={words}]")
        page.click(f"[data-lang={lang}]")
        assert page.text_content("#town .column >> nth=0") == heading
        assert page.locator(f"[data-words={words}]").get_attribute("aria-pressed") == "true"
    assert page.inner_text("#play") == "一時停止"
    assert page.title() == "小さな町"
    assert "{" not in page.inner_text("body")


@pytest.mark.long
def test_events_are_a_list_that_leads_to_their_moments(tab: Opened) -> None:
    page = tab.page
    lines = page.locator("#events button")
    assert lines.count() == len(town().replay().data["events"])
    lines.filter(has_text="Weather: island").click()
    assert clock(page).startswith("23:50:50")
    assert page.locator("#events [aria-current=step]").count() == 1
    assert page.inner_text("#weather") == "Weather: island, nobody at the counter"
    assert page.locator("#town .cloud").count() == 1


@pytest.mark.long
def test_nothing_moves_by_itself_where_that_is_not_wanted(started: Any, file: Path) -> None:
    page = opened(started, file, reduced_motion="reduce").page
    page.clock.install()
    page.reload()
    page.click("#play")
    page.clock.run_for(1500)
    assert clock(page) == "23:50:00"
    page.clock.run_for(1500)
    assert clock(page).startswith("23:50:09")
    page.context.close()


@pytest.mark.parametrize("lang", ["en", pytest.param("ja", marks=pytest.mark.long)])
def test_the_rules_of_accessibility_are_kept(tab: Opened, lang: str) -> None:
    if (found := find_spec("axe_playwright_python")) is None or found.origin is None:
        pytest.skip("axe-playwright-python is not installed")
    page = tab.page
    page.click(f"[data-lang={lang}]")
    seek(page, 300.0)
    page.locator(".spot").first.press("Enter")
    page.evaluate((Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8"))
    broken = page.evaluate("axe.run()")["violations"]

    assert [(one["id"], [node["html"][:90] for node in one["nodes"]]) for one in broken] == []


@pytest.mark.long
def test_it_fits_a_projector_without_scrolling_sideways(tab: Opened) -> None:
    assert tab.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.long
def test_it_stays_smooth_on_a_slow_laptop(started: Any, tmp_path: Path) -> None:
    """A page as full as pages get, in its fullest moment, on a processor that is slowed down four times.

    What counts is the time that the page's own thread works for a picture: others may be busy on this machine too.
    """
    scenario = api.load(Path(__file__).parents[2] / "scenarios" / "closure_mail.yaml")
    tab = opened(started, api.run(scenario).replay().save(tmp_path / "page.html"))
    client = tab.page.context.new_cdp_session(tab.page)
    client.send("Performance.enable", {"timeDomain": "threadTicks"})
    client.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    seek(tab.page, 299.0)
    before = client.send("Performance.getMetrics")["metrics"]
    tab.page.evaluate(
        """() => new Promise((done) => {
          document.getElementById('play').click();
          let pictures = 0;
          const look = () => (++pictures < 120 ? requestAnimationFrame(look) : done());
          requestAnimationFrame(look);
        })"""
    )
    after = client.send("Performance.getMetrics")["metrics"]
    worked_s = {one["name"]: one["value"] - other["value"] for one, other in zip(after, before, strict=True)}
    assert worked_s["ScriptDuration"] / 120 < 0.02
    assert worked_s["TaskDuration"] / 120 < 1 / 25
