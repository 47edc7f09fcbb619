"""The rules of one provider in the order in which its hosts ask them: what a receiving MTA has on its desk.

Part of smtp_server, whose hosts share it. At the greeting it looks at the client; at RCPT at client, envelope sender
and recipient; at the final dot at the letter as a whole, and then at where it shall lie.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sim.kernel.world import World
from sim.mail.authentication.entries import presented_by
from sim.mail.authentication.forwarding import Presented
from sim.mail.authentication.published import records_of
from sim.mail.authentication.records import Records
from sim.mail.clients import Clients
from sim.mail.desk import Desk
from sim.mail.handoff import BodyRule, ConnectionRule, FilesLetters, RecipientRule
from sim.mail.policy.authenticity import Authenticity
from sim.mail.policy.blocklist import Blocklist
from sim.mail.policy.connection_rate import ConnectionRate
from sim.mail.policy.content_filter import ContentFilter
from sim.mail.policy.disk_space import DiskSpace
from sim.mail.policy.greylisting import Greylisting
from sim.mail.policy.letter_rate import LetterRate
from sim.mail.policy.placement import Placement
from sim.mail.policy.rate_limit import RateLimit
from sim.mail.policy.reputation import Reputation
from sim.mail.policy.reverse_dns import ReverseDns
from sim.scenario.provider import Provider
from sim.scenario.receiving_rules import RateLimit as RateLimitSettings
from sim.scenario.reputation import Reputation as ReputationSettings
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Correspondence:
    """What every provider can know of those who send, and of their letters.

    Attributes:
        clients: the addresses from which senders connect.
        presented: tells what letters of an entry of `letters:` show of their origin, coming from an address.
        spam_ratios: share of spam, entry by entry.
        traps: share of addresses that are traps, entry by entry.
        records: what domains publish.
        places: senders' places, by name.
    """

    clients: Clients
    presented: Callable[[int, str], Presented]
    spam_ratios: Sequence[float]
    traps: Sequence[float]
    records: Records
    places: Mapping[str, int]

    @classmethod
    def of(cls, scenario: Scenario, clients: Clients) -> "Correspondence":
        """Read it from a scenario."""
        letters = list(scenario.letters.values())
        return cls(
            clients=clients,
            presented=lambda entry, address: presented_by(letters[entry], scenario.senders, address),
            spam_ratios=[entry.spam_ratio for entry in letters],
            traps=[entry.spam_traps_ratio for entry in letters],
            records=records_of(scenario.senders.values(), scenario.zones),
            places={name: place for place, name in enumerate(scenario.senders)},
        )


def desk_of(provider: Provider, world: World, known: Correspondence, disk: DiskSpace | None = None) -> Desk:
    """Give the rules of a provider.

    Args:
        provider: its settings.
        world: the run.
        known: of senders and their letters.
        disk: where letters are filed, if it may be full.
    """
    clients = known.clients
    greeting: list[ConnectionRule] = []
    recipient: list[RecipientRule] = []
    body: list[BodyRule] = []
    lookup_us = 0
    envelope = LetterRate(provider.letter_rate, world.epoch_us).ask if provider.letter_rate else None
    if disk is not None:
        recipient.append(disk.ask)
        body.append(disk.ask_at_dot)
    if provider.connection_rate is not None:
        greeting.append(ConnectionRate(provider.connection_rate, epoch_us=world.epoch_us).ask)
    if provider.reverse_dns is not None:
        recipient.append(ReverseDns(provider.reverse_dns, clients.has_reverse_dns).ask)
    for settings in provider.blocklists:
        listed = Blocklist(settings, clients.address)
        recipient.append(listed.ask)
        lookup_us += listed.lookup_us
    if provider.greylisting is not None:
        recipient.append(Greylisting(provider.greylisting, clients.network).ask)
    for limit in provider.rate_limits:
        counted = _rate_limit(limit, world, clients)
        if limit.stage == "greeting":
            greeting.append(counted.ask_at_greeting)
        elif limit.stage == "rcpt":
            recipient.append(counted.ask)
        else:
            body.append(counted.ask_at_dot)
    authenticity = content = reputation = None
    if provider.authentication is not None:
        authenticity = Authenticity(
            provider.authentication,
            world.letters,
            clients.address,
            known.presented,
            known.records,
        )
        body.append(authenticity.ask)
    if provider.content_filter is not None:
        content = ContentFilter(provider.content_filter, world.letters, known.spam_ratios, world.draws)
        body.append(content.ask)
    if provider.reputation is not None:
        reputation = _reputation(provider.reputation, known)
        _place(reputation, provider.reputation.stage, greeting, recipient, body)
    if authenticity is None and content is None and reputation is None:
        return Desk(greeting, recipient, body, None, lookup_us, envelope=envelope)
    placement = Placement(world, authenticity, content, reputation, known.traps)
    hears = placement if reputation is not None else None
    return Desk(greeting, recipient, body, placement.sort, lookup_us, hears, reputation, envelope)


def disk_of(provider: Provider, name: str, world: World, store: FilesLetters) -> DiskSpace | None:
    """Give the disk of a provider, where it may be full; letters are filed in `store` by way of it."""
    if provider.disk is None:
        return None
    return DiskSpace(provider.disk, world.letters, store, world.recorder.incidents, f"providers.{name}")


def _reputation(settings: ReputationSettings, known: Correspondence) -> Reputation:
    """Give the memory of a provider."""
    return Reputation(
        settings,
        known.clients.sender,
        settings.too_fast_index,
        settings.refused_index,
        {known.places[name]: rate for name, rate in settings.known_per_s.items()},
        known.clients.comes_later,
        known.clients.domain,
    )


def _place(
    reputation: Reputation,
    stage: str,
    greeting: list[ConnectionRule],
    recipient: list[RecipientRule],
    body: list[BodyRule],
) -> None:
    """Let the reputation be asked at its stage, after all other rules."""
    if stage == "greeting":
        greeting.append(reputation.ask)
    elif stage == "rcpt":
        recipient.append(lambda client, envelope, mailbox, now_us: reputation.ask(client, now_us))
    else:
        body.append(lambda row, client, now_us: reputation.ask(client, now_us))


def _rate_limit(settings: RateLimitSettings, world: World, clients: Clients) -> RateLimit:
    """Give the buckets of one limit, by the key that it has."""
    client_key = {"netblock": clients.network, "domain": clients.domain}.get(settings.key)
    return RateLimit(settings, settings.reply_index, client_key, world.letters.mailbox)
