"""Which lengths and standings of a run are worth a series.

Assembly asks once; the sampler looks at them.
"""

from functools import partial

from sim.kernel.sampler import Gauge, Reading
from sim.mail.clients import Clients
from sim.mail.town import Office, Site
from sim.scenario.schema import Scenario
from sim.vocabulary.series import ALLOWANCE, DISK_FREE, MEMORY, MOST_CLIENTS, STANDING


def gauges_of(offices: list[Office], sites: list[Site]) -> list[Gauge]:
    """Give every length that is worth a series."""
    gauges: list[Gauge] = []
    for office in offices:
        manager = office.manager
        if office.building.content_filter is not None:
            gauges.append((office.building.content_filter.length, None))
        gauges.append((office.spool.length, office.spool.catch_up))
        gauges.extend((length, None) for length in (manager.active, manager.deferred.length))
    for site in sites:
        gauges.extend((server.connections, server.catch_up) for server in site.servers)
        gauges.extend((server.processes.line, None) for server in site.servers if server.processes)
        stations = [*site.checking, *([site.delivery] if site.delivery else [])]
        gauges.extend((station.length, station.catch_up) for station in stations)
    return gauges


def memories_of(offices: list[Office]) -> list[Reading]:
    """Give how much of their memory machines use whose memory may be used up."""
    return [
        (f"{office.name}.{MEMORY}", office.building.memory.most_bytes)
        for office in offices
        if office.building.memory is not None
    ]


def disks_of(sites: list[Site]) -> list[Reading]:
    """Give how much is free on the disks that may be full."""
    return [(f"{site.name}.{DISK_FREE}", site.disk.free_bytes) for site in sites if site.disk is not None]


def standings_of(scenario: Scenario, clients: Clients, sites: list[Site]) -> list[Reading]:
    """Give how clients stand with each provider that remembers, and how much it takes from them a day."""
    readings: list[Reading] = []
    senders = list(scenario.senders)
    for site in sites:
        memory = site.desk.memory
        if memory is None:
            continue
        writing = {senders.index(one.sender) for one in scenario.letters.values() if site.name in one.to}
        shown = [client for client, sender in enumerate(clients.sender) if sender in writing]
        for client in shown[:MOST_CLIENTS]:
            address = clients.address[client]
            readings.append((f"{site.name}.{STANDING}.{address}", partial(memory.standing, client)))
            readings.append((f"{site.name}.{ALLOWANCE}.{address}", partial(memory.allowance, client)))
    return readings
