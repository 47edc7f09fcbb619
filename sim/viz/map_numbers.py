"""The numbers behind the map: which places there are, how much went through each, how full it was, how it fared."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import networkx as nx
import pandas as pd

from sim.analogy.labels import label
from sim.scenario.schema import Scenario
from sim.viz.amounts import count_words, duration_words, share_words
from sim.viz.delay_numbers import own_letters
from sim.viz.loads import processes_in_use
from sim.viz.rates import Tables
from sim.viz.trouble import KINDS

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
    letters = own_letters(tables)
    attempts = tables["attempts"].merge(
        letters[["letter", "sender", "unknown_user"]], on="letter", how="inner"
    )
    for place, node in (
        *_senders(scenario, tables, letters, lang),
        *_resolvers(scenario, tables, attempts, lang),
        *_hosts(scenario, tables, attempts, lang),
        *_mailboxes(letters, lang),
        *_readers(tables, lang),
    ):
        graph.add_node(node, place=place)
    _join(graph, scenario, attempts, letters, tables)
    return graph


def _senders(
    scenario: Scenario, tables: Tables, letters: pd.DataFrame, lang: str
) -> Iterator[tuple[Place, str]]:
    queues = tables["queues"].set_index("queue")["peak"]
    moments = tables["series"]["at_s"].drop_duplicates().sort_values().to_numpy(dtype="float64")
    sent = letters["sender"].astype(str).value_counts()
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
            Place(name, "senders", float(sent.get(name, 0)), min(1.0, max(busy, peak / limit)), state, words),
            f"senders.{name}",
        )


def _resolvers(
    scenario: Scenario, tables: Tables, attempts: pd.DataFrame, lang: str
) -> Iterator[tuple[Place, str]]:
    asked = attempts.groupby(attempts["sender"].astype(str))["dns_queries"].sum()
    for name in scenario.resolvers:
        askers = [sender for sender, one in scenario.senders.items() if one.resolver == name]
        count = float(sum(asked.get(sender, 0) for sender in askers))
        trouble = _trouble(scenario, tables, (f"resolvers.{name}",), lang)
        state, words = trouble or ("ok", label("map.asked", lang, count=count_words(count)))
        yield Place(name, "resolvers", count, 0.0, state, words), f"resolvers.{name}"


def _hosts(
    scenario: Scenario, tables: Tables, attempts: pd.DataFrame, lang: str
) -> Iterator[tuple[Place, str]]:
    series = tables["series"]
    names = series["name"].astype("str")
    means = dict(series.groupby(names)["mean"].max().items())
    peaks = dict(series.groupby(names)["peak"].max().items())
    tried = attempts[attempts["connection"] != "suspended"]
    answers = Counter(zip(tried["host"].astype(str), tried["reply_name"].astype(str), strict=True))
    codes = dict(zip(tried["reply_name"].astype(str), tried["reply"].astype(str), strict=True))
    for provider_name, provider in scenario.providers.items():
        for mx in provider.mx:
            name = f"{provider_name}.{mx.host}"
            own = {reply: count for (host, reply), count in answers.items() if host == name}
            taken = float(own.get("accepted", 0))
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


def _mailboxes(letters: pd.DataFrame, lang: str) -> Iterator[tuple[Place, str]]:
    for name, own in letters.groupby("provider", observed=False):
        if name == "local":
            continue
        there = int(own["delivered_s"].notna().sum())
        share = there / len(own) if len(own) else 0.0
        words = label("map.arrived", lang, share=share_words(share, lang)) if len(own) else ""
        words = words or label("map.unused", lang)
        yield Place(str(name), "mailboxes", float(there), share, "ok", words), f"mailboxes.{name}"


def _readers(tables: Tables, lang: str) -> Iterator[tuple[Place, str]]:
    readings = tables["readings"].drop_duplicates(["letter", "reader"])
    for name, own in readings.groupby("reader", observed=True):
        share = float(own["opened_s"].notna().mean()) if len(own) else 0.0
        words = label("map.read", lang, share=share_words(share, lang))
        shown = label(f"reader.{name}", lang)
        yield Place(shown, "readers", float(len(own)), share, "ok", words), f"readers.{name}"


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


def _join(
    graph: "nx.DiGraph[str]",
    scenario: Scenario,
    attempts: pd.DataFrame,
    letters: pd.DataFrame,
    tables: Tables,
) -> None:
    """Add the ways between the places, each with how many letters took it."""
    named = attempts[attempts["host"].notna()]
    ways = zip(named["sender"].astype(str), named["host"].astype(str), strict=True)
    taken = (named["reply_name"] == "accepted").to_numpy()
    flows: Counter[tuple[str, str]] = Counter()
    for way, accepted in zip(ways, taken, strict=True):
        flows[way] += int(accepted)
    for (from_, host), flow in flows.items():
        if graph.has_node(f"hosts.{host}"):
            graph.add_edge(f"senders.{from_}", f"hosts.{host}", flow=float(flow), asks=False)
    for name, sender in scenario.senders.items():
        if sender.resolver is not None:
            graph.add_edge(f"senders.{name}", f"resolvers.{sender.resolver}", flow=0.0, asks=True)
    for node in [str(node) for node in graph.nodes]:
        if node.startswith("hosts."):
            provider = node.removeprefix("hosts.").partition(".")[0]
            taken_there = graph.nodes[node]["place"].load
            graph.add_edge(node, f"mailboxes.{provider}", flow=taken_there, asks=False)
    readings = tables["readings"].drop_duplicates(["letter", "reader"])
    read = readings.merge(letters[["letter", "provider"]], on="letter")
    pairs = zip(read["provider"].astype(str), read["reader"].astype(str), strict=True)
    for (provider, reader), count in sorted(Counter(pairs).items()):
        graph.add_edge(f"mailboxes.{provider}", f"readers.{reader}", flow=float(count), asks=False)
