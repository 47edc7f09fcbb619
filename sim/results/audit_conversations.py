"""Checks of conversations: hosts, connections, set-up, replies and questions, against what the scenario allows.

What a row says of its conversation is held against the settings of the two that talked. Weather, loss and jitter
only make a conversation longer, and so do further hosts; so each time has a floor, and the floor is checked.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.results.audit_checks import Check, any_of, none_wrong
from sim.results.audit_rows import AuditedRows
from sim.results.columns import Bools, Whole, column
from sim.scenario.provider import Provider
from sim.scenario.road import DefaultRoad, Road
from sim.scenario.schema import Scenario
from sim.scenario.sender import Sender
from sim.vocabulary import replies
from sim.vocabulary.connections import NEW, NO_CONNECTION, REUSED, SHARED, SUSPENDED
from sim.vocabulary.kinds import LETTER, NO_HOST, RELAYED
from sim.vocabulary.stages import CONNECT, DATA, DNS, EHLO, END_OF_DATA, GREETING, MAIL, NONE, RCPT

_BIT_US: Final = 8_000_000
_HANDSHAKE_TRIPS: Final = {"1.2": 2, "1.3": 1}
_BROKEN: Final = (replies.LOST_CONNECTION, replies.CONVERSATION_TIMED_OUT)
_NOT_FOUND: Final = (replies.DNS_TRY_AGAIN, replies.DOMAIN_NOT_FOUND, replies.NULL_MX)
_NOT_REACHED: Final = (replies.CONNECTION_REFUSED, replies.CONNECT_TIMED_OUT, replies.NO_ROUTE)
_NOT_GREETED: Final = (
    *_BROKEN,
    replies.TOO_MANY_CONNECTIONS,
    replies.SERVER_BUSY,
    replies.GREETED_554,
    replies.GREETED_554_FINAL,
    replies.RATE_LIMITED_AT_GREETING,
    replies.UNUSUAL_RATE,
    replies.CONNECTING_TOO_OFTEN,
    replies.POOR_REPUTATION_YET,
)
_RATES: Final = (
    replies.RATE_LIMITED,
    replies.RATE_LIMITED_454,
    replies.RATE_LIMITED_554,
)
_WHEN_TOO_FAST: Final = (*_RATES, replies.RATE_LIMITED_AT_GREETING, replies.UNUSUAL_RATE)
_REFUSED: Final = (
    replies.GREYLISTED,
    replies.UNUSUAL_RATE,
    replies.MAILBOX_UNAVAILABLE,
    replies.UNKNOWN_USER,
    replies.NO_REVERSE_DNS_YET,
    replies.NO_REVERSE_DNS,
    replies.BLOCKLISTED,
    replies.POOR_REPUTATION_YET,
    replies.POOR_REPUTATION,
    replies.TOO_MANY_RECIPIENTS,
    replies.SESSION_CUT,
    replies.DISK_FULL,
    replies.DISK_FULL_FINAL,
    *_RATES,
)
_REFUSED_BODIES: Final = (
    replies.MESSAGE_TOO_BIG,
    replies.SPAM_REFUSED,
    replies.UNUSUAL_RATE,
    replies.UNAUTHENTICATED_YET,
    replies.UNAUTHENTICATED,
    replies.POOR_REPUTATION_YET,
    replies.POOR_REPUTATION,
    *_RATES,
)
_ANYWHERE: Final = (*_NOT_FOUND, *_NOT_REACHED, *_NOT_GREETED)

# What goes together: stage, connections, whether a host is named, and replies.
_SENTENCES: Final[tuple[tuple[int, tuple[int, ...], bool, tuple[int, ...]], ...]] = (
    (DNS, (NO_CONNECTION,), False, _NOT_FOUND),
    (CONNECT, (NO_CONNECTION,), True, _NOT_REACHED),
    (CONNECT, (SUSPENDED,), False, _ANYWHERE),
    (GREETING, (NO_CONNECTION,), True, _NOT_GREETED),
    (EHLO, (NO_CONNECTION,), True, (replies.CONVERSATION_TIMED_OUT,)),
    (MAIL, (NEW, REUSED), True, _BROKEN),
    (RCPT, (NEW, REUSED), True, (*_BROKEN, *_REFUSED)),
    (DATA, (NEW, REUSED), True, _BROKEN),
    (END_OF_DATA, (NEW, REUSED), True, (*_BROKEN, *_REFUSED_BODIES, replies.ACCEPTED)),
)


def conversation_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check the conversations."""
    stage = column(rows.record.attempts, "stage")
    yield none_wrong("conversation_makes_sense", _nonsense(rows, stage), rows.name, rows.tried)
    yield none_wrong("reply_can_be_given", _unheard_of(rows), rows.name, rows.tried)
    yield none_wrong("no_faster_than_the_road", _too_fast(rows, stage), rows.name, rows.tried)
    queries = column(rows.record.attempts, "dns_queries")
    yield none_wrong("asks_no_more_than_it_may", _too_curious(rows, queries), rows.name, rows.tried)
    yield from _time_to_live(rows, queries)


def _code(stage: int | Whole, connection: int | Whole, named: bool | Bools, reply: int | Whole) -> Whole:
    """Put what a row says of its end into one number."""
    code: Whole = ((np.asarray(stage, np.int32) * 8 + connection) * 2 + named) * 64 + reply
    return code


def _nonsense(rows: AuditedRows, stage: Whole) -> Bools:
    """Mark the rows whose stage, connection, host and reply do not go together."""
    sensible = [
        int(_code(at, connection, named, reply))
        for at, connections, named, said in _SENTENCES
        # Who went along with another recipient got what that one might have got.
        for connection in (connections if connections == (SUSPENDED,) else (*connections, SHARED))
        for reply in said
    ]
    said = _code(stage, rows.connection, rows.host != NO_HOST, rows.reply)
    local = said == int(_code(NONE, NO_CONNECTION, False, replies.ACCEPTED))
    is_letter = np.isin(rows.kind[rows.tried], [LETTER, RELAYED])
    # Mail to the own machine, and no other, is delivered without a conversation.
    nonsense: Bools = np.where(is_letter, ~np.isin(said, sensible), ~local)
    return nonsense


def _unheard_of(rows: AuditedRows) -> Bools:
    """Mark the rows whose reply their provider, or its name servers, cannot give."""
    scenario = rows.record.scenario
    # One row more, for mail to the own machine.
    possible = np.ones((len(scenario.providers) + 1, len(replies.REPLIES)), dtype=np.bool_)
    for place, (name, provider) in enumerate(scenario.providers.items()):
        for reply, is_possible in _special_replies(scenario, name, provider).items():
            possible[place, reply] = is_possible
    provider_of = np.minimum(rows.provider[rows.tried], len(scenario.providers))
    unknown = column(rows.record.letters, "unknown_user")[rows.tried] != 0
    denies = np.array(
        [*(_denies_users(scenario, name) for name in scenario.providers), False], dtype=np.bool_
    )
    return any_of(
        ~possible[provider_of, rows.reply],
        unknown & rows.said_yes,
        ~unknown & (rows.reply == replies.UNKNOWN_USER) & ~denies[provider_of],
    )


def _denies_users(scenario: Scenario, provider: str) -> bool:
    """Tell whether a provider ever answers 550 for users that there are."""
    place = f"providers.{provider}"
    return any(
        fault.what == "denying_users" and (fault.where == place or fault.where.startswith(f"{place}."))
        for fault in scenario.faults
    )


def _special_replies(scenario: Scenario, name: str, provider: Provider) -> dict[int, bool]:
    """Give the replies that need a cause, and whether a provider's settings or a fault are one."""
    at_hosts = {
        fault.what
        for fault in scenario.faults
        if fault.where == f"providers.{name}" or fault.where.startswith(f"providers.{name}.")
    }
    at_names = {
        fault.what
        for fault in scenario.faults
        if fault.where in {f"name_servers.{server}" for server in provider.name_servers}
    }
    limits = [limit for host in provider.mx if (limit := provider.at(host).connection_limit) is not None]
    greets_554 = "greets_554" in at_hosts
    said_when_too_fast = {limit.reply_index for limit in provider.rate_limits}
    if provider.letter_rate is not None:
        said_when_too_fast.add(replies.RATE_LIMITED)
    said_of_standing: set[int] = set()
    if provider.reputation is not None:
        said_when_too_fast.add(provider.reputation.too_fast_index)
        said_of_standing.add(provider.reputation.refused_index)
    looks_for = provider.authentication
    missing_name = None if provider.reverse_dns is None else provider.reverse_dns.missing
    sessions = provider.session_limits
    return {
        **{reply: reply in said_when_too_fast for reply in _WHEN_TOO_FAST},
        replies.POOR_REPUTATION_YET: replies.POOR_REPUTATION_YET in said_of_standing,
        replies.POOR_REPUTATION: replies.POOR_REPUTATION in said_of_standing,
        replies.UNAUTHENTICATED_YET: looks_for is not None and looks_for.missing == "put_off",
        replies.UNAUTHENTICATED: looks_for is not None,
        replies.CONNECTING_TOO_OFTEN: provider.connection_rate is not None,
        replies.NO_REVERSE_DNS_YET: missing_name == "put_off",
        replies.NO_REVERSE_DNS: missing_name == "refused",
        replies.BLOCKLISTED: bool(provider.blocklists),
        replies.SESSION_CUT: sessions is not None and sessions.recipients is not None,
        replies.TOO_MANY_RECIPIENTS: False,
        replies.GREYLISTED: provider.greylisting is not None,
        replies.MAILBOX_UNAVAILABLE: provider.temporary_failures_ratio > 0,
        replies.TOO_MANY_CONNECTIONS: any(limit.per_client is not None for limit in limits),
        replies.SERVER_BUSY: any(limit.total is not None for limit in limits) or "greets_421" in at_hosts,
        replies.GREETED_554: greets_554,
        replies.GREETED_554_FINAL: greets_554,
        replies.CONNECTION_REFUSED: bool({"down", "refusing"} & at_hosts),
        replies.LOST_CONNECTION: bool({"down", "crash"} & at_hosts),
        replies.MESSAGE_TOO_BIG: provider.disk is not None,
        replies.DISK_FULL: "disk_full" in at_hosts or provider.disk is not None,
        replies.DISK_FULL_FINAL: "disk_full_final" in at_hosts,
        replies.SPAM_REFUSED: provider.content_filter is not None
        and provider.content_filter.puts == "refused",
        replies.NULL_MX: provider.records == "null_mx",
        replies.DOMAIN_NOT_FOUND: provider.records == "nxdomain" or "nxdomain" in at_names,
    }


def _road(scenario: Scenario, sender: str, provider: str) -> Road | DefaultRoad:
    for road in scenario.roads.values():
        if (road.sender, road.provider) == (sender, provider):
            return road
    return scenario.default_road


def _floors(sender: Sender, provider: Provider, road: Road | DefaultRoad) -> tuple[int, ...]:
    """Give the least that each part of a conversation takes, in microseconds.

    Returns:
        To MAIL over a new connection, to MAIL over a kept one, from MAIL to the reply to RCPT, from MAIL to the
        250 without the body; then the microseconds of a body's byte, times the bandwidth.
    """
    half_us, command_us = road.round_trip_us // 2, provider.command_time_us
    hello_halves, hello_replies = 2, 1
    if provider.tls and sender.tls != "none":
        hello_halves, hello_replies = 6 + 2 * _HANDSHAKE_TRIPS[sender.tls], 3
    new_us = (4 + hello_halves) * half_us + provider.banner_delay_us + hello_replies * command_us
    mail_halves, dot_halves = (1, 2) if provider.pipelining else (3, 4)
    return (
        sender.host.letter_time_us + new_us,
        sender.host.letter_time_us + 2 * half_us + command_us,
        (mail_halves + 1) * half_us + 2 * command_us,
        (mail_halves + dot_halves + 1) * half_us + 3 * command_us,
        road.bandwidth_bits_per_s,
    )


def _connected(rows: AuditedRows, stage: Whole) -> Bools:
    """Mark the rows that tell of a connection over which there was more than a greeting."""
    connected: Bools = (rows.connection == NEW) | (rows.connection == REUSED)
    if rows.rounds is not None:
        connected |= (rows.connection == SHARED) & (stage >= MAIL)
    return connected


def _too_fast(rows: AuditedRows, stage: Whole) -> Bools:
    """Mark the rows that got through faster than roads, commands and bandwidth allow."""
    scenario = rows.record.scenario
    floors = np.array(
        [
            [
                _floors(sender, provider, _road(scenario, sender_name, provider_name))
                for provider_name, provider in scenario.providers.items()
            ]
            for sender_name, sender in scenario.senders.items()
        ],
        dtype=np.int64,
    )
    which = np.flatnonzero(_connected(rows, stage))
    letter = rows.tried[which]
    floor = floors[rows.sender[letter], rows.provider[letter]]
    set_up = rows.setup[which] - rows.dns[which]
    # Who went along does not tell over which kind of connection; so the shorter way is his floor.
    too_fast = set_up < np.where(rows.connection[which] == NEW, floor[:, 0], floor[:, 1])
    talked = rows.done[which] - rows.handed[which] - rows.setup[which]
    refused = np.isin(rows.reply[which], _REFUSED)
    too_fast |= refused & (talked < floor[:, 2])
    size_bytes = column(rows.record.letters, "size_bytes")[letter].astype(np.int64)
    body_us = size_bytes * _BIT_US // floor[:, 4]
    too_fast |= rows.said_yes[which] & (talked < floor[:, 3] + body_us)
    marked = np.zeros(len(rows.tried), dtype=np.bool_)
    marked[which[too_fast]] = True
    return marked


def _too_curious(rows: AuditedRows, queries: Whole) -> Bools:
    """Mark the rows with more questions than tries, hosts and name servers allow, or with any without a resolver."""
    scenario = rows.record.scenario
    most = np.zeros((len(scenario.senders), len(scenario.providers) + 1), dtype=np.int64)
    for place, sender in enumerate(scenario.senders.values()):
        if sender.resolver is None:
            continue
        resolver = scenario.resolvers[sender.resolver]
        for column_, provider in enumerate(scenario.providers.values()):
            tries = resolver.upstream_tries if provider.name_servers else 1
            most[place, column_] = resolver.attempts * ((1 + len(provider.mx)) * tries + 1)
    provider_of = np.minimum(rows.provider[rows.tried], len(scenario.providers))
    asks = np.array([sender.resolver is not None for sender in scenario.senders.values()], dtype=np.bool_)
    sender_of = rows.sender[rows.tried]
    return any_of(queries > most[sender_of, provider_of], ~asks[sender_of] & (rows.dns > 0))


def _time_to_live(rows: AuditedRows, queries: Whole) -> Iterator[Check]:
    """Check that what a resolver keeps is asked for no more than once in its time to live.

    Told from the sums of the questions of all who share a resolver, where the way to the name servers is sure:
    n seconds hold n // ttl + 1 questions at the most.
    """
    scenario = rows.record.scenario
    sender_names = list(scenario.senders)
    found = rows.reply != replies.DNS_TRY_AGAIN
    for name, resolver in scenario.resolvers.items():
        if not resolver.cache:
            continue
        mine = np.array(
            [scenario.senders[sender].resolver == name for sender in sender_names], dtype=np.bool_
        )
        asked_by_mine = mine[rows.sender[rows.tried]] & found
        asked, most = 0, 0
        for place, provider in enumerate(scenario.providers.values()):
            names_ttl_us = (
                provider.mx_ttl_us if provider.records in ("mx", "null_mx") else provider.negative_ttl_us
            )
            if provider.name_servers or not names_ttl_us or not provider.address_ttl_us:
                continue
            asked += int(queries[asked_by_mine & (rows.provider[rows.tried] == place)].sum())
            most += rows.end_us // names_ttl_us + 1
            if provider.records in ("mx", "address"):
                most += (rows.end_us // provider.address_ttl_us + 1) * len(provider.mx)
        yield Check(f"asks_once_in_a_time_to_live.{name}", asked <= most, f"at most {most}", asked)
