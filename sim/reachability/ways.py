"""The ways of a scenario as a graph, and the places in it through which no letter passes."""

from typing import Final

import networkx as nx

from sim.reachability.timetable import covered_until, first_submission_us, intervals
from sim.scenario.provider import Provider
from sim.scenario.schema import Scenario
from sim.scenario.sender import Sender
from sim.scenario.troubles import regular_spells

_SHUTS: Final = ("down", "crash", "silent")
_BARS: Final = (*_SHUTS, "hanging")
"""With these a host does nothing, neither on a new connection nor on one that is open."""
_GREETS: Final = ("greets_421", "greets_554")
"""With these, or `refusing`, a host lets nobody in, but goes on with who is in."""


def graph_of(scenario: Scenario) -> "nx.DiGraph[str]":
    """Return the ways of a scenario: senders, resolvers, roads, hosts and mailboxes, named by their paths."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for name, sender in scenario.senders.items():
        graph.add_node(f"senders.{name}", kind="sender")
        if sender.resolver is not None:
            graph.add_node(f"resolvers.{sender.resolver}", kind="resolver")
            graph.add_edge(f"senders.{name}", f"resolvers.{sender.resolver}", kind="asks")
    for name, provider in scenario.providers.items():
        graph.add_node(mailboxes(name), kind="mailboxes")
        for host in provider.mx:
            graph.add_node(_host(name, host.host), kind="host", preference=host.preference)
            graph.add_edge(_host(name, host.host), mailboxes(name), kind="delivers")
    for name, letters in scenario.letters.items():
        for provider_name, share in letters.to.items():
            road = road_of(scenario, letters.sender, provider_name)
            graph.add_node(road, kind="road")
            graph.add_edge(f"senders.{letters.sender}", road, kind="sends", letters=name, share=share)
            for host in scenario.providers[provider_name].mx:
                graph.add_edge(road, _host(provider_name, host.host), kind="leads")
    return graph


def road_of(scenario: Scenario, sender: str, provider: str) -> str:
    """Return the node of the road between two ends; a default road is one for each pair."""
    for name, road in scenario.roads.items():
        if road.sender == sender and road.provider == provider:
            return f"roads.{name}"
    return f"default_road.{sender}.{provider}"


def mailboxes(provider: str) -> str:
    """Return the node of a provider's mailboxes."""
    return f"mailboxes.{provider}"


def _host(provider: str, host: str) -> str:
    return f"providers.{provider}.{host}"


def shut_places(scenario: Scenario, sender: str, provider: str, first_us: int) -> dict[str, str]:
    """Return the nodes through which no letter passes between `first_us` and the end, and what is wrong there.

    Nothing sets out while the sender is down or silent, so the ways count from the end of such a time on. A host
    counts as shut if from then on, at every moment, the host or the road to it is.
    """
    end_us, road = scenario.duration_us, road_of(scenario, sender, provider)
    at_home = intervals(scenario, [f"senders.{sender}"], _SHUTS)
    out_us = covered_until(at_home, first_us)
    of_road = intervals(scenario, [road], _SHUTS)
    shut: dict[str, str] = {}
    if out_us >= end_us:
        shut[f"senders.{sender}"] = _kinds(scenario, f"senders.{sender}", first_us)
    if covered_until(of_road, out_us) >= end_us > out_us:
        shut[road] = _kinds(scenario, road, out_us)
    contact_us = covered_until(at_home, _first_contact_us(scenario, sender, provider))
    tried = _tried_hosts(scenario.senders[sender], scenario.providers[provider])
    for host in scenario.providers[provider].mx:
        place = _host(provider, host.host)
        names = (place, f"providers.{provider}")
        barred = covered_until(intervals(scenario, names, _BARS) + of_road, out_us) >= end_us > out_us
        if host.host not in tried or barred or _lets_nobody_in(scenario, names, road, contact_us):
            shut[place] = _kinds(scenario, place, out_us)
    return dict(sorted(shut.items()))


def _lets_nobody_in(scenario: Scenario, names: tuple[str, ...], road: str, contact_us: int) -> bool:
    """Tell whether a host takes no connection from the first moment on at which the sender could have opened one.

    Later would be too late: a connection from before may be used again and again. Who has connected while the host
    greets with a refusal, and is greeted when it refuses connections only, is let in, so the two do not add up.
    """
    end_us = scenario.duration_us
    of_road = intervals(scenario, [road], _SHUTS)
    refusing = intervals(scenario, names, ["refusing"])
    barred = intervals(scenario, names, _BARS) + of_road
    if covered_until(barred + refusing, contact_us) >= end_us > contact_us:
        return True
    greeting = intervals(scenario, names, _GREETS)
    mixed = any(to_us > contact_us for _, to_us in refusing)
    return not mixed and covered_until(barred + greeting, contact_us) >= end_us > contact_us


def _first_contact_us(scenario: Scenario, sender: str, provider: str) -> int:
    """Return the earliest moment at which a sender may have had a letter for a provider."""
    streams = [one for one in scenario.letters.values() if one.sender == sender and provider in one.to]
    return min(first_submission_us(one) for one in streams)


def _tried_hosts(sender: Sender, provider: Provider) -> set[str]:
    """Return the hosts that an attempt may get to: those behind too many better ones are never tried."""
    most = sender.postconf.smtp_mx_address_limit or len(provider.mx)
    if not sender.postconf.smtp_randomize_addresses:
        in_order = sorted(provider.mx, key=lambda host: host.preference)
        return {host.host for host in in_order[:most]}
    return {
        host.host
        for host in provider.mx
        if sum(1 for other in provider.mx if other.preference < host.preference) < most
    }


def _kinds(scenario: Scenario, place: str, from_us: int) -> str:
    """Return what is wrong at a place from a moment on, in the words of the timetable."""
    whole = ".".join(place.split(".")[:2])
    kinds = [
        fault.what
        for fault in scenario.faults
        if fault.where in (place, whole) and fault.what not in ("slow", "losing")
        if any(end_us > from_us for _, end_us in regular_spells(fault, scenario.duration_us))
    ]
    return ", ".join(dict.fromkeys(kinds))
