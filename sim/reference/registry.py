"""The registry (name servers): who knows a domain, and how long one must ask around to hear it."""

from collections.abc import Mapping, Sequence

from sim.kernel.variates import sample_us
from sim.reference.chance import Chance
from sim.reference.weather import DOWN, NXDOMAIN, SERVFAIL, SILENT, Weather
from sim.scenario.name_server import NameServer
from sim.scenario.resolver import Resolver

FOUND, NO_NAME, NOBODY = range(3)
"""The answer is there; the name is said not to exist; no server had an answer."""


class Registry:
    """The name servers, as one resolver asks them: one after another, round and round, until one answers."""

    def __init__(
        self, resolver: Resolver, name_servers: Mapping[str, NameServer], weather: Weather, chance: Chance
    ) -> None:
        self._resolver = resolver
        self._name_servers = name_servers
        self._weather = weather
        self._chance = chance

    def ask(self, servers: Sequence[str], key: int, question: int, now: int) -> tuple[int, int, int]:
        """Ask a domain's servers; give what was heard, when, and how many were asked."""
        patience_us = self._resolver.upstream_timeout_us
        first = int(self._chance.u("name_server", key, question) * len(servers))
        for before in range(self._resolver.upstream_tries):
            name = servers[(first + before) % len(servers)]
            place = f"name_servers.{name}"
            condition = self._weather.condition(now, place)
            if condition == DOWN:
                continue
            u = self._chance.u("name_server_time", key, question * 32 + before)
            answer_us = sample_us(self._name_servers[name].answer_time, u)
            answer_us += self._weather.slow_us(now, place)
            if condition == SILENT or answer_us > patience_us:
                now += patience_us
            elif condition == SERVFAIL:
                now += answer_us
            else:
                return (NO_NAME if condition == NXDOMAIN else FOUND), now + answer_us, before + 1
        return NOBODY, now, self._resolver.upstream_tries
