"""A scenario becomes a wired world: every station gets the next one as an argument, here and nowhere else.

Built from the mailbox back to the post box, so that each argument exists already. The one loop of the
model, that a bounce is a new letter, closes through the spool.
"""

from sim.kernel.condition import CRASHED, Condition
from sim.kernel.draws import Draws, uniform
from sim.kernel.first_come import CountedStation
from sim.kernel.recorder import Names
from sim.kernel.world import SECOND_US, World
from sim.mail.bounce import Bounce
from sim.mail.building import Building, building_of, filter_queue_index
from sim.mail.client_program import ClientProgram
from sim.mail.clients import Clients, Pool, Timetable
from sim.mail.delivery_agent import DeliveryAgent
from sim.mail.faults import condition_of, tell_incidents, teller_of, weather_of
from sim.mail.flow_control import FlowControl
from sim.mail.local_mail import LocalMail
from sim.mail.machine import Machine
from sim.mail.mailbox_store import MailboxStore
from sim.mail.policy.order import Correspondence, desk_of, disk_of
from sim.mail.policy.temporary_failures import TemporaryFailures
from sim.mail.queue_manager import QueueManager
from sim.mail.readers import Readers
from sim.mail.relay import Relay
from sim.mail.reports import Reports
from sim.mail.resolver import Resolver
from sim.mail.routes import Route
from sim.mail.silent_clients import SilentClients
from sim.mail.smtp_client import SmtpClient
from sim.mail.smtp_server import SmtpServer
from sim.mail.spool import Spool
from sim.mail.submission import PostBox, Submission
from sim.mail.suppression_list import SuppressionList
from sim.mail.town import Office, Site, Town
from sim.mail.town_series import disks_of, gauges_of, memories_of, standings_of
from sim.mail.town_ways import resolvers_of, route_of
from sim.scenario.readers import Readers as ReadersSettings
from sim.scenario.schema import Scenario
from sim.scenario.sender import Sender
from sim.scenario.silent_clients import SilentClients as SilentClientsSettings
from sim.scenario.troubles import Trouble


def assemble(scenario: Scenario, seed: int, replication: int) -> Town:
    """Build the world of one run, with every letter's first event on the calendar.

    Args:
        scenario: what the user wrote.
        seed: the seed, the scenario's own or another.
        replication: number of the replication.
    """
    names = Names(
        entries=list(scenario.letters),
        senders=list(scenario.senders),
        providers=list(scenario.providers),
        hosts=[
            f"{name}.{host.host}" for name, provider in scenario.providers.items() for host in provider.mx
        ],
        series=[],
    )
    draws = Draws(seed, replication)
    recipients = [entry.recipients for entry in scenario.letters.values()]
    world = World(scenario.start, scenario.duration_us, draws, names, recipients)
    clients = Clients()
    timetables = [clients.add(place, settings) for place, settings in enumerate(scenario.senders.values())]
    names.addresses.extend(clients.address)
    troubles = weather_of(scenario.faults, world.end_us, draws)
    sites = _sites(scenario, troubles, world, clients)
    resolvers = resolvers_of(scenario, troubles, draws)
    offices = [
        _office(scenario, troubles, world, timetable, name, sites, resolvers)
        for timetable, name in zip(timetables, scenario.senders, strict=True)
    ]
    _join_relays(scenario, sites, offices)
    for silent in scenario.silent_clients.values():
        _let_connect(silent, scenario, world, sites, timetables)
    _hear_readers(scenario, troubles, world, sites, offices)
    post_box = _post_box(scenario, world, offices)
    tell_incidents(troubles, world.end_us, world.recorder.incidents)
    readers = {
        names.providers.index(name): Readers(
            name, settings, draws, world.end_us, condition_of((f"readers.{name}",), troubles)
        )
        for name, settings in scenario.readers.items()
    }
    gauges = gauges_of(offices, sites)
    readings = [*memories_of(offices), *disks_of(sites), *standings_of(scenario, clients, sites)]
    names.series.extend([*(gauge.name for gauge, _ in gauges), *(name for name, _ in readings)])
    return Town(world, post_box, offices, sites, readers, gauges, readings)


def _sites(scenario: Scenario, troubles: list[Trouble], world: World, clients: Clients) -> list[Site]:
    """Build the receiving sides."""
    sites: list[Site] = []
    purpose = world.draws.purpose
    known = Correspondence.of(scenario, clients)
    flows: dict[str, FlowControl] = {}
    index = queue = 0
    for name, provider in scenario.providers.items():
        delivery = None
        workers = provider.delivery.workers
        if workers is not None:
            delivery = (queue, CountedStation(f"{name}.delivery", workers))
            queue += 1
        store = MailboxStore(world.letters)
        disk = disk_of(provider, name, world, store)
        relay = flow = None
        if provider.relay is not None:
            places = list(scenario.senders).index, list(scenario.providers).index
            relay = Relay(world.letters, store, places[0](provider.relay.by), places[1](provider.relay.to))
            flow = flows.setdefault(
                provider.relay.by, FlowControl(scenario.senders[provider.relay.by].postconf)
            )
        desk = desk_of(provider, world, known, disk)
        failures = None
        if provider.temporary_failures_ratio:
            failures = TemporaryFailures(
                provider.temporary_failures_ratio, world.draws.purpose("temporary_failure")
            ).ask
        servers, checking = [], []
        for host in provider.mx:
            station = None
            if provider.checking is not None:
                counted = CountedStation(f"{name}.{host.host}.checking", provider.checking.workers)
                station = (queue, counted)
                checking.append(counted)
                queue += 1
            condition = condition_of((f"providers.{name}", f"providers.{name}.{host.host}"), troubles)
            agent = relay or DeliveryAgent(
                provider.delivery,
                world.letters,
                purpose("delivery"),
                disk or store,
                world.recorder.visits,
                delivery,
                world.env,
                condition,
            )
            servers.append(
                SmtpServer(
                    index=index,
                    name=f"{name}.{host.host}",
                    preference=host.preference,
                    settings=provider.at(host),
                    condition=condition,
                    env=world.env,
                    letters=world.letters,
                    desk=desk,
                    failures=failures,
                    agent=agent,
                    bases=(purpose("checking"), purpose("accept"), purpose("denied_user")),
                    checking=station,
                    visits=world.recorder.visits,
                    flow=flow,
                )
            )
            index += 1
        counted_delivery = delivery[1] if delivery else None
        sites.append(Site(name, servers, checking, counted_delivery, store, desk, relay, flow, disk))
    return sites


def _office(
    scenario: Scenario,
    troubles: list[Trouble],
    world: World,
    timetable: Timetable,
    name: str,
    sites: list[Site],
    resolvers: dict[str, Resolver],
) -> Office:
    """Build one sending side and join its stations."""
    settings = scenario.senders[name]
    postconf = settings.postconf
    routes = [
        route_of(scenario, troubles, world, name, number, provider_name, sites[number])
        for number, provider_name in enumerate(scenario.providers)
    ]
    phase_us = settings.scan_phase_us
    if phase_us is None:
        draw = uniform(world.draws.purpose(f"scan_phase:{name}"), 0)
        between_us = postconf.queue_run_delay * SECOND_US
        if settings.retry is not None and settings.retry.queue_run_us is not None:
            between_us = settings.retry.queue_run_us
        phase_us = int(draw * between_us)
    may_crash = settings.host.memory_bytes is not None
    condition = condition_of((f"senders.{name}",), troubles, may_change=may_crash)
    resolver = resolvers[settings.resolver] if settings.resolver is not None else None
    if settings.program is not None:
        return _program(settings, world, timetable, name, routes, resolver, condition)
    several = any(letters.recipients > 1 for letters in scenario.letters.values() if letters.sender == name)
    local = LocalMail(world, MailboxStore(world.letters))
    addresses = Pool(world, timetable, settings)
    spool = Spool(
        world,
        name,
        settings.host,
        postconf.message_size_limit,
        condition,
        lambda: machine.manager.importer.look(),
    )
    bounce = Bounce(world.letters, spool)
    suppressions = None
    if settings.bounce_handling is not None:
        suppressions = SuppressionList(world.letters, settings.bounce_handling, world.recorder.suppressions)
        spool.suppressions = suppressions

    def begin(earlier: QueueManager | None = None) -> QueueManager:
        manager = QueueManager(world, name, settings, condition, routes, local, phase_us, several, earlier)
        manager.client = manager.kept.client = SmtpClient(
            world,
            addresses,
            postconf,
            resolver,
            manager.done,
            manager.kept.put_away,
            manager.kept.take_to,
            settings.host.deferral_time_us,
            several,
            may_crash or bool(condition.begins_us(CRASHED)),
        )
        manager.importer.spool = spool
        manager.fates.bounce, manager.fates.suppressions = bounce, suppressions
        if earlier is not None:
            manager.follow(earlier)
        manager.start()
        return manager

    machine = Machine(
        world.env, condition, begin(), spool, begin, settings.host.restart_time_us, teller_of(world, name)
    )
    queue_index = filter_queue_index(scenario, name, sum(site.queues for site in sites))
    building = building_of(world, name, settings.host, condition, spool, machine, queue_index)
    return Office(name, spool, machine, condition, suppressions, building)


def _program(
    settings: Sender,
    world: World,
    timetable: Timetable,
    name: str,
    routes: list[Route],
    resolver: Resolver | None,
    condition: Condition,
) -> Office:
    """Build a sender that is a plain program."""
    assert settings.program is not None
    program = ClientProgram(world, name, settings.program, routes)
    program.client = SmtpClient(
        world,
        Pool(world, timetable, settings),
        settings.postconf,
        resolver,
        program.done,
        program.put_away,
        lambda delivery, server, now_us: None,
        0,
        several=False,
        may_crash=False,
    )
    program.spool = spool = Spool(world, name, settings.host, 0, condition, program.look)
    return Office(name, spool, program, condition, None, Building(spool))


def _join_relays(scenario: Scenario, sites: list[Site], offices: list[Office]) -> None:
    """Let those who carry letters on have them, and tell flow control of their imports."""
    places = {office.name: office for office in offices}
    for site in sites:
        settings = scenario.providers[site.name].relay
        if settings is None or site.relay is None:
            continue
        office = places[settings.by]
        site.relay.spool = office.spool
        if isinstance(office.manager, QueueManager):
            office.manager.importer.flow = site.flow


def _let_connect(
    settings: SilentClientsSettings,
    scenario: Scenario,
    world: World,
    sites: list[Site],
    timetables: list[Timetable],
) -> None:
    """Put clients on the calendar that say nothing."""
    name = settings.to
    site = next(site for site in sites if site.name == name)
    client = timetables[list(scenario.senders).index(settings.sender)][0][1][0]
    SilentClients(world.env, settings, site.servers[0], client)


def _hear_readers(
    scenario: Scenario, troubles: list[Trouble], world: World, sites: list[Site], offices: list[Office]
) -> None:
    """Let readers who report letters or unsubscribe be heard, where a scenario has any."""
    complaints = [entry.complaints_ratio for entry in scenario.letters.values()]
    unsubscribes = [entry.unsubscribes_ratio for entry in scenario.letters.values()]
    if not any(complaints) and not any(unsubscribes):
        return
    lists = [office.suppressions for office in offices]
    for site in sites:
        habits = scenario.readers.get(site.name, ReadersSettings())
        site.store.readers = Reports(
            world,
            Readers(
                site.name,
                habits,
                world.draws,
                world.end_us,
                condition_of((f"readers.{site.name}",), troubles),
            ).opened_us,
            complaints,
            unsubscribes,
            site.desk.hears,
            lists,
            tells=scenario.providers[site.name].feedback == "per_letter",
        )


def _post_box(scenario: Scenario, world: World, offices: list[Office]) -> PostBox:
    """Put the entries of `letters:` on the calendar, in file order."""
    places = {office.name: place for place, office in enumerate(offices)}
    entries: list[Submission] = []
    for number, (name, settings) in enumerate(scenario.letters.items()):
        sender = places[settings.sender]
        watched = frozenset(
            int(letter)
            for entry, _, letter in (watch.partition("/") for watch in scenario.watch)
            if entry == name
        )
        entries.append(
            Submission(
                world=world,
                place=number,
                name=name,
                settings=settings,
                sender=sender,
                providers=dict(scenario.providers),
                spool=offices[sender].building.entrance,
                watched=offices[sender].manager.watched,
                watch_numbers=watched,
                local_epoch_us=world.local_epoch_us,
            )
        )
    return PostBox(world.env, entries)
