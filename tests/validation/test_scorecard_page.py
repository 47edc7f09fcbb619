import re
from html.parser import HTMLParser

import pytest

from sim.validation.recording_folder import PACKAGED, read_recording
from sim.validation.recording_misses import KNOWN_MISSES
from sim.validation.recording_rows import compare_all
from sim.validation.row import Row
from sim.validation.scorecard import Scorecard
from sim.validation.scorecard_drawing import Curve, Panel, round_ticks, svg, thinned
from sim.validation.scorecard_page import scorecard_page
from sim.validation.scorecard_words import note_words


@pytest.fixture(scope="module")
def card() -> Scorecard:
    rows, comparisons = compare_all([read_recording(PACKAGED / "rate_limited_polite")])
    others = [
        Row("theory", "wait <in> line, s", 1.5, 1.51, 0.01, 0.02, True, "an interval"),
        Row("published", "share deferred", 0.1, 0.4, 0.3, 0.02, False, "", "why it misses"),
        Row("case", "sockets", None, None, None, None, None, "not simulated"),
    ]
    return Scorecard([*rows, *others], comparisons)


class Tags(HTMLParser):
    """Counts tags and checks that each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in {"meta", "link"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_page_is_whole_and_asks_for_nothing(card: Scorecard, lang: str) -> None:
    page = scorecard_page(card, lang)
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert ("html", {"lang": lang}) in tags.seen
    assert not re.search(r"https?://|<script|@import|url\(", page)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_picture_says_in_words_what_it_shows(card: Scorecard, lang: str) -> None:
    page = scorecard_page(card, lang)
    pictures = re.findall(r'<svg [^>]*role="img"[^>]*aria-labelledby="(\S+) (\S+)"', page)
    assert len(pictures) == 4  # deliveries and three queues of one recording
    for title, description in pictures:
        assert re.search(rf'<title id="{title}">[^<]+</title><desc id="{description}">[^<]+</desc>', page)


def test_verdicts_stand_in_words_and_signs_as_well_as_in_colour(card: Scorecard) -> None:
    page = scorecard_page(card)
    assert '<td class="verdict miss"><span>✗ MISSED</span></td>' in page
    assert '<td class="verdict ok"><span>✓ within bound</span></td>' in page
    assert '<td class="verdict uncovered"><span>– not covered</span></td>' in page
    assert "<span>✗ 範囲外</span>" in scorecard_page(card, "ja")


def test_misses_stand_with_what_explains_them(card: Scorecard) -> None:
    page = scorecard_page(card)
    assert "why it misses" in page
    assert KNOWN_MISSES["rate_limited_polite"] in page
    assert "wait &lt;in&gt; line, s" in page


@pytest.mark.parametrize(("value", "shown"), [(29_400, "29,400"), (0.0123456, "0.01235"), (5850, "5,850")])
def test_numbers_are_written_as_people_write_them(value: float, shown: str) -> None:
    row = Row("case", "last burst", value, None, None, None, None)
    assert f'<td class="number">{shown}</td>' in scorecard_page(Scorecard([row], []))


def test_what_is_said_in_japanese_is_not_marked_as_english(card: Scorecard) -> None:
    page = scorecard_page(card, "ja")
    marked = re.findall(r'<span lang="en">([^<]*)</span>', page)
    # The rows that stand for other parts are made up here, and nobody has translated them.
    made_up = {"wait &lt;in&gt; line, s", "an interval", "share deferred", "why it misses", "sockets"}
    assert set(marked) == made_up | {"not simulated"}


def test_the_same_scorecard_makes_the_same_bytes(card: Scorecard) -> None:
    assert scorecard_page(card, "ja") == scorecard_page(card, "ja")


def test_a_note_that_nobody_translated_stays_as_it_is() -> None:
    assert note_words("nobody knows this; nor that", "ja") == "nobody knows this; nor that"


def test_ticks_are_round() -> None:
    assert round_ticks(130) == [0, 50, 100]
    assert round_ticks(4) == [0, 1, 2, 3, 4]


def test_thinning_keeps_the_first_and_the_last_corner() -> None:
    points = [(float(place), float(place)) for place in range(10_000)]
    kept = thinned(points)
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert len(kept) <= 242


def test_a_picture_stays_within_its_frame() -> None:
    curve = Curve("simulated", [(1.0, 50.0), (99.0, 100.0)])
    drawn = svg(Panel("p", "title", "says", "seconds", "%", 10.0, 100.0, [curve]))
    (corners,) = re.findall(r'<polyline class="simulated" points="([^"]*)"', drawn)
    assert all(52 <= float(corner.split(",")[0]) <= 448 for corner in corners.split())
