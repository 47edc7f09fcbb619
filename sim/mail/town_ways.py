"""How senders reach providers: resolvers with the name servers that they ask, roads, and the routes over them.

Assembly asks for each; who is joined to whom is said there.
"""

from sim.kernel.condition import Condition
from sim.kernel.draws import Draws
from sim.kernel.world import SECOND_US, World
from sim.mail.faults import condition_of
from sim.mail.name_servers import NameServer
from sim.mail.network import Network
from sim.mail.resolver import Resolver, Zone
from sim.mail.routes import Route
from sim.mail.town import Site
from sim.scenario.schema import Scenario
from sim.scenario.troubles import Trouble


def resolvers_of(scenario: Scenario, troubles: list[Trouble], draws: Draws) -> dict[str, Resolver]:
    """Build the resolvers, each with a cache of its own, and the name servers that they ask."""
    name_servers = {
        name: NameServer(settings, condition_of((f"name_servers.{name}",), troubles))
        for name, settings in scenario.name_servers.items()
    }
    zones = [
        Zone(
            hosts=len(provider.mx),
            mx_ttl_us=provider.mx_ttl_us,
            address_ttl_us=provider.address_ttl_us,
            negative_ttl_us=provider.negative_ttl_us,
            records=provider.records,
            name_servers=tuple(name_servers[name] for name in provider.name_servers),
        )
        for provider in scenario.providers.values()
    ]
    return {
        name: Resolver(settings, zones, condition_of((f"resolvers.{name}",), troubles), draws)
        for name, settings in scenario.resolvers.items()
    }


def _network(
    scenario: Scenario, troubles: list[Trouble], world: World, sender: str, provider: str
) -> Network:
    """Build the road between a sender and a provider."""
    base = world.draws.purpose("round_trip")
    for name, road in scenario.roads.items():
        if road.sender == sender and road.provider == provider:
            return Network(road, condition_of((f"roads.{name}",), troubles), base)
    return Network(scenario.default_road, Condition(), base)


def route_of(
    scenario: Scenario,
    troubles: list[Trouble],
    world: World,
    sender_name: str,
    number: int,
    provider_name: str,
    site: Site,
) -> Route:
    """Join a sender to a provider."""
    sender, provider = scenario.senders[sender_name], scenario.providers[provider_name]
    tls = sender.tls if provider.tls and sender.tls != "none" else None
    postconf = sender.postconf
    patience_s = min(
        postconf.smtp_connect_timeout,
        postconf.smtp_helo_timeout,
        postconf.smtp_rset_timeout,
        postconf.smtp_mail_timeout,
        postconf.smtp_rcpt_timeout,
        postconf.smtp_data_init_timeout,
        postconf.smtp_data_done_timeout,
    )
    return Route(
        provider=number,
        network=_network(scenario, troubles, world, sender_name, provider_name),
        servers=[*site.servers],
        pipelining=provider.pipelining,
        tls=tls,
        banner_us=provider.banner_delay_us,
        command_us=provider.command_time_us,
        patience_us=patience_s * SECOND_US,
        blocked=sender.outbound_port_25 == "blocked" and provider.port == 25,
        reusable=tls is None or postconf.smtp_tls_connection_reuse,
    )
