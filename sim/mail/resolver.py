"""Find the way to a domain: its MX hosts, then their addresses; a caching resolver.

From: smtp_client, which asks once an attempt, also when a connection is reused.
To:   smtp_client, with the answer and when it comes, or "try again".

One question for the MX records and one for each host's addresses, asked one after another of the name
servers; each answer is kept for its TTL, and who asks meanwhile waits for the same answer. The stub
asks again after `timeout`, `attempts` times in all.
See: RFC 5321 5.1; resolv.conf(5) for time-out and attempts.
Left out: NXDOMAIN, null MX and implicit MX, negative and SERVFAIL caching, name servers with a life of
their own, servers asked in turn.
"""

from dataclasses import dataclass

from sim.kernel.condition import DOWN, SILENT, Condition
from sim.kernel.draws import Draws, uniform
from sim.kernel.variates import duration_sampler
from sim.mail.handoff import Answer
from sim.scenario.resolver import Resolver as ResolverSettings

_HOSTS_PER_ATTEMPT = 16
"""Spreads the draws of one attempt over its hosts."""


@dataclass(frozen=True)
class Zone:
    """What the name servers know of one provider's domain."""

    hosts: int
    mx_ttl_us: int
    address_ttl_us: int


class Resolver:
    """One resolver with its cache.

    Args:
        settings: cache, times, time-out, attempts.
        zones: by provider.
        condition: what faults make of it over time.
        draws: chance.
    """

    def __init__(
        self, settings: ResolverSettings, zones: list[Zone], condition: Condition, draws: Draws
    ) -> None:
        self._settings = settings
        self._sample = duration_sampler(settings.lookup_time)
        self._hit_us = settings.hit_time_us
        self._zones = zones
        self._condition = condition
        self._mx_base = draws.purpose("lookup_mx")
        self._address_base = draws.purpose("lookup_address")
        self._mx: dict[int, tuple[int, int]] = {}
        self._addresses: dict[int, tuple[int, int]] = {}

    def cached(self, provider: int, at_us: int) -> int | None:
        """Give when the answer to a later question is there, if the cache alone decides it already.

        A question at `at_us` changes nothing and cannot be changed by another one when both parts are
        in the cache, ready and fresh until then, and no fault is on the timetable.
        """
        if self._condition.eventful:
            return None
        mx = self._mx.get(provider)
        addresses = self._addresses.get(provider)
        if mx is None or addresses is None:
            return None
        if mx[0] <= at_us < mx[1] and addresses[0] <= at_us < addresses[1]:
            return at_us + self._hit_us
        return None

    def lookup(self, provider: int, key: int, attempt: int, now_us: int) -> Answer:
        """Answer one question, asked now, for an attempt of a letter."""
        settings = self._settings
        at_us = now_us
        for tries in range(1, settings.attempts + 1):
            state = self._condition.state_at(at_us)
            if state == DOWN:
                return Answer(at_us + self._hit_us, tries, False)
            if state != SILENT:
                return self._answer(provider, key, attempt, at_us)
            at_us += settings.timeout_us
        return Answer(at_us, settings.attempts, False)

    def _answer(self, provider: int, key: int, attempt: int, at_us: int) -> Answer:
        zone = self._zones[provider]
        caching = self._settings.cache
        queries = 0
        entry = self._mx.get(provider)
        if entry is not None and at_us < entry[1]:
            ready_us = max(at_us, entry[0])
        else:
            queries = 1
            ready_us = at_us + self._sample(uniform(self._mx_base, key, attempt))
            if caching:
                self._mx[provider] = (ready_us, ready_us + zone.mx_ttl_us)
        entry = self._addresses.get(provider)
        if entry is not None and at_us < entry[1]:
            ready_us = max(ready_us, entry[0])
        else:
            queries += zone.hosts
            for host in range(zone.hosts):
                draw = uniform(self._address_base, key, attempt * _HOSTS_PER_ATTEMPT + host)
                ready_us += self._sample(draw)
            if caching:
                self._addresses[provider] = (ready_us, ready_us + zone.address_ttl_us)
        return Answer(ready_us + self._hit_us + self._condition.slow_at(at_us), queries, True)
