"""The picture of blame: bars whose parts and means can be read off."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from sim.results.tables import frames
from sim.viz.blame import EVERYWHERE, PART_LOOKS, WAITING_LOOKS, blame, mean_parts, plot_blame
from sim.viz.part_words import part_words
from sim.vocabulary.delay_parts import CAUSES, PARTS, UNFINISHED
from sim.vocabulary.replies import REPLIES
from tests.results.hand_made import record
from tests.viz.test_every_picture import seen


def test_bars_show_the_parts_and_the_mean_beside_them() -> None:
    tables = frames(record())
    axes = plot_blame(tables)
    by_row: dict[float, float] = {}
    for bar in axes.patches:
        middle = bar.get_y() + bar.get_height() / 2  # type: ignore[attr-defined]
        by_row[round(middle, 6)] = by_row.get(round(middle, 6), 0) + bar.get_width()  # type: ignore[attr-defined]

    # One letter to each of two took 11 s and 321 s from submission to the 250.
    assert by_row == {row: pytest.approx(1.0) for row in (0.0, 1.0, 2.0)}
    assert {"mean 11 s", "mean 5 min 21 s", "mean 2 min 46 s"} <= {text.get_text() for text in axes.texts}
    assert mean_parts(tables).sum(axis=1).to_dict() == {
        EVERYWHERE: pytest.approx((11 + 321) / 2),
        "office": pytest.approx(321),
        "carrier": pytest.approx(11),
    }
    names = [label.get_text().partition("\n")[0] for label in axes.get_yticklabels()]
    assert names == ["all letters", "office", "carrier"]


def test_where_all_went_to_one_destination_one_bar_is_enough() -> None:
    tables = frames(record())
    letters = tables["letters"]
    only = letters["provider"] == "office"
    means = mean_parts({**tables, "letters": letters[only], "blame": tables["blame"][only]})

    assert list(means.index) == ["office"]


def test_nothing_delivered_is_said() -> None:
    tables = {name: frame.iloc[:0] for name, frame in frames(record()).items()}

    assert "nothing was delivered" in {text.get_text() for text in plot_blame(tables).texts}


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_part_has_words_and_no_two_have_the_same(lang: str) -> None:
    parts = [*PARTS, UNFINISHED, *(f"waiting_{cause}" for cause in CAUSES)]
    words = [part_words(part, lang) for part in parts]

    assert len(set(words)) == len(words)


def test_every_answer_that_puts_a_letter_off_has_a_look_of_its_own() -> None:
    put_off = {reply.name for reply in REPLIES if reply.enhanced.startswith("4.")} | {"suspended", "crash"}

    assert set(WAITING_LOOKS) == put_off
    looks = [*PART_LOOKS.values(), *WAITING_LOOKS.values()]
    assert len(set(looks)) == len(looks)


@pytest.mark.parametrize("kind", ["deuteranopia", "protanopia"])
def test_colours_of_one_pattern_differ_for_colour_blind_eyes(kind: str) -> None:
    """Seen as Machado and others (2009) compute it; a difference of 10 in CIELAB is plain to see."""
    looks = {(colour, hatch) for colour, hatch in (*PART_LOOKS.values(), *WAITING_LOOKS.values())}
    alike = [
        (one, other)
        for one, other in itertools.combinations(sorted(looks), 2)
        if one[1] == other[1] and np.linalg.norm(seen(one[0], kind) - seen(other[0], kind)) < 10
    ]
    assert all(len(to_rgb(colour)) == 3 for colour, _ in looks)
    assert alike == []


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_picture_has_a_title(lang: str) -> None:
    made = record()
    title = blame(made.scenario, frames(made), lang).get_suptitle()

    assert (
        title
        == {
            "en": "Ten letters by hand: where the time went",
            "ja": "手で書いた10通：時間はどこでかかったか",
        }[lang]
    )
