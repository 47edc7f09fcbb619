"""Everything on one time axis: what was delivered, how late, what waited, what was full, what was broken."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from sim.analogy.labels import label
from sim.scenario.schema import Scenario
from sim.viz.delay_numbers import own_letters
from sim.viz.delay_percentiles import plot_delay_line
from sim.viz.loads import plot_utilisation
from sim.viz.outages import plot_outages
from sim.viz.overview import finish_clock, shown_until_s, title_of
from sim.viz.queues import plot_queues
from sim.viz.rates import Tables, plot_deliveries, plot_refusals
from sim.viz.style import INK, SMALLEST_PT, new_figure, style
from sim.viz.trouble import draw_marks, marks

MOST_NAMED = 4
"""A legend of so many names is no higher than its panel."""
MOST_PLACES = 3


def dashboard(scenario: Scenario, tables: Tables, lang: str = "en") -> Figure:
    """Draw deliveries, refusals, delays, queues, utilisation and outages of a run, all on one time axis.

    Args:
        scenario: what was run; gives the title, the limits and the clock.
        tables: the frames of the run.
        lang: the language of the words.
    """
    end_s = shown_until_s(scenario, tables)
    with style(lang):
        figure = new_figure(ConstrainedLayoutEngine(h_pad=0.02, hspace=0.0))
        panels = figure.subplots(6, 1, sharex=True, height_ratios=(1, 1, 1, 1, 1, 0.8))
        plot_deliveries(tables, end_s, ax=panels[0], lang=lang)
        plot_refusals(tables, end_s, ax=panels[1], lang=lang)
        plot_delay_line(own_letters(tables), end_s, ax=panels[2], lang=lang)
        plot_queues(tables, ax=panels[3], lang=lang)
        plot_utilisation(scenario, tables, ax=panels[4], lang=lang, most=MOST_NAMED - 1)
        plot_outages(scenario, tables, end_s, ax=panels[5], lang=lang, most=MOST_PLACES)
        listed = marks(scenario, tables, end_s, lang)
        for panel in panels[:5]:
            draw_marks(panel, listed)
        for panel in panels:
            _compact(panel, lang)
        finish_clock(panels[-1], scenario, end_s, lang)
        words = label(
            "picture.title", lang, title=title_of(scenario, lang), what=label("picture.dashboard", lang)
        )
        figure.suptitle(words, fontsize=15, color=INK)
    return figure


def _compact(panel: Axes, lang: str) -> None:
    """Spare room: the unit stands in the title, and a long legend says how many more there are."""
    unit = panel.get_ylabel()
    title = panel.get_title(loc="left")
    panel.set_title(
        label("picture.with_unit", lang, title=title, unit=unit) if unit and unit not in title else title,
        loc="left",
        fontsize=SMALLEST_PT,
        pad=2,
    )
    panel.set_ylabel("")
    if _is_linear(panel):
        panel.locator_params(axis="y", nbins=3)
    shown = panel.get_legend()
    if shown is None:
        return
    handles, names = list(shown.legend_handles), [text.get_text() for text in shown.get_texts()]
    left_out = len(names) - MOST_NAMED
    if left_out > 0:
        handles = [*handles[: MOST_NAMED - 1], Line2D([], [], linestyle="")]
        names = [*names[: MOST_NAMED - 1], label("picture.and_more", lang, count=left_out + 1)]
    panel.legend(
        [handle for handle in handles if handle is not None],
        names,
        loc="upper left",
        bbox_to_anchor=(1.0, 1.2),
        borderaxespad=0.2,
        handlelength=1.6,
        labelspacing=0.15,
        fontsize=SMALLEST_PT,
    )


def _is_linear(panel: Axes) -> bool:
    return panel.get_yscale() == "linear" and type(panel.yaxis.get_major_locator()).__name__ == "AutoLocator"
