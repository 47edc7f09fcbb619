"""Letters that never leave, since DNS gives no address for their domain."""

from collections.abc import Collection, Iterator
from typing import Final

from sim.reachability.finding import Finding
from sim.reachability.timetable import covered_until, first_submission_us, intervals
from sim.scenario.provider import Provider
from sim.scenario.resolver import Resolver
from sim.scenario.schema import Scenario
from sim.scenario.service_time import ServiceTime
from sim.units import format_duration

_RESOLVER_SHUTS: Final = ("down", "silent", "servfail")
_SERVER_SHUTS: Final = ("down", "silent", "servfail", "nxdomain")


def no_address(scenario: Scenario, name: str, provider_name: str) -> Iterator[Finding]:
    """Yield why a stream never gets an address of a provider; answers from before may still be in a cache."""
    letters, provider = scenario.letters[name], scenario.providers[provider_name]
    asked = scenario.senders[letters.sender].resolver
    if asked is None:
        return
    if provider.records == "null_mx":
        yield Finding("reach_null_mx", name, provider_name, True, {"found": provider.domain})
        return
    if provider.records == "nxdomain":
        yield Finding("reach_no_domain", name, provider_name, True, {"found": provider.domain})
        return
    first_us = first_submission_us(letters)
    since = format_duration(first_us)
    resolver = f"resolvers.{asked}"
    if _shut_to_the_end(scenario, [resolver], _RESOLVER_SHUTS, first_us):
        certain = not _may_be_known(scenario, asked, provider_name, [resolver], _RESOLVER_SHUTS)
        code = "reach_no_resolver" if certain else "reach_resolver_from_cache"
        yield Finding(code, name, provider_name, certain, {"found": resolver, "since": since})
    servers = [f"name_servers.{server}" for server in provider.name_servers]
    if _shut_to_the_end(scenario, servers, _SERVER_SHUTS, first_us):
        certain = not _may_be_known(scenario, asked, provider_name, servers, _SERVER_SHUTS)
        code = "reach_no_name_server" if certain else "reach_name_server_from_cache"
        yield Finding(code, name, provider_name, certain, {"found": ", ".join(servers), "since": since})
    yield from _too_slow(scenario, scenario.resolvers[asked], provider, name, provider_name)


def _shut_to_the_end(
    scenario: Scenario, places: Collection[str], kinds: Collection[str], from_us: int
) -> bool:
    """Tell whether each of some places is shut at every moment from one on."""
    return bool(places) and all(
        covered_until(intervals(scenario, [place], kinds), from_us) >= scenario.duration_us
        for place in places
    )


def _may_be_known(
    scenario: Scenario, resolver: str, provider: str, places: Collection[str], kinds: Collection[str]
) -> bool:
    """Tell whether a resolver's cache may hold a provider's addresses from before some places were shut."""
    return scenario.resolvers[resolver].cache and any(
        scenario.senders[other.sender].resolver == resolver
        and provider in other.to
        and not _shut_to_the_end(scenario, places, kinds, first_submission_us(other))
        for other in scenario.letters.values()
    )


def _too_slow(
    scenario: Scenario, resolver: Resolver, provider: Provider, name: str, provider_name: str
) -> Iterator[Finding]:
    """Yield name servers that always take longer than the resolver waits for one of them."""
    times = [_shortest_us(scenario.name_servers[server].answer_time) for server in provider.name_servers]
    if times and min(times) > resolver.upstream_timeout_us:
        waits = format_duration(resolver.upstream_timeout_us)
        fields = {"found": format_duration(min(times)), "expected": waits}
        yield Finding("reach_name_servers_too_slow", name, provider_name, True, fields)


def _shortest_us(time: ServiceTime) -> int:
    """Return a time that no draw of a service time is below."""
    return {"constant": time.mean_us, "uniform": time.low_us}.get(time.shape, 0)
