"""The numbers behind the map: which places there are, how much went through each, how full it was, how it fared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import networkx as nx

from sim.analogy.labels import label
from sim.results.movements import movements_of_tables
from sim.scenario.schema import Scenario
from sim.viz.amounts import count_words, duration_words, share_words
from sim.viz.loads import processes_in_use
from sim.viz.map_traffic import Traffic, join_places, traffic_of
from sim.viz.rates import Tables
from sim.viz.trouble import KINDS
from sim.vocabulary.kinds import READER_NAMES
from sim.vocabulary.replies import REPLIES

COLUMNS: Final = ("senders", "resolvers", "hosts", "mailboxes", "readers")
OVERLOADS: Final = ("server_busy",)
SLOWS: Final = ("rate_limited", "too_many_connections", "greylisted")
WORTH_SAYING = 0.01
"""An answer that at least this share of the attempts got makes a state."""


@dataclass(frozen=True)
class Place:
    """A node of the map.

    Attributes:
        name: what stands below it.
        column: one of `COLUMNS`.
        load: letters, or queries; its size.
        fill: how full it was at the fullest, 0 to 1.
        state: ok, throttled, overloaded or down.
        words: what stands above it.
    """

    name: str
    column: str
    load: float
    fill: float
    state: str
    words: str


def map_graph(scenario: Scenario, tables: Tables, lang: str = "en") -> "nx.DiGraph[str]":
    """Give the way of a run's letters as a graph.

    Args:
        scenario: what was run.
        tables: the frames of the run.
        lang: the language of the words.

    Returns:
        Nodes named by their paths, each with its `place`; edges with `flow` in letters (or queries) and `asks`
        where they are questions.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    traffic = traffic_of(movements_of_tables(tables, scenario))
    for place, node in (
        *_senders(scenario, tables, traffic, lang),
        *_resolvers(scenario, tables, traffic, lang),
        *_hosts(scenario, tables, traffic, lang),
        *_mailboxes(scenario, tables, traffic, lang),
        *_readers(traffic, lang),
    ):
        graph.add_node(node, place=place)
    join_places(graph, scenario, traffic)
    return graph


def _senders(scenario: Scenario, tables: Tables, traffic: Traffic, lang: str) -> Iterator[tuple[Place, str]]:
    queues = tables["queues"].set_index("queue")["peak"]
    moments = tables["series"]["at_s"].drop_duplicates().sort_values().to_numpy(dtype="float64")
    for name, sender in scenario.senders.items():
        peak = float(queues.get(f"{name}.active", 0.0))
        limit = sender.postconf.qmgr_message_active_limit
        used = processes_in_use(tables, name, moments)
        busy = float(used.max()) / sender.postconf.default_process_limit if len(used) else 0.0
        trouble = _trouble(scenario, tables, (f"senders.{name}",), lang)
        state, words = "ok", label("map.waiting", lang, count=count_words(peak))
        if peak >= limit:
            state = "overloaded"
        if trouble:
            state, words = trouble
        yield (
            Place(
                name,
                "senders",
                float(traffic.sent.get(name, 0)),
                min(1.0, max(busy, peak / limit)),
                state,
                words,
            ),
            f"senders.{name}",
        )


def _resolvers(
    scenario: Scenario, tables: Tables, traffic: Traffic, lang: str
) -> Iterator[tuple[Place, str]]:
    for name in scenario.resolvers:
        askers = [sender for sender, one in scenario.senders.items() if one.resolver == name]
        count = float(sum(traffic.queries.get(sender, 0) for sender in askers))
        trouble = _trouble(scenario, tables, (f"resolvers.{name}",), lang)
        state, words = trouble or ("ok", label("map.asked", lang, count=count_words(count)))
        yield Place(name, "resolvers", count, 0.0, state, words), f"resolvers.{name}"


def _hosts(scenario: Scenario, tables: Tables, traffic: Traffic, lang: str) -> Iterator[tuple[Place, str]]:
    series = tables["series"]
    names = series["name"].astype("str")
    means = dict(series.groupby(names)["mean"].max().items())
    peaks = dict(series.groupby(names)["peak"].max().items())
    codes = {reply.name: reply.key for reply in REPLIES}
    for provider_name, provider in scenario.providers.items():
        for mx in provider.mx:
            name = f"{provider_name}.{mx.host}"
            own = traffic.answers.get(name, {})
            taken = float(traffic.taken(name))
            state, words = _host_state(own, codes, lang)
            trouble = _trouble(scenario, tables, (f"providers.{provider_name}", f"providers.{name}"), lang)
            state, words = trouble or (state, words)
            fills = [0.0]
            if provider.checking is not None:
                fills.append(float(means.get(f"{name}.checking", 0.0)) / provider.checking.workers)
            limit = provider.at(mx).connection_limit
            most = None if limit is None else (limit.per_client if limit.total is None else limit.total)
            served = provider.at(mx).server_processes
            at_once = (most, None if served is None else served.limit)
            fills.extend(
                float(peaks.get(f"{name}.connections", 0.0)) / number for number in at_once if number
            )
            yield Place(name, "hosts", taken, min(1.0, max(fills)), state, words), f"hosts.{name}"


def _host_state(answers: Mapping[str, int], codes: dict[str, str], lang: str) -> tuple[str, str]:
    """Judge a host by its answers: the state, and the words of it."""
    total = sum(answers.values())
    if not total:
        return "ok", label("map.unused", lang)
    for state, kinds in (("overloaded", OVERLOADS), ("throttled", SLOWS)):
        found = {kind: answers.get(kind, 0) for kind in kinds}
        worst = max(found, key=lambda kind: found[kind])
        if found[worst] >= max(1, WORTH_SAYING * total):
            return state, label("map.said", lang, code=codes[worst], count=count_words(found[worst]))
    return "ok", label("map.took", lang, count=count_words(float(answers.get("accepted", 0))))


def _mailboxes(
    scenario: Scenario, tables: Tables, traffic: Traffic, lang: str
) -> Iterator[tuple[Place, str]]:
    for name, submitted in traffic.submitted.items():
        there = traffic.arrived[name]
        share = there / submitted if submitted else 0.0
        words = label("map.arrived", lang, share=share_words(share, lang)) if submitted else ""
        words = words or label("map.unused", lang)
        trouble = _trouble(scenario, tables, (f"readers.{name}",), lang)
        state, words = trouble or ("ok", words)
        yield Place(name, "mailboxes", float(there), share, state, words), f"mailboxes.{name}"


def _readers(traffic: Traffic, lang: str) -> Iterator[tuple[Place, str]]:
    for name in READER_NAMES.values():
        got = sum(count for (_, reader), count in traffic.fetched.items() if reader == name)
        if not got:
            continue
        share = sum(count for (_, reader), count in traffic.opened.items() if reader == name) / got
        words = label("map.read", lang, share=share_words(share, lang))
        shown = label(f"reader.{name}", lang)
        yield Place(shown, "readers", float(got), share, "ok", words), f"readers.{name}"


def _trouble(
    scenario: Scenario, tables: Tables, places: tuple[str, ...], lang: str
) -> tuple[str, str] | None:
    """Tell whether a place was shut or slow by the timetable, and for how long."""
    incidents = tables["incidents"]
    own = incidents[incidents["where"].isin(places) & incidents["kind"].isin(KINDS)]
    if own.empty:
        return None
    run_s = scenario.duration_us / 1e6
    lasted = (own["to_s"].fillna(run_s) - own["from_s"]).groupby(own["kind"]).sum()
    kind = str(lasted.idxmax())
    words = label(
        "map.broken",
        lang,
        kind=label(f"outages.{kind}", lang),
        time=duration_words(float(lasted.max()), lang),
    )
    return ("throttled" if kind in ("slow", "losing") else "down"), words
