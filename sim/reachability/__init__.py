"""Can every letter arrive? A scenario as a graph, and what cuts its ways.

The graph leads from each sender over a road and the hosts of a provider to its mailboxes. What is shut from a
stream's first letter to the end of the run is taken out; a stream whose mailboxes can then not be reached cannot
arrive at all. The same is said where DNS never gives an address, and where rules alone decide it: letters larger than
the sender takes, filters that stop everything, greylisting that nobody lives to pass. `certain` findings are proofs;
the others are warnings.

    finding     what is said of a stream, and its words
    timetable   when places are shut, and when letters set out
    ways        the graph, and what is shut in it
    directory   what DNS never tells
    rules       what senders and receivers refuse

Left out: whether there is time for all letters of a stream (the run itself says that).
"""

from collections.abc import Iterator

import networkx as nx

from sim.reachability.directory import no_address
from sim.reachability.finding import Finding
from sim.reachability.rules import of_provider, of_stream, too_far, too_many
from sim.reachability.timetable import first_submission_us, handed_in
from sim.reachability.ways import graph_of, mailboxes, road_of, shut_places
from sim.scenario.schema import Scenario
from sim.units import format_duration

__all__ = ["Finding", "first_submission_us", "graph_of", "handed_in", "road_of", "unreachable"]


def unreachable(scenario: Scenario) -> list[Finding]:
    """Return which letters cannot arrive, or may not, and why."""
    graph = graph_of(scenario)
    return [
        finding
        for name in scenario.letters
        for finding in (*of_stream(scenario, name), *_of_ways(scenario, graph, name))
    ]


def _of_ways(scenario: Scenario, graph: "nx.DiGraph[str]", name: str) -> Iterator[Finding]:
    """Yield what stands in the way to each provider."""
    letters = scenario.letters[name]
    first_us = first_submission_us(letters)
    if first_us >= scenario.duration_us:
        return
    for provider, share in letters.to.items():
        if share == 0:
            continue
        shut = shut_places(scenario, letters.sender, provider, first_us)
        open_ways = graph.subgraph([node for node in graph if node not in shut])
        start, goal = f"senders.{letters.sender}", mailboxes(provider)
        if start in shut or not nx.has_path(open_ways, start, goal):
            listed = ", ".join(f"{place} ({kinds})" if kinds else place for place, kinds in shut.items())
            fields = {"found": listed, "since": format_duration(first_us)}
            yield Finding("reach_no_way_open", name, provider, True, fields)
        yield from no_address(scenario, name, provider)
        yield from of_provider(scenario, name, provider)
        yield from too_many(scenario, name, provider)
        yield from too_far(scenario, name, provider)
