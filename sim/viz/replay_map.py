"""The map of a replay: the places and roads of the picture, where they stand there, and what each incident strikes."""

from collections.abc import Iterator
from typing import Any

import networkx as nx

from sim.results.movements import Movements, hosts_of
from sim.scenario.schema import Scenario
from sim.viz.map_layout import BOTTOM, TOP, WIDTH, Layout, layout
from sim.viz.map_numbers import Place
from sim.viz.map_traffic import Traffic, join_places, traffic_of
from sim.viz.topology_map import line_width


def place_map(scenario: Scenario, moved: Movements) -> tuple["nx.DiGraph[str]", Layout]:
    """Give the places of a run and where they stand: as in the picture, since size and order come from loads alone."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    traffic = traffic_of(moved)
    for node, name, column, load in _places(scenario, traffic):
        graph.add_node(node, place=Place(name, column, load, 0.0, "ok", ""))
    join_places(graph, scenario, traffic)
    return graph, layout(graph)


def map_data(graph: "nx.DiGraph[str]", placed: Layout) -> dict[str, Any]:
    """Give the map as plain values: columns, spots and roads."""
    spots = list(placed.spots)
    edges = [
        (start, end, data)
        for start, end, data in graph.edges(data=True)
        if start in placed.spots and end in placed.spots
    ]
    most = max((data["flow"] for _, _, data in edges), default=0.0)
    return {
        "width": WIDTH,
        "top": TOP,
        "bottom": BOTTOM,
        "column_width": round(placed.column_width, 1),
        "columns": [[name, round(x, 1), placed.left_out.get(name, 0)] for name, x in placed.columns.items()],
        "spots": [
            {
                "id": node,
                "name": spot.place.name,
                "column": spot.place.column,
                "x": round(spot.x, 1),
                "y": round(spot.y, 1),
                "radius": round(spot.radius, 1),
            }
            for node, spot in placed.spots.items()
        ],
        "roads": [
            {
                "from": spots.index(start),
                "to": spots.index(end),
                "width": round(line_width(data["flow"], most), 1),
                "asks": data["asks"],
            }
            for start, end, data in edges
        ],
    }


def struck(kind: str, where: str, scenario: Scenario) -> tuple[list[str], list[tuple[str, str]]]:
    """Give the places and the roads, by sender and host, that an incident strikes."""
    section, _, name = where.partition(".")
    if kind == "suspended":
        sender, _, provider = where.partition(" > ")
        return [], [(sender, host) for host in _hosts(scenario, provider)]
    if section == "providers":
        return [f"hosts.{host}" for host in _hosts(scenario, name)], []
    if section == "roads":
        road = scenario.roads[name]
        return [], [(road.sender, host) for host in _hosts(scenario, road.provider)]
    if section == "name_servers":  # they have no place of their own: it is those who ask that notice
        return [f"resolvers.{resolver}" for resolver in scenario.resolvers], []
    if section == "readers":  # those who read there find the mailboxes shut
        return [f"mailboxes.{name}"], []
    return [where], []


def _hosts(scenario: Scenario, name: str) -> list[str]:
    return [host for host in hosts_of(scenario) if host == name or host.partition(".")[0] == name]


def _places(scenario: Scenario, traffic: Traffic) -> Iterator[tuple[str, str, str, float]]:
    """Give node, name, column and load of each place, in the order of the picture."""
    for name in scenario.senders:
        yield f"senders.{name}", name, "senders", float(traffic.sent.get(name, 0))
    for name in scenario.resolvers:
        asked = sum(
            traffic.queries.get(sender, 0) for sender, one in scenario.senders.items() if one.resolver == name
        )
        yield f"resolvers.{name}", name, "resolvers", float(asked)
    for host in hosts_of(scenario):
        yield f"hosts.{host}", host, "hosts", float(traffic.taken(host))
    for name, arrived in traffic.arrived.items():
        yield f"mailboxes.{name}", name, "mailboxes", float(arrived)
    readers: dict[str, int] = {}
    for (_, reader), count in traffic.fetched.items():
        readers[reader] = readers.get(reader, 0) + count
    for reader in ("pop3", "imap", "app"):
        if readers.get(reader):
            yield f"readers.{reader}", reader, "readers", float(readers[reader])
