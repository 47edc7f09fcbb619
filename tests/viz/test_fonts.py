import warnings

import pytest

from sim.kernel.recorder import RunRecord
from sim.results.tables import frames
from sim.scenario.schema import Text
from sim.viz.fonts import drawable, japanese_font
from sim.viz.gallery import captions_page, pictures
from tests.results.hand_made import record


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Café — 450 × $x$", "Café — 450 × $x$"),
        ("school \N{SCHOOL} closed", "school ? closed"),
        ("\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL} at home", "?? at home"),
        ("two\nlines\tand a bell\a", "two lines and a bell?"),
        ("\N{SCHOOL}\N{VARIATION SELECTOR-16}", "?"),
        ("", ""),
    ],
)
def test_what_no_font_can_draw_becomes_a_question_mark(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


@pytest.mark.skipif(japanese_font() is None, reason="there is no font with Japanese")
def test_japanese_stays_as_it_is() -> None:
    assert drawable("休校のお知らせ") == "休校のお知らせ"


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_no_picture_warns_of_a_title_that_no_font_has(lang: str) -> None:
    made: RunRecord = record()
    title = Text(en="Closed \N{SCHOOL}", ja="休校 \N{SCHOOL}")
    scenario = made.scenario.model_copy(update={"title": title})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for picture in pictures(scenario, frames(made), lang):
            picture.figure.canvas.draw()
    # Pages are no pictures: their readers have fonts of their own.
    assert "\N{SCHOOL}" in captions_page(scenario, {}, lang)
