"""Carry one letter over SMTP: find the host, open or reuse a connection, EHLO, MAIL, RCPT, DATA, body.

From: queue_manager, with a delivery that has its connection or needs one.
To:   network, and over it smtp_server; queue_manager, with the result.

Round trips, replies and transfers are added up; the client waits with an event only where something
shared must be asked at the very moment of arrival: a resolver whose cache does not decide, a host that
gets a new connection, rules with a memory, a station with a queue. Hosts are tried by MX preference,
equal ones in random order, up to `smtp_mx_address_limit`. A lost SYN is sent again after 1, 3, 7 and
15 s; a command that is lost on an open connection likewise, until its time-out.
See: RFC 5321 4.5.3.2 for time-outs, RFC 2920 for PIPELINING, RFC 3207 for STARTTLS; Postfix's smtp(8).
Left out: several recipients in one transaction, TCP slow start, a reply lost after the final dot, an
answer that comes after the time-out (only a silence meets it), a silence at RSET, MAIL or DATA alone,
and the next MX host after a 4xx or a lost connection (smtp_mx_session_limit).
"""

from collections.abc import Callable
from typing import Final

from sim.kernel.alarm import Ring
from sim.kernel.draws import uniform
from sim.kernel.world import SECOND_US, World
from sim.mail.delivery import Connection, Delivery
from sim.mail.handoff import FindsTheWay, ReceivesMail
from sim.mail.routes import Route
from sim.mail.stall import Arrival, arrive, syn_answer
from sim.scenario.postconf import Postconf
from sim.vocabulary import connections, stages
from sim.vocabulary.kinds import NO_HOST
from sim.vocabulary.replies import (
    ACCEPTED,
    CONNECT_TIMED_OUT,
    DNS_TRY_AGAIN,
    REPLIES,
)

_HOSTS_PER_ATTEMPT: Final = 16
_LONGEST_DNS_US: Final = 2**32 - 1
"""What the column holds: 71 minutes, longer than any resolver lets one wait."""


class SmtpClient:
    """The delivery agents of one sender; each delivery is one of them at work.

    Args:
        world: the run.
        sender: the sender's place among all; receivers know it as the client.
        postconf: time-outs and limits.
        resolver: who is asked for the way, or None for routing without DNS.
        done: told of each delivery at the moment at which it is over.
        deferral_us: what the agent takes to write down a deferral or bounce.
    """

    def __init__(
        self,
        world: World,
        sender: int,
        postconf: Postconf,
        resolver: FindsTheWay | None,
        done: Callable[[Delivery], None],
        deferral_us: int,
    ) -> None:
        self._sender = sender
        self._sizes = world.letters.size_bytes
        self._key = world.letters.key
        self._resolver = resolver
        self._deferral_us = deferral_us
        self._order_base = world.draws.purpose("mx_order")
        self._address_limit = postconf.smtp_mx_address_limit or None
        self._connect_timeout_us = postconf.smtp_connect_timeout * SECOND_US
        self._helo_timeout_us = postconf.smtp_helo_timeout * SECOND_US
        self._rcpt_timeout_us = postconf.smtp_rcpt_timeout * SECOND_US
        self._dot_timeout_us = postconf.smtp_data_done_timeout * SECOND_US
        # One list a moment, made once: what a waiting delivery calls when its time has come.
        self._at_resolver: Ring = [self._ask_resolver]
        self._at_greeting: Ring = [self._ask_greeting]
        self._at_rcpt: Ring = [self._rcpt]
        self._at_dot: Ring = [self._dot]
        self._at_acceptance: Ring = [self._hand_over]
        self._at_end: Ring = [done]

    def begin(self, delivery: Delivery, now_us: int) -> None:
        """Start a delivery whose agent sets to work at `started_us`, now or a little later."""
        delivery.dns_us = delivery.dns_queries = 0
        delivery.stage = stages.NONE
        delivery.host = NO_HOST
        delivery.site_failure = False
        started_us = delivery.started_us
        resolver = self._resolver
        if resolver is None:
            self._resolved(delivery, started_us)
            return
        found_us = resolver.cached(delivery.route.provider, started_us)
        if found_us is not None:
            delivery.dns_us = found_us - started_us
            self._resolved(delivery, found_us)
        elif started_us > now_us:
            delivery.set(started_us, self._at_resolver)
        else:
            self._ask_resolver(delivery)

    def _ask_resolver(self, delivery: Delivery) -> None:
        assert self._resolver is not None
        now_us = delivery.started_us
        answer = self._resolver.lookup(
            delivery.route.provider, self._key(delivery.row), delivery.attempt, now_us
        )
        delivery.dns_us = min(answer.at_us - now_us, _LONGEST_DNS_US)
        delivery.dns_queries = answer.queries
        if delivery.trace is not None:
            found = "answer" if answer.found else "no answer"
            delivery.trace.append((answer.at_us, "resolver", "lookup", f"{found}, {answer.queries} queries"))
        if answer.found:
            self._resolved(delivery, answer.at_us)
            return
        connection = delivery.connection
        delivery.connection = None
        delivery.how = connections.NO_CONNECTION
        delivery.setup_us = answer.at_us - delivery.handed_us
        self._fail(delivery, stages.DNS, DNS_TRY_AGAIN, answer.at_us)
        if connection is not None:
            self.close(connection, answer.at_us + self._deferral_us, delivery.route)

    def _resolved(self, delivery: Delivery, now_us: int) -> None:
        """Go on with the way known: with the connection there is, or by opening one."""
        route = delivery.route
        network = route.network
        half_us = network.half_us
        if network.jitter_us:
            half_us = network.half_trip_us(self._key(delivery.row), delivery.attempt)
        delivery.half_us = half_us
        if delivery.connection is not None:
            # Postfix sends RSET first, to find out whether the connection still lives.
            mail_us = now_us + 2 * half_us + route.command_us
            self._mail(delivery, mail_us)
            return
        delivery.candidates = self._candidates(delivery, route)
        delivery.candidate = 0
        self._connect(delivery, now_us)

    def _candidates(self, delivery: Delivery, route: Route) -> list[ReceivesMail]:
        """Give the hosts to try, by preference, equal ones in random order."""
        servers = route.servers
        if route.has_ties:
            base, key, first = (
                self._order_base,
                self._key(delivery.row),
                delivery.attempt * _HOSTS_PER_ATTEMPT,
            )
            order = {
                server: (server.preference, uniform(base, key, first + place))
                for place, server in enumerate(route.in_file_order)
            }
            servers = sorted(servers, key=order.__getitem__)
        return servers[: self._address_limit]

    def _connect(self, delivery: Delivery, now_us: int) -> None:
        """Try the next host; with none left the delivery has failed."""
        route = delivery.route
        half_us = delivery.half_us
        candidates = delivery.candidates
        while delivery.candidate < len(candidates):
            server = candidates[delivery.candidate]
            delivery.host = server.index
            if route.blocked:
                reply, at_us = CONNECT_TIMED_OUT, now_us + self._connect_timeout_us
            elif route.eventful:
                reply, at_us = syn_answer(
                    route.network.condition, server.condition, now_us, half_us, self._connect_timeout_us
                )
            else:
                reply, at_us = ACCEPTED, now_us + 3 * half_us
            if reply == ACCEPTED:
                sent_us = at_us - half_us
                arrival = self._reach(delivery, server, at_us, sent_us, self._helo_timeout_us)
                if arrival.reply == ACCEPTED:
                    delivery.set(arrival.at_us, self._at_greeting)
                    return
                reply, at_us = arrival.reply, arrival.at_us
                delivery.stage = stages.GREETING
            else:
                delivery.stage = stages.CONNECT
            if delivery.trace is not None:
                delivery.trace.append(
                    (at_us, "smtp_client", "connect", f"{server.name}: {REPLIES[reply].name}")
                )
            delivery.reply = reply
            delivery.candidate += 1
            now_us = at_us
        delivery.setup_us = now_us - delivery.handed_us
        delivery.how = connections.NO_CONNECTION
        self._fail(delivery, delivery.stage, delivery.reply, now_us)

    def _ask_greeting(self, delivery: Delivery) -> None:
        """The host takes the new connection, or says 421; asked at the moment at which it arrives there."""
        now_us = delivery.env.now
        route = delivery.route
        server = delivery.candidates[delivery.candidate]
        slow_us = self._slow_us(delivery, server, now_us) if route.eventful else 0
        banner_us = now_us + route.banner_us + slow_us + delivery.half_us
        reply = server.admit(self._sender, now_us)
        greeting = "220" if reply == ACCEPTED else REPLIES[reply].key
        if delivery.trace is not None:
            delivery.trace.append((banner_us, "smtp_server", "greeting", f"{server.name}: {greeting}"))
        if reply != ACCEPTED:
            delivery.stage = stages.GREETING
            delivery.reply = reply
            delivery.candidate += 1
            self._connect(delivery, banner_us)
            return
        delivery.connection = Connection(server, now_us)
        self._mail(delivery, banner_us + route.hello_halves * delivery.half_us + route.hello_us)

    def _mail(self, delivery: Delivery, mail_us: int) -> None:
        """Send MAIL; RCPT comes to the host with it or a round trip later."""
        route = delivery.route
        connection = delivery.connection
        assert connection is not None
        server = connection.server
        delivery.host = server.index
        delivery.setup_us = mail_us - delivery.handed_us
        rcpt_us = mail_us + route.rcpt_halves * delivery.half_us + route.command_us
        if route.eventful:
            arrival = self._reach(
                delivery, server, rcpt_us, rcpt_us - delivery.half_us, self._rcpt_timeout_us
            )
            if arrival.reply != ACCEPTED:
                self._lose(delivery, stages.RCPT, arrival)
                return
            rcpt_us = arrival.at_us
        delivery.there_us = rcpt_us
        if server.remembers_letters:
            delivery.set(rcpt_us, self._at_rcpt)
        else:
            self._rcpt(delivery)

    def _rcpt(self, delivery: Delivery) -> None:
        """Have the recipient judged; go on to the body or take the refusal."""
        route, rcpt_us = delivery.route, delivery.there_us
        server = delivery.connection.server  # type: ignore[union-attr]
        half_us = delivery.half_us
        slow_us = self._slow_us(delivery, server, rcpt_us) if route.eventful else 0
        reply = server.recipient(delivery.row, self._sender, rcpt_us)
        if delivery.trace is not None:
            delivery.trace.append((rcpt_us, "smtp_server", "RCPT", REPLIES[reply].key))
        if reply != ACCEPTED:
            delivery.stage = stages.RCPT
            delivery.reply = reply
            known_us = rcpt_us + route.command_us + slow_us + half_us
            delivery.set(known_us + self._deferral_us, self._at_end)
            return
        dot_us = rcpt_us + 2 * route.command_us + slow_us + route.dot_halves * half_us
        dot_us += route.network.transfer_us(self._sizes[delivery.row])
        if route.eventful:
            arrival = self._reach(delivery, server, dot_us, dot_us - half_us, self._dot_timeout_us)
            if arrival.reply != ACCEPTED:
                self._lose(delivery, stages.END_OF_DATA, arrival)
                return
            dot_us = arrival.at_us
        delivery.there_us = dot_us
        if server.has_a_queue:
            delivery.set(dot_us, self._at_dot)
        else:
            self._dot(delivery)

    def _dot(self, delivery: Delivery) -> None:
        """The final dot is there: the host takes the letter, and its 250 travels back."""
        dot_us = delivery.there_us
        server = delivery.connection.server  # type: ignore[union-attr]
        slow_us = self._slow_us(delivery, server, dot_us) if delivery.route.eventful else 0
        delivered_us = server.end_of_data(delivery.row, delivery.attempt, dot_us, slow_us)
        delivery.stage = stages.END_OF_DATA
        delivery.reply = ACCEPTED
        if delivery.trace is not None:
            delivery.trace.append((dot_us, "smtp_server", "final dot", ""))
            delivery.trace.append((delivered_us, "smtp_server", "accepted", REPLIES[ACCEPTED].key))
        if server.agent.is_a_queue:
            delivery.set(delivered_us, self._at_acceptance)
            return
        server.agent.deliver(delivery.row, delivered_us)
        delivery.set(delivered_us + delivery.half_us, self._at_end)

    def _hand_over(self, delivery: Delivery) -> None:
        """Put the letter into the delivery agent's queue at the moment of its acceptance."""
        now_us = delivery.env.now
        delivery.connection.server.agent.deliver(delivery.row, now_us)  # type: ignore[union-attr]
        delivery.set(now_us + delivery.half_us, self._at_end)

    def close(self, connection: Connection, at_us: int, route: Route) -> None:
        """Close a connection; the host sees it half a round trip later."""
        connection.server.close(self._sender, at_us + route.network.half_us)

    def _slow_us(self, delivery: Delivery, server: ReceivesMail, at_us: int) -> int:
        return server.condition.slow_at(at_us) + delivery.route.network.condition.slow_at(at_us)

    def _reach(
        self, delivery: Delivery, server: ReceivesMail, at_us: int, sent_us: int, limit_us: int
    ) -> Arrival:
        """Give when what was sent on an open connection reaches the host, or how it fails to."""
        route = delivery.route
        if not route.eventful:
            return Arrival(ACCEPTED, at_us)
        return arrive(route.network.condition, server.condition, at_us, sent_us, limit_us, delivery.half_us)

    def _lose(self, delivery: Delivery, stage: int, arrival: Arrival) -> None:
        """The connection broke under the conversation."""
        connection = delivery.connection
        assert connection is not None
        delivery.connection = None
        self.close(connection, arrival.at_us, delivery.route)
        self._fail(delivery, stage, arrival.reply, arrival.at_us)

    def _fail(self, delivery: Delivery, stage: int, reply: int, at_us: int) -> None:
        """End a delivery in which no session came about, or one broke."""
        delivery.stage = stage
        delivery.reply = reply
        delivery.site_failure = True
        if delivery.trace is not None:
            delivery.trace.append((at_us, "smtp_client", "failed", REPLIES[reply].name))
        delivery.set(at_us + self._deferral_us, self._at_end)
