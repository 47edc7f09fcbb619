import io
from dataclasses import replace
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from sim.kernel.recorder import RunRecord
from sim.results.tables import frames
from sim.scenario.schema import Text
from sim.viz.fonts import japanese_font
from sim.viz.overview import overview, shown_until_s
from sim.viz.queues import plot_queues, queue_lengths
from sim.viz.rates import plot_deliveries, plot_refusals
from tests.results.hand_made import S, record


@pytest.fixture
def made() -> RunRecord:
    return record()


def png(made: RunRecord, lang: str = "en") -> bytes:
    buffer = io.BytesIO()
    overview(made.scenario, frames(made), lang).savefig(buffer, metadata={"Software": "mailsim"})
    return buffer.getvalue()


def words(axes: Axes) -> set[str]:
    legend = axes.get_legend()
    named = {text.get_text() for text in legend.get_texts()} if legend else set()
    return named | {text.get_text() for text in axes.texts}


def area(axes: Axes) -> float:
    """Give what all stairs of a panel together enclose."""
    total = 0.0
    for patch in axes.patches:
        values, edges, baseline = patch.get_data()  # type: ignore[attr-defined]
        total += float(((values - baseline) * np.diff(edges)).sum())
    return total


def test_the_picture_has_three_panels_on_one_time_axis_and_says_what_it_is(made: RunRecord) -> None:
    figure = overview(made.scenario, frames(made))
    queues, deliveries, refusals = figure.axes

    assert figure.get_suptitle() == "Ten letters by hand"
    assert {"incoming", "active", "deferred"} <= words(queues)
    assert {"carrier", "office"} <= words(deliveries)
    assert {"450 4.2.0 greylisted", "550 5.1.1 no such user"} <= words(refusals)
    assert {axes.get_xlim() for axes in figure.axes} == {(0.0, 1000.0)}
    assert [axes.get_ylabel() for axes in figure.axes] == ["letters", "letters/min", "refusals/min"]
    assert refusals.get_xlabel() == "time of day, 2026-09-01 (UTC)"


def test_trouble_and_deadline_are_marked_and_named(made: RunRecord) -> None:
    queues = overview(made.scenario, frames(made)).axes[0]

    assert {"office down", "carrier slow", "deadline"} <= words(queues)


def test_the_picture_has_the_size_of_a_projector(made: RunRecord) -> None:
    width, height = np.frombuffer(png(made)[16:24], dtype=">u4")

    assert (width, height) == (1280, 720)


def test_a_japanese_title_has_all_its_glyphs_in_either_language(made: RunRecord) -> None:
    title = Text(en="休校メール 100 $ $", ja="台風の朝の休校メール")
    titled = replace(made, scenario=made.scenario.model_copy(update={"title": title}))

    # A glyph that is missing is a warning, and warnings are errors here.
    assert png(titled, "en") != png(titled, "ja")
    assert japanese_font() is not None


def test_equal_runs_give_equal_pictures(made: RunRecord) -> None:
    assert png(made) == png(record())


def test_drawing_changes_no_settings_of_others(made: RunRecord) -> None:
    before = dict(mpl.rcParams)
    png(made, "ja")

    assert dict(mpl.rcParams) == before


def test_every_letter_delivered_and_every_refusal_is_in_the_picture(made: RunRecord) -> None:
    tables = frames(made)
    in_minutes = 1 / 60

    assert area(plot_deliveries(tables, 1000)) * in_minutes == pytest.approx(2)
    # 450 twice, 550 once, connection refused twice; the suspended attempt asked nobody.
    assert area(plot_refusals(tables, 1000)) * in_minutes == pytest.approx(5)


def test_queues_of_several_senders_are_added_up() -> None:
    series = pd.DataFrame(
        {
            "at_s": [1.0, 1.0, 2.0, 2.0, 2.0],
            "name": ["a.active", "b.active", "a.active", "b.active", "b.deferred"],
            "mean": [1.0, 2.0, 3.0, 4.0, 9.0],
        }
    )

    assert queue_lengths(series, "active").to_dict() == {1.0: 3.0, 2.0: 7.0}


def test_panels_can_be_drawn_alone(made: RunRecord) -> None:
    axes = plot_queues(frames(made))

    assert len(axes.lines) == 3


def test_a_quiet_end_is_not_shown_and_said(made: RunRecord) -> None:
    tables = frames(made)
    quiet: dict[str, Any] = {
        **tables,
        "incidents": tables["incidents"].iloc[:0],
        "series": tables["series"][tables["series"]["at_s"] <= 300],
        "attempts": tables["attempts"][tables["attempts"]["ended_s"] <= 322],
    }

    assert shown_until_s(made.scenario, quiet) == pytest.approx(322 * 1.1, rel=0.02)
    assert "the run goes on until 06:16:40" in overview(made.scenario, quiet).axes[2].get_xlabel()


def test_a_run_in_which_nothing_happens_can_be_drawn(made: RunRecord) -> None:
    tables = {name: frame.iloc[:0] for name, frame in frames(made).items()}
    figure = overview(made.scenario, tables)

    assert "nothing was delivered" in words(figure.axes[1])
    assert "nothing was refused" in words(figure.axes[2])


def test_many_providers_share_the_colours_that_there_are(made: RunRecord) -> None:
    letters = pd.DataFrame(
        {
            "kind": ["letter"] * 12,
            "provider": pd.Categorical([f"p{number}" for number in range(12)]),
            "delivered_s": np.arange(12.0),
        }
    )
    axes = plot_deliveries({**frames(made), "letters": letters}, 1000)

    assert len(axes.patches) == 7
    assert "others" in words(axes)
    assert area(axes) == pytest.approx(12)


def test_the_deadline_is_not_drawn_where_it_is_not_shown(made: RunRecord) -> None:
    late = made.scenario.model_copy(update={"deadline_us": 2000 * S})

    assert "deadline" not in words(overview(late, frames(made)).axes[0])
