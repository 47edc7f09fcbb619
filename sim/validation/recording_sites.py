"""Where recorded letters went: the domains, and which servers take their mail.

Without DNS a transport map sent each domain to a server of its own. With DNS a zone names a domain's hosts, and
a domain without a zone does not exist. Several domains may have their mail taken by one host; each of them is a
destination of its own for Postfix, but the host is the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sim.errors import RecordingError
from sim.validation import recording_receivers as server
from sim.validation.recording_folder import Recording
from sim.validation.recording_settings import bad, duration, number, receivers, section, windows

RESOLVER: Final = "stub"
"""The resolver of the recorded machine: one that keeps nothing, asked twice with 5 s of patience."""
_RESOLVER_SETTINGS: Final = {"cache": False, "timeout": "5 s", "attempts": 2}
_RESOLVER_FAULTS: Final[Mapping[str, str]] = {"down": "silent", "servfail": "servfail"}
_NOWHERE: Final = "."


@dataclass(frozen=True)
class Host:
    """A host that takes a domain's mail: its server's name in `run.json`, its preference, its name here."""

    receiver: str
    preference: int = 10
    name: str = "mx"


@dataclass(frozen=True)
class Site:
    """A domain that letters were sent to.

    Attributes:
        name: its name in the scenario.
        domain: its name in the recording.
        records: what a resolver finds for it.
        hosts: who takes its mail; none where it has no hosts.
        ttl_s: how long the list of hosts may be kept.
    """

    name: str
    domain: str
    records: str
    hosts: tuple[Host, ...]
    ttl_s: float = 0.0


def sites(recording: Recording) -> list[Site]:
    """Give every domain, in the order in which the recording names them."""
    known = receivers(recording)
    wanted = dict.fromkeys(letter.destination for letter in recording.letters)
    if "dns" not in recording.settings:
        strange = sorted(set(wanted) - set(known))
        if strange:
            raise RecordingError(
                "unknown_destination",
                f"recording {recording.name}: letters go to {', '.join(strange[:3])}, of which `providers` in"
                " run.json says nothing. Describe it there.",
                found=strange,
            )
        return [
            Site(f"provider_{place}", domain, "mx", (Host(domain),)) for place, domain in enumerate(known, 1)
        ]
    zones = section(section(recording.settings, "dns"), "mx")
    domains = list(dict.fromkeys([*zones, *wanted]))
    return [_zone(zones.get(domain), domain, f"provider_{place}") for place, domain in enumerate(domains, 1)]


def needs(recording: Recording) -> list[str]:
    """List what a recording's domains and hosts ask for that a scenario cannot say."""
    known = receivers(recording)
    wanted = [f"`dns.{key}`" for key in _dns(recording) if key not in {"mx", *_RESOLVER_FAULTS}]
    for name, behaviour in known.items():
        wanted += server.needs(behaviour, name)
    takers: dict[str, int] = {}
    for site in sites(recording):
        missing = [host.receiver for host in site.hosts if host.receiver not in known]
        wanted += [f"what {name} does, which is a host of {site.domain}" for name in missing]
        if missing:
            continue
        behaviours = [known[host.receiver] for host in site.hosts]
        for key in sorted(server.SHARED):
            if len({repr(behaviour.get(key)) for behaviour in behaviours}) > 1:
                wanted.append(f"`{key}` that differs between the hosts of {site.domain}")
        for host in site.hosts:
            takers[host.receiver] = takers.get(host.receiver, 0) + 1
    for name, count in takers.items():
        shared = [key for key in ("max_conns", "rate_per_s") if key in known[name]]
        if count > 1 and shared:
            wanted.append(f"`{shared[0]}` at {name}, which {count} domains share")
    return wanted


def providers(recording: Recording) -> dict[str, dict[str, Any]]:
    """Give the scenario's providers, one for each domain."""
    known = receivers(recording)
    found: dict[str, dict[str, Any]] = {}
    for site in sites(recording):
        provider: dict[str, Any] = {
            "domain": f"{site.name.replace('_', '-')}.example",
            "records": site.records,
        }
        found[site.name] = provider
        if not site.hosts:
            continue
        provider["mx_ttl"] = provider["address_ttl"] = duration(site.ttl_s)
        hosts: list[dict[str, Any]] = []
        provider["mx"] = hosts
        for host in site.hosts:
            behaviour = known[host.receiver]
            entry = {
                "host": host.name,
                "preference": host.preference,
                "accept_time": server.accept_time(behaviour, host.receiver),
            }
            limit = server.connection_limit(behaviour, host.receiver)
            hosts.append({**entry, "connection_limit": limit} if limit else entry)
        provider.update(server.rules(known[site.hosts[0].receiver], site.hosts[0].receiver))
    return found


def faults(recording: Recording) -> list[dict[str, str]]:
    """Give what went wrong at hosts and at the resolver."""
    known = receivers(recording)
    found = [
        fault
        for site in sites(recording)
        for host in site.hosts
        for fault in server.faults(known[host.receiver], host.receiver, f"providers.{site.name}.{host.name}")
    ]
    for key, what in _RESOLVER_FAULTS.items():
        for begin_s, end_s in windows(_dns(recording).get(key, []), f"dns, {key}"):
            found.append(
                {
                    "at": duration(begin_s),
                    "for": duration(end_s - begin_s),
                    "where": f"resolvers.{RESOLVER}",
                    "what": what,
                }
            )
    return found


def resolvers(recording: Recording) -> dict[str, dict[str, Any]]:
    """Give the resolver, where there was DNS."""
    return {RESOLVER: dict(_RESOLVER_SETTINGS)} if "dns" in recording.settings else {}


def _dns(recording: Recording) -> dict[str, Any]:
    return section(recording.settings, "dns")


def _zone(records: object, domain: str, name: str) -> Site:
    """Read a domain's zone, `[[preference, host, seconds to live], ...]`; without one it does not exist."""
    if records is None:
        return Site(name, domain, "nxdomain", ())
    what = f"dns, mx, {domain}"
    rows = records if isinstance(records, list) else []
    if not rows or not all(isinstance(row, list) and len(row) == 3 for row in rows):
        raise bad(what, records, "a list of [preference, host, seconds to live]")
    if [row[1] for row in rows] == [_NOWHERE]:
        return Site(name, domain, "null_mx", ())
    hosts = tuple(
        Host(str(row[1]), int(number(row[0], what)), f"mx{place}") for place, row in enumerate(rows, 1)
    )
    return Site(name, domain, "mx", hosts, min(number(row[2], what) for row in rows))
