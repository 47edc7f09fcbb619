"""The address directory (resolver): which hosts take a provider's mail, and at which addresses."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

from simpy import Event

from sim.kernel.variates import sample_us
from sim.reference.chance import Chance
from sim.reference.clock import Clock
from sim.reference.letter import Letter
from sim.reference.registry import FOUND, NO_NAME, NOBODY, Registry
from sim.reference.weather import DOWN, SERVFAIL, SILENT, Weather
from sim.scenario.name_server import NameServer
from sim.scenario.provider import Provider
from sim.scenario.resolver import Resolver
from sim.vocabulary.replies import ACCEPTED, DNS_TRY_AGAIN, DOMAIN_NOT_FOUND, NULL_MX

HOSTS_A_KEY = 16
"""Draws for one attempt at several hosts are told apart by attempt x 16 + position of the host."""
NO_ANSWER = -1
"""The resolver says SERVFAIL: the client asks again at once."""


@dataclass(frozen=True)
class Answer:
    """What the directory said (a reply's index), after how many questions to the world outside."""

    reply: int
    queries: int


@dataclass(frozen=True)
class _Page:
    """A remembered answer: there from `ready_us` on (it may still be on its way), until it expires."""

    ready_us: int
    expires_us: int
    exists: bool = True


@dataclass
class _Search:
    """One look-up under way, all of it decided at the moment of asking."""

    letter: Letter
    attempt: int
    name: str
    provider: Provider
    asked: int
    known: int
    """How far the look-up has come in time."""
    queries: int = 0


class Directory:
    """One caching resolver, and how a mail server asks it."""

    def __init__(
        self,
        env: Clock,
        name: str,
        resolver: Resolver,
        name_servers: Mapping[str, NameServer],
        weather: Weather,
        chance: Chance,
    ) -> None:
        self._env = env
        self._place = f"resolvers.{name}"
        self._resolver = resolver
        self._weather = weather
        self._chance = chance
        self._registry = Registry(resolver, name_servers, weather, chance)
        self._pages: dict[tuple[str, str], _Page] = {}

    def ask(
        self, letter: Letter, attempt: int, name: str, provider: Provider
    ) -> Generator[Event, Any, Answer]:
        """Look a provider up, and ask again after a silence or a failure, as often as the client does."""
        resolver, env = self._resolver, self._env
        patience_ends = env.now + resolver.attempts * resolver.timeout_us
        queries = vain = 0
        for _ in range(resolver.attempts):
            condition = self._weather.condition(env.now, self._place)
            if condition == SILENT:
                vain += 1
                yield env.timeout(resolver.timeout_us)
                continue
            if condition in (DOWN, SERVFAIL):
                vain += 1
                yield env.timeout(resolver.hit_time_us)
                if condition == DOWN:
                    break
                continue
            search = _Search(letter, attempt, name, provider, env.now, env.now)
            reply = self._look_up(search)
            queries += search.queries
            there = search.known + resolver.hit_time_us + self._weather.slow_us(env.now, self._place)
            if there > patience_ends:
                yield env.timeout(patience_ends - env.now)
                break
            yield env.timeout(there - env.now)
            if reply != NO_ANSWER:
                return Answer(reply, queries)
        return Answer(DNS_TRY_AGAIN, queries + vain)

    def _look_up(self, search: _Search) -> int:
        """Find the MX records, then the hosts' addresses: each remembered, under way, or asked for now."""
        failure = self._remembered("servfail", search)
        if failure is not None:
            search.known = max(search.asked, failure.ready_us)
            return NO_ANSWER
        reply = self._find_exchangers(search)
        return self._find_addresses(search) if reply == ACCEPTED else reply

    def _find_exchangers(self, search: _Search) -> int:
        provider = search.provider
        page = self._remembered("mx", search)
        if page is not None:
            search.known = max(search.asked, page.ready_us)
            if not page.exists:
                return DOMAIN_NOT_FOUND
        else:
            u = self._chance.u("lookup_mx", search.letter.key, search.attempt)
            found = self._question(search, 0, u)
            if found == NOBODY:
                return self._no_answer(search)
            if found == NO_NAME or provider.records == "nxdomain":
                self._remember("mx", search, provider.negative_ttl_us, exists=False)
                self._remember("address", search, provider.negative_ttl_us, exists=False)
                if not self._resolver.cache:
                    # Nobody remembers that the name is not there, so its address is asked for, too.
                    u = self._chance.u("lookup_address", search.letter.key, search.attempt * HOSTS_A_KEY)
                    if self._question(search, 1, u) == NOBODY:
                        return self._no_answer(search)
                return DOMAIN_NOT_FOUND
            has_records = provider.records in ("mx", "null_mx")
            self._remember("mx", search, provider.mx_ttl_us if has_records else provider.negative_ttl_us)
        return NULL_MX if provider.records == "null_mx" else ACCEPTED

    def _find_addresses(self, search: _Search) -> int:
        provider = search.provider
        page = self._remembered("address", search)
        if page is not None:
            search.known = max(search.known, page.ready_us)
            return ACCEPTED if page.exists else DOMAIN_NOT_FOUND
        for index in range(len(provider.mx) if provider.records == "mx" else 1):
            u = self._chance.u("lookup_address", search.letter.key, search.attempt * HOSTS_A_KEY + index)
            found = self._question(search, 1 + index, u)
            if found == NOBODY:
                return self._no_answer(search)
            if found == NO_NAME:
                self._remember("address", search, provider.negative_ttl_us, exists=False)
                return DOMAIN_NOT_FOUND
        self._remember("address", search, provider.address_ttl_us)
        return ACCEPTED

    def _question(self, search: _Search, question: int, u: float) -> int:
        """Have one question answered by the world outside, and let the search's time go on."""
        servers = search.provider.name_servers
        if not servers:
            search.known += sample_us(self._resolver.lookup_time, u)
            search.queries += 1
            return FOUND
        found, search.known, queries = self._registry.ask(
            servers, search.letter.key, search.attempt * 32 + question, search.known
        )
        search.queries += queries
        return found

    def _no_answer(self, search: _Search) -> int:
        self._remember("servfail", search, self._resolver.servfail_ttl_us)
        return NO_ANSWER

    def _remembered(self, what: str, search: _Search) -> _Page | None:
        page = self._pages.get((what, search.name))
        return page if page is not None and search.asked < page.expires_us else None

    def _remember(self, what: str, search: _Search, ttl_us: int, *, exists: bool = True) -> None:
        if self._resolver.cache:
            self._pages[what, search.name] = _Page(search.known, search.known + ttl_us, exists)
