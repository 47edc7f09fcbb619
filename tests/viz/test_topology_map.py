import itertools

import networkx as nx
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from sim.results.tables import frames
from sim.viz.map_layout import MOST, layout
from sim.viz.map_numbers import COLUMNS, Place, map_graph
from sim.viz.topology_map import draw_map, line_width, shortened, topology_map
from tests.results.hand_made import record

LONGEST = "a_provider_with_a_very_long_name.mx_of_the_north_east"


def town(places: int, lang: str = "en") -> "nx.DiGraph[str]":
    """Give a map with so many places in each column, all of them joined, with long names and words."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    states = itertools.cycle(("ok", "throttled", "overloaded", "down"))
    words = "450 4.7.1：1,234,567回" if lang == "ja" else "1,234,567 × 450 4.7.1"
    for column in COLUMNS:
        for number in range(places):
            name = LONGEST if number == 0 else f"{column}_{number}"
            place = Place(name, column, 1000.0 / (number + 1), 0.5, next(states), words)
            graph.add_node(f"{column}.{number}", place=place)
    for left, right in itertools.pairwise(COLUMNS):
        for one, other in itertools.product(range(places), repeat=2):
            graph.add_edge(f"{left}.{one}", f"{right}.{other}", flow=float(one * other), asks=False)
    return graph


def texts_of(figure: Figure) -> list[tuple[str, Bbox]]:
    figure.draw_without_rendering()
    legend = figure.axes[0].get_legend()
    found: list[Text] = [*figure.axes[0].texts, *(legend.get_texts() if legend else ())]
    return [(text.get_text(), text.get_window_extent()) for text in found]


def overlapping(texts: list[tuple[str, Bbox]]) -> list[tuple[str, str]]:
    return [
        (one, other)
        for (one, box), (other, other_box) in itertools.combinations(texts, 2)
        if box.overlaps(other_box)
    ]


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("places", [1, 2, 3, 5, 8, 50])
def test_labels_never_overlap_and_are_never_cut(places: int, lang: str) -> None:
    texts = texts_of(draw_map(town(places, lang), "A title", lang))

    assert overlapping(texts) == []
    assert [words for words, box in texts if box.x0 < 0 or box.y0 < 0 or box.x1 > 1280 or box.y1 > 720] == []


@pytest.mark.parametrize("places", [1, 4, 8, 50])
def test_no_place_stands_on_another_or_on_its_label(places: int) -> None:
    graph = town(places)
    figure, spots = draw_map(graph, ""), layout(graph).spots.values()
    circles = [
        Bbox([[s.x - s.radius, 720 - s.y - s.radius], [s.x + s.radius, 720 - s.y + s.radius]]) for s in spots
    ]

    assert not any(one.overlaps(other) for one, other in itertools.combinations(circles, 2))
    assert [
        words for words, box in texts_of(figure) for circle in circles if words and circle.overlaps(box)
    ] == []


def test_of_fifty_places_eight_are_shown_and_the_others_counted() -> None:
    figure = draw_map(town(50), "")
    words = [text.get_text() for text in figure.axes[0].texts]

    assert words.count("and 42 more") == len(COLUMNS)
    assert len(layout(town(50)).spots) == MOST * len(COLUMNS)
    assert "senders.7" in layout(town(50)).spots
    assert "senders.8" not in layout(town(50)).spots


def test_the_map_tells_each_places_load_fill_and_state() -> None:
    made = record()
    graph = map_graph(made.scenario, frames(made))
    places = {node: data["place"] for node, data in graph.nodes(data=True)}

    assert (places["senders.school"].load, places["senders.school"].words) == (9, "4 waiting at most")
    assert (places["hosts.office.mx1"].state, places["hosts.office.mx1"].words) == ("down", "down: 5 min")
    assert places["hosts.carrier.mx"].state == "throttled"
    assert (places["mailboxes.carrier"].fill, places["mailboxes.carrier"].words) == (0.5, "50 % arrived")
    assert (places["readers.app"].load, places["readers.app"].fill) == (1, 1.0)
    assert (places["readers.imap"].load, places["readers.imap"].words) == (1, "0 % read")


def test_lines_carry_the_letters_that_took_them() -> None:
    made = record()
    graph = map_graph(made.scenario, frames(made))
    flows = {(one, other): data["flow"] for one, other, data in graph.edges(data=True)}

    assert flows["senders.school", "hosts.office.mx1"] == 1
    assert flows["senders.school", "hosts.office.mx2"] == 0
    assert flows["hosts.carrier.mx", "mailboxes.carrier"] == 1
    assert flows["mailboxes.carrier", "readers.app"] == 1


def test_a_greylisting_host_is_throttled_in_words_too() -> None:
    made = record()
    quiet = {**frames(made), "incidents": frames(made)["incidents"].iloc[:0]}
    place = map_graph(made.scenario, quiet).nodes["hosts.office.mx1"]["place"]

    assert (place.state, place.words) == ("throttled", "1 × 450 4.2.0")


def test_bigger_loads_are_bigger_and_wider() -> None:
    spots = layout(town(3)).spots

    assert spots["senders.0"].radius > spots["senders.1"].radius > spots["senders.2"].radius
    assert line_width(10, 10) > line_width(5, 10) > line_width(0, 10) > 0


def test_a_long_name_keeps_its_two_ends() -> None:
    assert shortened("mx1", 200) == "mx1"
    assert shortened(LONGEST, 200).startswith("a_provider")
    assert shortened(LONGEST, 200).endswith("east")


def test_an_empty_run_has_a_map() -> None:
    made = record()
    tables = {name: frame.iloc[:0] for name, frame in frames(made).items()}

    assert overlapping(texts_of(topology_map(made.scenario, tables))) == []
