"""Find the way to a domain: its MX hosts, then their addresses; a caching resolver and its stub.

From: smtp_client, which asks once an attempt, also when a connection is reused; name_servers, with answers.
To:   smtp_client, with the answer and when it comes, "no such domain", "wants no mail" or "try again";
      name_servers, with questions.

One question for the MX records and one for each host's addresses, one after another. A domain without MX
records is its own mail host (RFC 5321 5.1); a null MX wants no mail (RFC 7505). A question goes to the
domain's name servers in turn, from a random one on: who does not answer within `upstream_timeout`, is down
or says SERVFAIL is passed over, `upstream_tries` in all; then the resolver itself says SERVFAIL. Where no
name server is named, a question takes `lookup_time`.
Answers are kept for their TTL, also that there is no such name or record (RFC 2308) and that nobody could
tell (`servfail_ttl`); who asks meanwhile waits for the same answer. The stub asks again after `timeout`, and
at once after SERVFAIL, `attempts` times in all; what comes later than that many time-outs is too late.
See: RFC 5321 5.1; RFC 2308; RFC 9520; resolv.conf(5) for time-out and attempts; smtp_addr.c for NXDOMAIN.
Left out: a host whose addresses alone cannot be found (Postfix takes the others; here the look-up fails),
time-outs that follow a server's answers, prefetching, serving stale answers, truncated answers.
"""

from dataclasses import dataclass, field

from sim.kernel.condition import DOWN, NXDOMAIN, SERVFAIL, SILENT, Condition
from sim.kernel.draws import Draws, uniform
from sim.kernel.variates import duration_sampler
from sim.mail.handoff import Answer, AnswersQuestions
from sim.scenario.resolver import Resolver as ResolverSettings
from sim.vocabulary.replies import ACCEPTED, DNS_TRY_AGAIN, DOMAIN_NOT_FOUND, NULL_MX

_HOSTS_PER_ATTEMPT = 16
"""Spreads the draws of one attempt over its hosts."""
_QUESTIONS_PER_ATTEMPT = 32
_TRIES_PER_QUESTION = 32
_MX_QUESTION = 0
_ADDRESS_QUESTION = 1
"""The first host's; the others' follow."""


@dataclass(frozen=True)
class Zone:
    """What there is to know of one provider's domain, and who knows it.

    Attributes:
        hosts: how many mail hosts it has.
        mx_ttl_us: how long its MX records may be kept.
        address_ttl_us: how long an address may be kept.
        negative_ttl_us: how long it may be kept that something does not exist.
        records: `mx`, `address`, `null_mx` or `nxdomain`.
        name_servers: who is asked; none are name servers that are always well.
    """

    hosts: int
    mx_ttl_us: int
    address_ttl_us: int
    negative_ttl_us: int = 0
    records: str = "mx"
    name_servers: tuple[AnswersQuestions, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Kept:
    """A remembered answer: there from `ready_us` on (it may still be under way), until it expires."""

    ready_us: int
    expires_us: int
    reply: int


class Resolver:
    """One resolver with its cache, and the stub that asks it.

    Args:
        settings: cache, times, time-outs, attempts.
        zones: by provider.
        condition: what faults make of it over time.
        draws: chance.
    """

    def __init__(
        self, settings: ResolverSettings, zones: list[Zone], condition: Condition, draws: Draws
    ) -> None:
        self._settings = settings
        self._patience_us = settings.attempts * settings.timeout_us
        self._sample = duration_sampler(settings.lookup_time)
        self._hit_us = settings.hit_time_us
        self._zones = zones
        self._condition = condition
        self._mx_base = draws.purpose("lookup_mx")
        self._address_base = draws.purpose("lookup_address")
        self._server_base = draws.purpose("name_server")
        self._server_time_base = draws.purpose("name_server_time")
        self._mx: dict[int, _Kept] = {}
        self._addresses: dict[int, _Kept] = {}
        self._failures: dict[int, _Kept] = {}
        self._whole: dict[int, tuple[int, int]] = {}
        """From when until when the way to a provider is known whole: what `cached` needs at one look."""

    def cached(self, provider: int, at_us: int) -> int | None:
        """Give when the answer to a later question is there, if the cache alone decides it already.

        A question at `at_us` changes nothing and cannot be changed by another one when both parts are
        in the cache, ready and fresh until then, and no fault is on the timetable.
        """
        whole = self._whole.get(provider)
        if whole is not None and whole[0] <= at_us < whole[1] and not self._condition.eventful:
            return at_us + self._hit_us
        return None

    def lookup(
        self, provider: int, key: int, attempt: int, now_us: int, begun_us: int, tries_before: int
    ) -> Answer:
        """Have the stub ask once, now.

        Args:
            provider: whose way is asked for.
            key: the letter's.
            attempt: number of the letter's attempt.
            now_us: when it asks.
            begun_us: when it asked first.
            tries_before: how often it has asked before, for this attempt.
        """
        state = self._condition.state_at(now_us)
        if state == DOWN:
            return Answer(now_us + self._hit_us, 0, DNS_TRY_AGAIN, unanswered=True)
        is_last = tries_before + 1 >= self._settings.attempts
        if state == SILENT:
            return Answer(
                now_us + self._settings.timeout_us, 0, DNS_TRY_AGAIN, unanswered=True, again=not is_last
            )
        if state == SERVFAIL:
            answer = Answer(now_us + self._hit_us, 0, DNS_TRY_AGAIN, unanswered=True)
        else:
            answer = self._find(provider, key, attempt, now_us)
            answer.at_us += self._hit_us + self._condition.slow_at(now_us)
        if answer.at_us > begun_us + self._patience_us:
            answer.at_us, answer.reply = begun_us + self._patience_us, DNS_TRY_AGAIN
        elif answer.reply == DNS_TRY_AGAIN:
            answer.again = not is_last
        return answer

    def _find(self, provider: int, key: int, attempt: int, at_us: int) -> Answer:
        """Take the answer from the cache, or ask for what is missing; the way to the stub is not in it."""
        failure = self._failures.get(provider)
        if failure is not None and at_us < failure.expires_us:
            return Answer(max(at_us, failure.ready_us), 0, DNS_TRY_AGAIN)
        zone = self._zones[provider]
        answer = Answer(at_us, 0, ACCEPTED)
        mx = self._mx.get(provider)
        if mx is not None and at_us < mx.expires_us:
            answer.at_us, answer.reply = max(at_us, mx.ready_us), mx.reply
        else:
            self._ask_for_hosts(zone, provider, key, attempt, answer)
        if answer.reply == ACCEPTED:
            addresses = self._addresses.get(provider)
            if addresses is not None and at_us < addresses.expires_us:
                answer.at_us, answer.reply = max(answer.at_us, addresses.ready_us), addresses.reply
            else:
                self._ask_for_addresses(zone, provider, key, attempt, answer)
        if not self._settings.cache:
            return answer
        if answer.reply == ACCEPTED:
            mx, addresses = self._mx[provider], self._addresses[provider]
            self._whole[provider] = (
                max(mx.ready_us, addresses.ready_us),
                min(mx.expires_us, addresses.expires_us),
            )
            return answer
        self._whole.pop(provider, None)
        if answer.reply == DNS_TRY_AGAIN:
            known_us = answer.at_us
            self._failures[provider] = _Kept(
                known_us, known_us + self._settings.servfail_ttl_us, DNS_TRY_AGAIN
            )
        return answer

    def _ask_for_hosts(self, zone: Zone, provider: int, key: int, attempt: int, answer: Answer) -> None:
        """Ask for the MX records, and keep what comes."""
        answer.reply = self._question(zone, key, attempt, _MX_QUESTION, answer)
        ttl_us = zone.mx_ttl_us
        if answer.reply == ACCEPTED and zone.records != "mx":
            if zone.records == "null_mx":
                answer.reply = NULL_MX
            else:
                ttl_us = zone.negative_ttl_us
                if zone.records == "nxdomain":
                    answer.reply = DOMAIN_NOT_FOUND
        if answer.reply == DNS_TRY_AGAIN:
            return
        if answer.reply == DOMAIN_NOT_FOUND:
            ttl_us = zone.negative_ttl_us
            if not self._settings.cache:
                # Postfix asks for the address of a name without MX records; a cache that has heard of
                # NXDOMAIN knows that there is nothing under this name at all (RFC 2308 5).
                if self._question(zone, key, attempt, _ADDRESS_QUESTION, answer) == DNS_TRY_AGAIN:
                    answer.reply = DNS_TRY_AGAIN
                return
        if self._settings.cache:
            kept = _Kept(answer.at_us, answer.at_us + ttl_us, answer.reply)
            self._mx[provider] = kept
            if answer.reply == DOMAIN_NOT_FOUND:
                self._addresses[provider] = kept

    def _ask_for_addresses(self, zone: Zone, provider: int, key: int, attempt: int, answer: Answer) -> None:
        """Ask for each host's addresses, one host after another, and keep what comes."""
        for host in range(zone.hosts):
            answer.reply = self._question(zone, key, attempt, _ADDRESS_QUESTION + host, answer)
            if answer.reply != ACCEPTED:
                break
        if answer.reply != DNS_TRY_AGAIN and self._settings.cache:
            ttl_us = zone.address_ttl_us if answer.reply == ACCEPTED else zone.negative_ttl_us
            self._addresses[provider] = _Kept(answer.at_us, answer.at_us + ttl_us, answer.reply)

    def _question(self, zone: Zone, key: int, attempt: int, question: int, answer: Answer) -> int:
        """Ask one question; moves the answer's time on, counts, and gives what came of it."""
        if not zone.name_servers:
            if question == _MX_QUESTION:
                draw = uniform(self._mx_base, key, attempt)
            else:
                place = attempt * _HOSTS_PER_ATTEMPT + question - _ADDRESS_QUESTION
                draw = uniform(self._address_base, key, place)
            answer.at_us += self._sample(draw)
            answer.queries += 1
            return ACCEPTED
        return self._ask_name_servers(zone, key, attempt * _QUESTIONS_PER_ATTEMPT + question, answer)

    def _ask_name_servers(self, zone: Zone, key: int, place: int, answer: Answer) -> int:
        """Ask one name server after another; `place` is where chance keeps the draws of this question."""
        servers = zone.name_servers
        patience_us = self._settings.upstream_timeout_us
        first = int(uniform(self._server_base, key, place) * len(servers))
        for turn in range(self._settings.upstream_tries):
            answer.queries += 1
            draw = uniform(self._server_time_base, key, place * _TRIES_PER_QUESTION + turn)
            state, takes_us = servers[(first + turn) % len(servers)].ask(answer.at_us, draw)
            if state == DOWN:
                continue
            if state == SILENT or takes_us > patience_us:
                answer.at_us += patience_us
                continue
            answer.at_us += takes_us
            if state != SERVFAIL:
                return DOMAIN_NOT_FOUND if state == NXDOMAIN else ACCEPTED
        return DNS_TRY_AGAIN
