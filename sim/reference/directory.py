"""The address directory (resolver): which hosts take a provider's mail, and at which addresses."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from simpy import Event

from sim.kernel.variates import sample_us
from sim.reference.chance import Chance
from sim.reference.clock import Clock
from sim.reference.letter import Letter
from sim.reference.weather import DOWN, SILENT, Weather
from sim.scenario.provider import Provider
from sim.scenario.resolver import Resolver

HOSTS_A_KEY = 16
"""Draws for one attempt at several hosts are told apart by attempt x 16 + position of the host."""


@dataclass(frozen=True)
class Answer:
    """What the directory said, after how many questions to the world outside."""

    found: bool
    queries: int


@dataclass(frozen=True)
class _Page:
    """A remembered answer: there from `ready_us` on (it may still be on its way), until it expires."""

    ready_us: int
    expires_us: int


class Directory:
    """One caching resolver."""

    def __init__(self, env: Clock, name: str, resolver: Resolver, weather: Weather, chance: Chance) -> None:
        self._env = env
        self._place = f"resolvers.{name}"
        self._resolver = resolver
        self._weather = weather
        self._chance = chance
        self._pages: dict[tuple[str, str], _Page] = {}

    def ask(
        self, letter: Letter, attempt: int, name: str, provider: Provider
    ) -> Generator[Event, Any, Answer]:
        """Look a provider up, and try again after a silence, as often as the resolver's user does."""
        for tries_before in range(self._resolver.attempts):
            condition = self._weather.condition(self._env.now, self._place)
            if condition == DOWN:
                yield self._env.timeout(self._resolver.hit_time_us)
                return Answer(found=False, queries=tries_before + 1)
            if condition == SILENT:
                yield self._env.timeout(self._resolver.timeout_us)
                continue
            return (yield from self._look_up(letter, attempt, name, provider))
        return Answer(found=False, queries=self._resolver.attempts)

    def _look_up(
        self, letter: Letter, attempt: int, name: str, provider: Provider
    ) -> Generator[Event, Any, Answer]:
        """Find the MX records, then the hosts' addresses: each remembered, under way, or asked for now."""
        asked = self._env.now
        slow = self._weather.slow_us(asked, self._place)
        lookup_time = self._resolver.lookup_time

        queries = 0
        page = self._remembered("mx", name, asked)
        if page is not None:
            exchangers_known = max(asked, page.ready_us)
        else:
            queries += 1
            u = self._chance.u("lookup_mx", letter.key, attempt)
            exchangers_known = asked + sample_us(lookup_time, u)
            self._remember("mx", name, exchangers_known, provider.mx_ttl_us)

        page = self._remembered("address", name, asked)
        if page is not None:
            addresses_known = max(exchangers_known, page.ready_us)
        else:
            queries += len(provider.mx)
            addresses_known = exchangers_known
            for index in range(len(provider.mx)):
                u = self._chance.u("lookup_address", letter.key, attempt * HOSTS_A_KEY + index)
                addresses_known += sample_us(lookup_time, u)
            self._remember("address", name, addresses_known, provider.address_ttl_us)

        yield self._env.timeout(exchangers_known - asked)
        yield self._env.timeout(addresses_known - exchangers_known)
        yield self._env.timeout(self._resolver.hit_time_us + slow)
        return Answer(found=True, queries=queries)

    def _remembered(self, what: str, name: str, now: int) -> _Page | None:
        page = self._pages.get((what, name))
        return page if page is not None and now < page.expires_us else None

    def _remember(self, what: str, name: str, ready: int, ttl_us: int) -> None:
        if self._resolver.cache:
            self._pages[what, name] = _Page(ready, ready + ttl_us)
