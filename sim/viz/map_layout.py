"""Where each place of the map stands: columns in the order of a letter's way, few crossings, room for every label.

All lengths are points of a picture of 1280 x 720, counted from its upper left corner.
"""

from dataclasses import dataclass
from typing import Final

import networkx as nx

from sim.viz.map_numbers import COLUMNS, Place

WIDTH, HEIGHT = 1280.0, 720.0
SIDE, TOP, BOTTOM = 14.0, 96.0, 652.0
"""Margins: the columns stand between them."""
TEXT_HEIGHT = 16.0
SPACE = 14.0
"""Between the labels of neighbours."""
BIGGEST, SMALLEST = 38.0, 10.0
"""Radii."""
MOST: Final = 8
"""So many places have room in a column."""
ASIDE_SLOT = 104.0
"""Resolvers stand at the top of their column, out of the way of the letters, each in so much room at most."""
ROUNDS = 4


@dataclass(frozen=True)
class Spot:
    """Where a place stands, and how big it is."""

    place: Place
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Layout:
    """The whole map.

    Attributes:
        columns: the middle of each column that there is, from left to right.
        column_width: how wide one is.
        spots: each node that is shown.
        left_out: how many of a column are not.
        edges: the heights between the places of a column.
    """

    columns: dict[str, float]
    column_width: float
    spots: dict[str, Spot]
    left_out: dict[str, int]
    edges: dict[str, list[float]]


def layout(graph: "nx.DiGraph[str]") -> Layout:
    """Place the nodes of a map: the busiest of each column, in an order that crosses few lines."""
    by_column = {
        name: [n for n, d in graph.nodes(data=True) if d["place"].column == name] for name in COLUMNS
    }
    by_column = {name: nodes for name, nodes in by_column.items() if nodes}
    kept = {name: _busiest(graph, nodes) for name, nodes in by_column.items()}
    ordered = _untangled(graph, kept)
    pitch = (WIDTH - 2 * SIDE) / max(1, len(ordered))
    columns = {name: SIDE + pitch * (index + 0.5) for index, name in enumerate(ordered)}
    most_letters = max((graph.nodes[n]["place"].load for ns in ordered.values() for n in ns), default=0.0)
    spots: dict[str, Spot] = {}
    edges: dict[str, list[float]] = {}
    left_out = {name: len(by_column[name]) - len(nodes) for name, nodes in ordered.items()}
    for name, nodes in ordered.items():
        bottom = BOTTOM - (TEXT_HEIGHT + 4 if left_out[name] else 0)
        slot = (bottom - TOP) / len(nodes)
        if name == "resolvers":
            slot = min(slot, ASIDE_SLOT)
        room = min(BIGGEST, (slot - 2 * TEXT_HEIGHT - SPACE) / 2)
        edges[name] = [TOP + slot * index for index in range(1, len(nodes))]
        for index, node in enumerate(nodes):
            place = graph.nodes[node]["place"]
            spots[node] = Spot(
                place, columns[name], TOP + slot * (index + 0.5), _radius(place.load, most_letters, room)
            )
    width = min(pitch - 22.0, 216.0)
    return Layout(columns, width, spots, {name: count for name, count in left_out.items() if count}, edges)


def _radius(load: float, most: float, room: float) -> float:
    """Give a radius whose area grows with the load, as far as the room allows."""
    share = (load / most) ** 0.5 if most > 0 else 0.0
    smallest = min(SMALLEST, room)
    return smallest + (room - smallest) * share


def _busiest(graph: "nx.DiGraph[str]", nodes: list[str]) -> list[str]:
    """Keep as many nodes as have room, those with the most letters, in their order."""
    kept = set(sorted(nodes, key=lambda node: -graph.nodes[node]["place"].load)[:MOST])
    return [node for node in nodes if node in kept]


def _untangled(graph: "nx.DiGraph[str]", kept: dict[str, list[str]]) -> dict[str, list[str]]:
    """Order each column by where its neighbours stand, back and forth, so that few lines cross."""
    columns = {name: list(nodes) for name, nodes in kept.items()}
    names = list(columns)
    for turn in range(ROUNDS):
        for name in names if turn % 2 == 0 else reversed(names):
            heights = {
                node: (index + 0.5) / len(nodes)
                for nodes in columns.values()
                for index, node in enumerate(nodes)
            }

            def middle(node: str, heights: dict[str, float] = heights) -> float:
                near = [
                    heights[other]
                    for other in (*graph.predecessors(node), *graph.successors(node))
                    if other in heights
                ]
                return sum(near) / len(near) if near else heights[node]

            columns[name].sort(key=middle)
    return columns
