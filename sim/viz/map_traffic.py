"""How much went where: the counts behind the map, of all letters that somebody submitted."""

from collections.abc import Mapping
from dataclasses import dataclass

import networkx as nx
import numpy as np

from sim.results.columns import NEVER
from sim.results.movements import Movements, hosts_of
from sim.scenario.schema import Scenario
from sim.vocabulary.connections import SUSPENDED
from sim.vocabulary.kinds import READER_NAMES
from sim.vocabulary.replies import ACCEPTED, REPLIES


@dataclass(frozen=True)
class Traffic:
    """Counts of a run.

    Attributes:
        sent: letters by sender.
        queries: questions to DNS by sender.
        answers: by host, how many attempts ended with which reply, by its name.
        flows: letters that a host took, by sender and host; 0 where it was tried in vain.
        submitted: letters by provider.
        arrived: those of them that arrived.
        fetched: letters by provider and kind of reader.
        opened: those of them that were opened.
    """

    sent: Mapping[str, int]
    queries: Mapping[str, int]
    answers: Mapping[str, Mapping[str, int]]
    flows: Mapping[tuple[str, str], int]
    submitted: Mapping[str, int]
    arrived: Mapping[str, int]
    fetched: Mapping[tuple[str, str], int]
    opened: Mapping[tuple[str, str], int]

    def taken(self, host: str) -> int:
        """Give how many letters a host took."""
        return self.answers.get(host, {}).get(REPLIES[ACCEPTED].name, 0)


def traffic_of(moved: Movements) -> Traffic:
    """Count what went where."""
    own, letters, attempts = moved.own, moved.letters, moved.attempts
    senders, providers, hosts = moved.senders, moved.providers, moved.hosts
    sent = np.bincount(letters["sender"][own], minlength=len(senders))
    to = letters["provider"].astype(np.int64)
    real = own & (to >= 0) & (to < len(providers))
    submitted = np.bincount(to[real], minlength=len(providers))
    arrived = np.bincount(to[real & (letters["delivered_us"] != NEVER)], minlength=len(providers))
    of_own = own[attempts["letter"]]
    by = letters["sender"][attempts["letter"]].astype(np.int64)
    queries = np.bincount(by[of_own], weights=attempts["dns_queries"][of_own], minlength=len(senders))
    host, reply = attempts["host"].astype(np.int64), attempts["reply"].astype(np.int64)
    there = of_own & (host >= 0) & (host < len(hosts))
    tried = there & (attempts["connection"] != SUSPENDED)
    answered = np.bincount(host[tried] * len(REPLIES) + reply[tried], minlength=len(hosts) * len(REPLIES))
    ways = by * len(hosts) + host
    tries = np.bincount(ways[there], minlength=len(senders) * len(hosts))
    taken = np.bincount(ways[there & (reply == ACCEPTED)], minlength=len(tries))
    fetched, opened = _readings(moved)
    return Traffic(
        dict(zip(senders, sent.tolist(), strict=False)),
        {name: int(count) for name, count in zip(senders, queries, strict=False)},
        {
            name: {REPLIES[code].name: int(row[code]) for code in np.flatnonzero(row)}
            for name, row in zip(hosts, answered.reshape(len(hosts), len(REPLIES)), strict=True)
        },
        {
            (senders[way // len(hosts)], hosts[way % len(hosts)]): int(taken[way])
            for way in np.flatnonzero(tries).tolist()
        },
        dict(zip(providers, submitted.tolist(), strict=False)),
        dict(zip(providers, arrived.tolist(), strict=False)),
        fetched,
        opened,
    )


def _readings(moved: Movements) -> tuple[Mapping[tuple[str, str], int], Mapping[tuple[str, str], int]]:
    """Count letters that each kind of reader got and opened; several devices of one reader count once."""
    readings, kinds = moved.readings, len(READER_NAMES)
    first = moved.first_readings()
    letter = readings["letter"][first]
    first, letter = first[moved.own[letter]], letter[moved.own[letter]]
    ways = moved.letters["provider"][letter].astype(np.int64) * kinds + readings["reader"][first]
    fetched = np.bincount(ways, minlength=1)
    opened = np.bincount(ways[readings["opened_us"][first] != NEVER], minlength=len(fetched))
    names = {
        way: (moved.providers[way // kinds], READER_NAMES[way % kinds])
        for way in np.flatnonzero(fetched).tolist()
    }
    return (
        {name: int(fetched[way]) for way, name in names.items()},
        {name: int(opened[way]) for way, name in names.items()},
    )


def join_places(graph: "nx.DiGraph[str]", scenario: Scenario, traffic: Traffic) -> None:
    """Add the ways between the places of a map, each with how many letters took it."""
    for (sender, host), flow in traffic.flows.items():
        if graph.has_node(f"hosts.{host}") and graph.has_node(f"senders.{sender}"):
            graph.add_edge(f"senders.{sender}", f"hosts.{host}", flow=float(flow), asks=False)
    for name, one in scenario.senders.items():
        if one.resolver is not None:
            graph.add_edge(f"senders.{name}", f"resolvers.{one.resolver}", flow=0.0, asks=True)
    for host in hosts_of(scenario):
        provider = host.partition(".")[0]
        if graph.has_node(f"hosts.{host}") and graph.has_node(f"mailboxes.{provider}"):
            taken = float(traffic.taken(host))
            graph.add_edge(f"hosts.{host}", f"mailboxes.{provider}", flow=taken, asks=False)
    for (provider, reader), count in sorted(traffic.fetched.items()):
        graph.add_edge(f"mailboxes.{provider}", f"readers.{reader}", flow=float(count), asks=False)
