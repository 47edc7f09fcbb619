"""Can every letter arrive? A scenario as a graph, and what cuts its ways.

The graph leads from each sender over a road and the hosts of a provider to its mailboxes. What is shut from a
stream's first letter to the end of the run is taken out; a stream whose mailboxes can then not be reached cannot
arrive at all. The same is said where rules alone decide it: letters larger than the sender takes, filters that stop
everything, greylisting that nobody lives to pass. `certain` findings are proofs; the others are warnings.

Left out: whether there is time for all letters of a stream (the run itself says that).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import networkx as nx

from sim import analogy
from sim.scenario.letters import Letters
from sim.scenario.provider import Provider
from sim.scenario.schema import Scenario
from sim.scenario.sender import Sender
from sim.scenario.volume import expected_letters
from sim.units import format_duration, format_rate, format_size

_S: Final = 1_000_000
_SHUTS: Final = ("down", "silent")


@dataclass(frozen=True)
class Finding:
    """Letters that cannot arrive, or may not."""

    code: str
    letters: str
    """The entry of `letters:`."""
    provider: str | None
    """The provider that is meant; None for all."""
    certain: bool
    """Not one letter of them can arrive; otherwise it is a warning."""
    fields: Mapping[str, Any] = field(default_factory=dict)

    def in_words(self, lang: str = "en") -> str:
        """Return the finding as a sentence."""
        place = f"letters.{self.letters}" + (f" → {self.provider}" if self.provider else "")
        return analogy.placed(place, analogy.sentence(self.code, self.fields, lang), lang)


def graph_of(scenario: Scenario) -> "nx.DiGraph[str]":
    """Return the ways of a scenario: senders, resolvers, roads, hosts and mailboxes, named by their paths."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for name, sender in scenario.senders.items():
        graph.add_node(f"senders.{name}", kind="sender")
        if sender.resolver is not None:
            graph.add_node(f"resolvers.{sender.resolver}", kind="resolver")
            graph.add_edge(f"senders.{name}", f"resolvers.{sender.resolver}", kind="asks")
    for name, provider in scenario.providers.items():
        graph.add_node(_mailboxes(name), kind="mailboxes")
        for host in provider.mx:
            graph.add_node(_host(name, host.host), kind="host", preference=host.preference)
            graph.add_edge(_host(name, host.host), _mailboxes(name), kind="delivers")
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


def unreachable(scenario: Scenario) -> list[Finding]:
    """Return which letters cannot arrive, or may not, and why."""
    graph = graph_of(scenario)
    return [
        finding
        for name, letters in scenario.letters.items()
        for finding in (*_of_stream(scenario, name, letters), *_of_ways(scenario, graph, name, letters))
    ]


def first_submission_us(letters: Letters) -> int:
    """Return when a stream's first letter comes, at the earliest."""
    return letters.times_us[0] if letters.times_us is not None else letters.at_us


def handed_in(scenario: Scenario, name: str) -> int | None:
    """Return how many letters of a stream come before the end of the run; None for everyday mail in time."""
    letters = scenario.letters[name]
    if first_submission_us(letters) >= scenario.duration_us:
        return 0
    if letters.number is None:
        return None
    return letters.number - _submitted_too_late(letters, scenario.duration_us)


def _host(provider: str, host: str) -> str:
    return f"providers.{provider}.{host}"


def _mailboxes(provider: str) -> str:
    return f"mailboxes.{provider}"


def _of_stream(scenario: Scenario, name: str, letters: Letters) -> Iterator[Finding]:
    """Yield what holds for all letters of a stream, wherever they go."""
    end_us, first_us = scenario.duration_us, first_submission_us(letters)
    sender = scenario.senders[letters.sender]
    if first_us >= end_us:
        times = {"found": format_duration(first_us), "expected": format_duration(end_us)}
        yield Finding("reach_after_the_end", name, None, True, times)
        return
    late = _submitted_too_late(letters, end_us)
    if late:
        fields = {"count": f"{late:,}", "expected": format_duration(end_us)}
        yield Finding("reach_some_after_the_end", name, None, False, fields)
    limit = sender.postconf.message_size_limit
    if limit and letters.size.median_bytes > limit and letters.size.p90_bytes is None:
        fields = {"found": format_size(letters.size.median_bytes), "expected": format_size(limit)}
        yield Finding("reach_too_big", name, None, True, fields)
    elif limit and letters.size.p90_bytes is not None and letters.size.p90_bytes > limit:
        fields = {"found": format_size(letters.size.p90_bytes), "expected": format_size(limit)}
        yield Finding("reach_many_too_big", name, None, False, fields)
    if sender.outbound_port_25 == "blocked":
        yield Finding("reach_port_25_blocked", name, None, True, {"sender": letters.sender})
    if letters.unknown_users_ratio == 1:
        yield Finding("reach_all_unknown", name, None, True)


def _submitted_too_late(letters: Letters, end_us: int) -> int:
    """Return how many letters of a campaign or a list would come after the end."""
    if letters.times_us is not None:
        return sum(1 for time in letters.times_us if time >= end_us)
    count = letters.count or 0
    if letters.over_us is not None:
        in_time = -(-(end_us - letters.at_us) * count // letters.over_us)
    elif letters.pace_per_s is not None:
        in_time = int((end_us - letters.at_us) / _S * letters.pace_per_s) + 1
    else:
        in_time = count
    return max(0, count - in_time)


def _of_ways(scenario: Scenario, graph: "nx.DiGraph[str]", name: str, letters: Letters) -> Iterator[Finding]:
    """Yield what stands in the way to each provider."""
    end_us, first_us = scenario.duration_us, first_submission_us(letters)
    if first_us >= end_us:
        return
    sender = scenario.senders[letters.sender]
    for provider_name, share in letters.to.items():
        if share == 0:
            continue
        provider = scenario.providers[provider_name]
        shut = _shut(scenario, letters.sender, provider_name, first_us)
        open_ways = graph.subgraph([node for node in graph if node not in shut])
        start, goal = f"senders.{letters.sender}", _mailboxes(provider_name)
        if start in shut or not nx.has_path(open_ways, start, goal):
            fields = {"found": ", ".join(sorted(shut)), "since": format_duration(first_us)}
            yield Finding("reach_no_way_open", name, provider_name, True, fields)
        yield from _resolver_silent(scenario, sender, name, provider_name, first_us)
        yield from _rules(provider, sender, name, provider_name, end_us - first_us, letters)
        yield from _rate(scenario, provider, name, provider_name, share)
        shortest_us = _shortest_us(scenario, letters.sender, provider_name)
        if shortest_us >= end_us - first_us:
            fields = {"found": format_duration(end_us - first_us), "expected": format_duration(shortest_us)}
            yield Finding("reach_no_time", name, provider_name, True, fields)


def _shut(scenario: Scenario, sender: str, provider: str, first_us: int) -> set[str]:
    """Return the nodes through which no letter can pass between `first_us` and the end.

    Nothing sets out while the sender is down or silent, so the ways count from the end of such a time on. A host
    counts as shut if from then on, at every moment, the host or the road to it is down or silent.
    """
    end_us, road = scenario.duration_us, road_of(scenario, sender, provider)
    out_us = _covered_until(_intervals(scenario, f"senders.{sender}"), first_us)
    of_road = _intervals(scenario, road)
    shut: set[str] = set()
    if out_us >= end_us:
        shut.add(f"senders.{sender}")
    if _covered_until(of_road, out_us) >= end_us > out_us:
        shut.add(road)
    tried = _tried_hosts(scenario.senders[sender], scenario.providers[provider])
    for host in scenario.providers[provider].mx:
        place = _host(provider, host.host)
        own = _intervals(scenario, place) + _intervals(scenario, f"providers.{provider}")
        if host.host not in tried or _covered_until(own + of_road, out_us) >= end_us > out_us:
            shut.add(place)
    return shut


def _tried_hosts(sender: Sender, provider: Provider) -> set[str]:
    """Return the hosts that an attempt may get to: those behind too many better ones are never tried."""
    most = sender.postconf.smtp_mx_address_limit
    return {
        host.host
        for host in provider.mx
        if sum(1 for other in provider.mx if other.preference < host.preference) < most
    }


def _intervals(scenario: Scenario, place: str) -> list[tuple[int, int]]:
    return [
        (fault.at_us, fault.until_us)
        for fault in scenario.faults
        if fault.where == place and fault.what in _SHUTS
    ]


def _covered_until(intervals: list[tuple[int, int]], from_us: int) -> int:
    """Return the first moment at or after `from_us` that lies in none of the intervals."""
    reached = from_us
    for begin, end in sorted(intervals):
        if begin > reached:
            break
        reached = max(reached, end)
    return reached


def _resolver_silent(
    scenario: Scenario, sender: Sender, name: str, provider: str, first_us: int
) -> Iterator[Finding]:
    """Yield a resolver that is shut to the end; answers that it gave before may still be in its cache."""
    if sender.resolver is None:
        return
    place = f"resolvers.{sender.resolver}"
    if _covered_until(_intervals(scenario, place), first_us) < scenario.duration_us:
        return
    asked_before = any(
        scenario.senders[other.sender].resolver == sender.resolver
        and provider in other.to
        and _covered_until(_intervals(scenario, place), first_submission_us(other)) < scenario.duration_us
        for other in scenario.letters.values()
    )
    certain = not (asked_before and scenario.resolvers[sender.resolver].cache)
    code = "reach_no_resolver" if certain else "reach_resolver_from_cache"
    yield Finding(code, name, provider, certain, {"found": place, "since": format_duration(first_us)})


def _rules(
    provider: Provider, sender: Sender, name: str, provider_name: str, left_us: int, letters: Letters
) -> Iterator[Finding]:
    """Yield the provider's rules that let nothing through."""
    if provider.user_filter_ratio == 1:
        yield Finding("reach_all_filtered", name, provider_name, True)
    elif letters.unknown_users_ratio < 1 and provider.user_filter_ratio + letters.unknown_users_ratio > 0.5:
        yield Finding("reach_many_filtered", name, provider_name, False)
    if provider.greylisting is None:
        return
    delay_us = provider.greylisting.delay_us
    if delay_us >= left_us:
        fields = {"found": format_duration(delay_us), "expected": format_duration(left_us)}
        yield Finding("reach_greylisted_to_the_end", name, provider_name, True, fields)
        return
    if letters.arrival == "everyday":
        return  # another letter to the same mailbox may have opened the door
    # a letter is retried after its shortest backoff; Postfix's whole seconds make that up to two seconds less
    retry_us = (sender.postconf.minimal_backoff_time - 2) * _S
    if sender.postconf.maximal_queue_lifetime == 0 or retry_us >= left_us:
        yield Finding(
            "reach_no_second_attempt", name, provider_name, True, {"found": format_duration(delay_us)}
        )
    elif retry_us > provider.greylisting.retry_window_us:
        window = format_duration(provider.greylisting.retry_window_us)
        fields = {"found": format_duration(retry_us + 2 * _S), "expected": window}
        yield Finding("reach_retried_too_late", name, provider_name, True, fields)


def _rate(
    scenario: Scenario, provider: Provider, name: str, provider_name: str, share: float
) -> Iterator[Finding]:
    """Yield a warning where a provider's rate limit is too low for a stream, even if it were alone."""
    limit = provider.rate_limit
    if limit is None:
        return
    letters = scenario.letters[name]
    seconds = (scenario.duration_us - first_submission_us(letters)) / _S
    wanted = expected_letters(scenario, name) * share
    most = limit.burst + limit.rate_per_s * seconds
    if letters.arrival != "everyday" and wanted > most:
        fields = {
            "found": format_rate(limit.rate_per_s),
            "count": f"{most:,.0f}",
            "expected": f"{wanted:,.0f}",
        }
        yield Finding("reach_rate_too_low", name, provider_name, False, fields)


def _shortest_us(scenario: Scenario, sender: str, provider: str) -> int:
    """Return a time that no letter can beat: five half round trips on a connection that is open already."""
    road = road_of(scenario, sender, provider)
    named = scenario.roads.get(road.removeprefix("roads.")) if road.startswith("roads.") else None
    round_trip_us = named.round_trip_us if named is not None else scenario.default_road.round_trip_us
    return round_trip_us // 2 * 5
