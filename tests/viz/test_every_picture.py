"""Every picture of every shipped scenario: all glyphs there, nothing too small, colours that can be told apart."""

import itertools
import warnings
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from sim.analogy.labels import has_label
from sim.results.tables import frames
from sim.run_scenario import run_once
from sim.scenario.load import load
from sim.viz.gallery import PICTURES, caption, captions_page, pictures
from sim.viz.rates import Tables
from sim.viz.style import CYCLE, FAINT, INK, PATTERNS, SMALLEST_PT, STATE_COLOURS
from tests.results.hand_made import record

LONG = {
    "application_portal",
    "at_the_door_or_after_the_body",
    "blocklisted_at_noon",
    "circular_and_letters",
    "cloud_service",
    "cold_address",
    "complaints",
    "dns_silent",
    "evening_list",
    "failover_to_a_cold_address",
    "filter_five",
    "filter_four",
    "forwarded_mail",
    "long_outage",
    "misspelt_domains",
    "newsletter",
    "newsletter_in_front",
    "newsletter_in_front_two_queues",
    "newsletter_million",
    "on_premises",
    "one_server",
    "paced_and_refused",
    "provider_outage",
    "provider_outage_with_jitter",
    "reply_all_storm",
    "retry_herd",
    "rule_change",
    "slow_filter_copies",
    "stale_list",
    "warm_up",
}
"""Scenarios whose pictures have no mark and no line that others have not: they are drawn in the long run."""
SCENARIOS = [
    pytest.param(file, marks=pytest.mark.long if file.stem in LONG else (), id=file.stem)
    for file in sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
]
MOST_LETTERS = 300
WHITE = "#ffffff"


@pytest.mark.parametrize("file", SCENARIOS)
def test_every_picture_in_japanese_has_all_its_glyphs_and_its_parts_add_up(file: Path) -> None:
    scenario = load(file)
    counts = [
        f"letters.{name}.count={MOST_LETTERS}"
        for name, letters in scenario.letters.items()
        if letters.count is not None and letters.count > MOST_LETTERS
    ]
    small = load(file, ["watch=[]", *counts])
    tables = frames(run_once(small))
    there = tables["letters"].query("kind == 'letter' and delivered_s == delivered_s").set_index("letter")
    whole_us = ((there["delivered_s"] - there["submitted_s"]) * 1e6).round().astype("int64")
    parts = (tables["blame"].set_index("letter").loc[there.index].drop(columns="delay_s") * 1e6).round()
    assert parts.sum(axis=1).to_dict() == whole_us.to_dict()
    assert (parts >= 0).all(axis=None)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*Glyph.*missing.*")
        for picture in pictures(small, tables, "ja"):
            picture.figure.draw_without_rendering()
            texts = [text for text in picture.figure.findobj(Text) if text.get_text() and text.get_visible()]
            assert min(float(text.get_fontsize()) for text in texts) >= SMALLEST_PT, picture.file


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", PICTURES)
def test_a_run_in_which_nothing_happens_has_every_picture(name: str, lang: str) -> None:
    made = record()
    tables: Tables = {table: frame.iloc[:0] for table, frame in frames(made).items()}

    PICTURES[name](made.scenario, tables, lang).draw_without_rendering()
    assert caption(name, tables, lang)


def test_every_picture_has_a_title_and_a_caption_in_both_languages() -> None:
    keys = [f"{group}.{name}" for group in ("picture", "caption") for name in PICTURES]

    assert [key for key in keys for lang in ("en", "ja") if not has_label(key, lang)] == []


def test_captions_carry_the_figures_of_the_run() -> None:
    made = record()
    words = {name: caption(name, frames(made)) for name in PICTURES}

    assert "7 of 9 never arrived" in words["delays"]
    assert "held 5 letters" in words["loads"]
    # closure/4 was put off untried from 500 to 790 s, since the office was down.
    assert words["outages"].endswith(
        " Most delay followed from providers.office down: 1 letter, 4 min 50 s in all, closure/4 most."
    )
    page = captions_page(made.scenario, {"delays.png": words["delays"]}, "ja")
    assert page.startswith("# 手で書いた10通の図")
    assert "![届くまでの時間](delays.png)" in page


def test_drawing_changes_no_settings_of_others() -> None:
    made, before = record(), dict(mpl.rcParams)
    for picture in pictures(made.scenario, frames(made), "ja"):
        picture.figure.draw_without_rendering()

    assert dict(mpl.rcParams) == before


def linear(colour: str) -> np.ndarray:
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Give the contrast of WCAG 2.1, from 1 to 21."""
    lights = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def seen(colour: str, kind: str) -> np.ndarray:
    """Give the CIELAB colour that people without red or green cones see (Machado and others, 2009, severity 1)."""
    matrix = {
        "deuteranopia": [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
        "protanopia": [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
    }[kind]
    rgb = np.clip(np.array(matrix) @ linear(colour), 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ rgb / [0.9505, 1.0, 1.089]
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def test_text_stands_out_from_its_ground() -> None:
    assert contrast(INK, WHITE) > 7
    assert contrast(FAINT, WHITE) > 4.5
    assert min(contrast(STATE_COLOURS[state], WHITE) for state in STATE_COLOURS) > 2


@pytest.mark.parametrize("kind", ["deuteranopia", "protanopia"])
def test_states_differ_for_colour_blind_eyes(kind: str) -> None:
    distances = [
        float(np.linalg.norm(seen(one, kind) - seen(other, kind)))
        for one, other in itertools.combinations(STATE_COLOURS.values(), 2)
    ]

    # A difference of 10 in CIELAB is plain to see at a glance.
    assert min(distances) > 15


@pytest.mark.parametrize("kind", ["deuteranopia", "protanopia"])
def test_lines_differ_in_colour_or_in_pattern(kind: str) -> None:
    looks = list(zip(CYCLE, PATTERNS, strict=True))
    alike = [
        (one, other)
        for one, other in itertools.combinations(looks, 2)
        if one[1] == other[1] and float(np.linalg.norm(seen(one[0], kind) - seen(other[0], kind))) < 15
    ]

    assert alike == []
