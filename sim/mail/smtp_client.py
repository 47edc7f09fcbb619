"""Carry one letter over SMTP: find the hosts, open or reuse a connection, hand over, or go to the next host.

From: queue_manager, with a delivery that has its connection or needs one.
To:   resolver, with the question for the way; network, and over it smtp_server; queue_manager, with the result.

Round trips, replies and transfers are added up; the client waits with an event only where something shared
must be asked at the very moment of arrival: a resolver whose cache does not decide, a host that gets a new
connection, rules with a memory, a station with a queue. A connection that was kept is tried with RSET; if
that fails, the delivery goes on as if there had been none. Hosts are tried in order (see candidates), up to
`smtp_mx_address_limit` of them and up to `smtp_mx_session_limit` sessions: who does not let the client in is
no session. After a 4xx, or a connection that broke, the next host is tried in the same attempt, over a kept
connection where there is one, unless the present host was the last that may be; a 2xx or 5xx ends the
attempt. A site has failed when the last host gave no session, or one that broke, and no session before it
ran to its end.
Its parts: candidates (which hosts), connecting (TCP to EHLO), transaction (MAIL to the dot), several_recipients
(the same with RCPT after RCPT), stall (silences, resets, hanging hosts), packet_loss.
See: RFC 5321 4.5.3.2 for time-outs, RFC 2920 for PIPELINING, RFC 3207 for STARTTLS; Postfix's smtp(8),
smtp_connect.c, smtp_trouble.c.
Left out: weather between the
greeting and MAIL (EHLO, STARTTLS); a kept connection to a host that is tried because another did not let the
client in; a fall-back relay.
"""

from collections.abc import Callable, Iterable
from typing import Final

from sim.kernel.alarm import Ring
from sim.kernel.world import SECOND_US, World
from sim.mail.candidates import Candidates
from sim.mail.clients import Pool
from sim.mail.connecting import Connector
from sim.mail.delivery import Connection, Delivery
from sim.mail.handoff import FindsTheWay, ReceivesMail
from sim.mail.packet_loss import ENVELOPE, PacketLoss
from sim.mail.partings import Partings
from sim.mail.routes import Route
from sim.mail.several_recipients import SeveralRecipients
from sim.mail.stall import Arrival, Weather
from sim.mail.transaction import Transaction
from sim.scenario.postconf import Postconf
from sim.vocabulary import connections, stages
from sim.vocabulary.kinds import NO_HOST
from sim.vocabulary.replies import (
    ACCEPTED,
    CONVERSATION_TIMED_OUT,
    DNS_TRY_AGAIN,
    PERMANENT,
    REPLIES,
)

_LONGEST_DNS_US: Final = 2**32 - 1
"""What the column holds: 71 minutes, longer than any resolver lets one wait."""


class SmtpClient:
    """The delivery agents of one sender; each delivery is one of them at work.

    Args:
        world: the run.
        pool: the addresses from which it connects; receivers know each as a client.
        postconf: time-outs and limits.
        resolver: who is asked for the way, or None for routing without DNS.
        done: told of each delivery at the moment at which it is over.
        put_away: keeps a connection that a delivery is through with, or closes it; asked at that moment.
        kept_connection: gives one to a host that a delivery goes on with; asked at that moment.
        deferral_us: what the agent takes to write down a deferral or bounce.
        several: whether the sender's messages may have several recipients.
        may_crash: whether the sender's machine ever crashes.
    """

    def __init__(
        self,
        world: World,
        pool: Pool,
        postconf: Postconf,
        resolver: FindsTheWay | None,
        done: Callable[[Delivery], None],
        put_away: Callable[[Delivery, Connection, int], None],
        kept_connection: Callable[[Delivery, ReceivesMail, int], Connection | None],
        deferral_us: int,
        several: bool,
        may_crash: bool,
    ) -> None:
        self._env = world.env
        self._pool = pool
        self._partings = Partings(world.env, may_crash)
        self._only_client = pool.only
        self._key = world.letters.key
        self._resolver = resolver
        self._put_away = put_away
        self._kept_connection = kept_connection
        self._deferral_us = deferral_us
        self._session_limit = postconf.smtp_mx_session_limit
        self._rset_timeout_us = postconf.smtp_rset_timeout * SECOND_US
        # With soft_bounce nothing is refused for good: a 5xx goes on to the next host, and a domain without
        # hosts is a failure of the site (bounce_append() gives -1 then).
        self._permanent = frozenset[int]() if postconf.soft_bounce else PERMANENT
        # One list a moment, made once: what a waiting delivery calls when its time has come.
        self._at_resolver: Ring = [self._ask_resolver]
        self._at_next_host: Ring = [self._next_host]
        self._at_going_on: Ring = [self._go_on]
        self._at_end: Ring = [done]
        self._candidates = Candidates(world, postconf)
        self._weather = Weather(world)
        self._loss = loss = PacketLoss(world)
        self._transaction: Transaction = (
            SeveralRecipients(
                world,
                postconf,
                self._weather,
                loss,
                self._over,
                self._lost,
                self._at_end,
                may_crash,
                self._permanent,
                self._is_at_last_host,
            )
            if several
            else Transaction(
                world, postconf, self._weather, loss, self._refused, self._lost, self._at_end, may_crash
            )
        )
        self._connector = Connector(
            world,
            postconf,
            self._weather,
            loss,
            self._partings,
            self._choose_client,
            self._transaction.mail,
            self._not_let_in,
        )

    def begin(self, delivery: Delivery, now_us: int) -> None:
        """Start a delivery whose agent sets to work at `started_us`, now or a little later."""
        delivery.dns_us = delivery.dns_queries = 0
        delivery.stage, delivery.reply = stages.NONE, ACCEPTED
        delivery.host = NO_HOST
        delivery.site_failure = delivery.ran_to_end = delivery.alternate = False
        started_us = delivery.started_us
        resolver = self._resolver
        if resolver is None:
            self._resolved(delivery, started_us)
            return
        found_us = resolver.cached(delivery.route.provider, started_us)
        if found_us is not None:
            delivery.dns_us = found_us - started_us
            self._resolved(delivery, found_us)
            return
        delivery.tries = delivery.unanswered = 0
        if started_us > now_us:
            delivery.set(started_us, self._at_resolver)
        else:
            self._ask_resolver(delivery)

    def _ask_resolver(self, delivery: Delivery) -> None:
        assert self._resolver is not None
        answer = self._resolver.lookup(
            delivery.route.provider,
            self._key(delivery.row),
            delivery.attempt,
            delivery.env.now,
            delivery.started_us,
            delivery.tries,
        )
        delivery.tries += 1
        delivery.unanswered += answer.unanswered
        delivery.dns_queries += answer.queries
        if answer.again:
            delivery.set(answer.at_us, self._at_resolver)
            return
        if answer.reply == DNS_TRY_AGAIN:
            delivery.dns_queries += delivery.unanswered
        delivery.dns_us = min(answer.at_us - delivery.started_us, _LONGEST_DNS_US)
        if delivery.trace is not None:
            found = "answer" if answer.reply == ACCEPTED else REPLIES[answer.reply].name
            delivery.trace.append(
                (answer.at_us, "resolver", "lookup", f"{found}, {delivery.dns_queries} queries")
            )
        if answer.reply == ACCEPTED:
            self._resolved(delivery, answer.at_us)
            return
        connection = delivery.connection
        delivery.connection = None
        delivery.how = connections.NO_CONNECTION
        delivery.setup_us = answer.at_us - delivery.handed_us
        delivery.stage = stages.DNS
        delivery.reply = answer.reply
        self._fail(delivery, answer.at_us, answer.reply not in self._permanent)
        if connection is not None:
            self.close(connection, answer.at_us + self._writing_us(delivery), delivery.route)

    def _resolved(self, delivery: Delivery, now_us: int) -> None:
        """Go on with the way known: with the connection there is, or by opening one."""
        route = delivery.route
        half_us = route.half_us
        if half_us is None:
            half_us = route.network.half_trip_us(self._key(delivery.row), delivery.attempt)
        delivery.half_us = half_us
        if delivery.connection is None:
            self._open(delivery, now_us)
            return
        delivery.client = delivery.connection.client
        delivery.first_address = delivery.sessions = 1
        delivery.candidate = -1
        self._use(delivery, delivery.connection, now_us)

    def _use(self, delivery: Delivery, connection: Connection, now_us: int) -> None:
        """Go on with a kept connection: Postfix sends RSET first, to find out whether it still lives."""
        route = delivery.route
        if route.plain:
            self._transaction.mail(delivery, now_us + 2 * delivery.half_us + route.command_us)
        else:
            self._probe(delivery, connection, now_us)

    def _open(self, delivery: Delivery, now_us: int) -> None:
        """Begin with the first host, as if there had never been a connection."""
        delivery.candidates = self._candidates.for_new(delivery)
        delivery.candidate = delivery.first_address = delivery.sessions = 0
        self._connector.connect(delivery, now_us)

    def _choose_client(self, delivery: Delivery, now_us: int) -> None:
        """Choose the address from which an attempt opens a connection now."""
        client = self._only_client
        if client is None:
            client = self._pool.choose(self._key(delivery.row), delivery.attempt, now_us)
        delivery.client = client

    def _probe(self, delivery: Delivery, connection: Connection, now_us: int) -> None:
        """Send RSET where it may fail."""
        route = delivery.route
        limit_us = self._rset_timeout_us
        reach = self._weather.reach
        there = reach(delivery, connection.server, now_us + delivery.half_us, now_us, limit_us)
        if there.reply == ACCEPTED:
            mail_us = there.at_us + route.command_us + delivery.half_us
            if mail_us <= now_us + limit_us:
                late_us = 0
                if route.network.lossy:
                    late_us = self._loss.delay_us(delivery, ENVELOPE, now_us, delivery.envelope_trips() + 1)
                self._transaction.mail(delivery, mail_us, late_us)
                return
            there = Arrival(CONVERSATION_TIMED_OUT, now_us + limit_us)
        if delivery.trace is not None:
            name = REPLIES[there.reply].name
            delivery.trace.append((there.at_us, "smtp_client", "RSET", f"{connection.server.name}: {name}"))
        delivery.connection = None
        delivery.how = connections.NEW
        self.close(connection, there.at_us, route)
        if delivery.candidate < 0:
            self._open(delivery, there.at_us)
        else:
            delivery.sessions -= 1
            self._connector.connect(delivery, there.at_us)

    def _refused(self, delivery: Delivery, known_us: int) -> None:
        """RCPT or the body was refused: for good, or at the last host, or there is another host to ask."""
        if delivery.crashed_us is not None:
            return
        delivery.ran_to_end = True
        if delivery.reply in self._permanent or self._is_at_last_host(delivery):
            delivery.set(known_us + self._deferral_us, self._at_end)
        else:
            delivery.set(known_us, self._at_next_host)

    def _over(self, delivery: Delivery, known_us: int) -> None:
        """A session with several recipients has run to its end: go on with those who may be taken by another host."""
        if delivery.crashed_us is not None:
            return
        delivery.ran_to_end = True
        assert delivery.batch is not None
        delivery.batch.known_us = known_us
        if delivery.batch.rows:
            delivery.set(known_us, self._at_next_host)
        else:
            delivery.set(known_us + self._writing_us(delivery), self._at_end)

    def _writing_us(self, delivery: Delivery) -> int:
        """Give what it takes to write down the refusals of a delivery that ends without acceptance, or with some."""
        batch = delivery.batch
        return self._deferral_us if batch is None else self._deferral_us * batch.refused()

    def _is_at_last_host(self, delivery: Delivery) -> bool:
        """Tell whether no other host may be tried after the present one, with which there was a session."""
        if delivery.route.single or delivery.sessions == self._session_limit:
            return True
        if delivery.candidate < 0:
            server = delivery.connection.server  # type: ignore[union-attr]
            delivery.candidates = self._candidates.after(delivery, server)
        return delivery.candidate + 1 >= len(delivery.candidates)

    def _next_host(self, delivery: Delivery) -> None:
        """Put the connection away, and go on with the next host, at the moment of a 4xx."""
        now_us = delivery.env.now
        connection = delivery.connection
        assert connection is not None
        delivery.connection = None
        self._put_away(delivery, connection, now_us)
        self._go_on(delivery)

    def _go_on(self, delivery: Delivery) -> None:
        """Go on with another host now: over a kept connection, or a new one."""
        now_us = delivery.env.now
        delivery.alternate = delivery.ran_to_end
        delivery.candidate += 1
        connection = self._kept(delivery, now_us) if delivery.load else None
        if connection is None:
            delivery.how = connections.NEW
            self._connector.connect(delivery, now_us)
        else:
            delivery.how = connections.REUSED
            delivery.client = connection.client
            delivery.connection = connection
            delivery.sessions += 1
            self._use(delivery, connection, now_us)

    def _kept(self, delivery: Delivery, now_us: int) -> Connection | None:
        """Find a kept connection: to one of the hosts of best preference that are left, else to the next host.

        Its host becomes the next one. See Postfix's smtp_reuse_session().
        """
        candidates, following = delivery.candidates, delivery.candidate
        best = delivery.route.servers[0].preference
        for place in range(following, len(candidates)):
            server = candidates[place]
            if place > following and server.preference != best:
                break
            connection = self._kept_connection(delivery, server, now_us)
            if connection is not None:
                candidates.insert(following, candidates.pop(place))
                return connection
        return None

    def _lost(self, delivery: Delivery, stage: int, why: Arrival) -> None:
        """The connection broke under the conversation."""
        if delivery.crashed_us is not None:
            return
        connection = delivery.connection
        assert connection is not None
        is_last = self._is_at_last_host(delivery)
        delivery.connection = None
        self.close(connection, why.at_us, delivery.route)
        delivery.stage = stage
        delivery.reply = why.reply
        if is_last:
            self._fail(delivery, why.at_us, True)
            return
        if delivery.trace is not None:
            name = REPLIES[why.reply].name
            delivery.trace.append((why.at_us, "smtp_client", "lost", f"{connection.server.name}: {name}"))
        delivery.set(why.at_us, self._at_going_on)

    def _not_let_in(self, delivery: Delivery, now_us: int, site_failure: bool) -> None:
        """No host is left, or the last word of one holds for all."""
        delivery.setup_us = now_us - delivery.handed_us
        delivery.how = connections.NO_CONNECTION
        self._fail(delivery, now_us, site_failure)

    def _fail(self, delivery: Delivery, at_us: int, site_failure: bool) -> None:
        """End a delivery in which no session came about, or the last one broke."""
        delivery.site_failure = site_failure and not delivery.ran_to_end
        if delivery.trace is not None:
            delivery.trace.append((at_us, "smtp_client", "failed", REPLIES[delivery.reply].name))
        delivery.set(at_us + self._writing_us(delivery), self._at_end)

    def crash(self, deliveries: Iterable[Delivery]) -> None:
        """Break deliveries off: the machine has crashed. What hosts are told just now, or take, they go on with."""
        now_us = self._env.now
        self._partings.crash()
        for delivery in deliveries:
            takes, connects = self._transaction.crash(delivery), self._connector.crash(delivery)
            if not (takes or connects):
                delivery.callbacks = []
            delivery.crashed_us = now_us
            if delivery.connection is not None:
                self.let_wait(delivery.connection, delivery.route)

    def let_wait(self, connection: Connection, route: Route) -> None:
        """Say nothing more to a host, now that the machine has crashed."""
        self._partings.let_wait(connection, self._env.now, route.network.half_us)

    def close(self, connection: Connection, at_us: int, route: Route) -> None:
        """Close a connection; the host sees it half a round trip later, or when it is through with its work."""
        if not connection.is_closed:
            self._partings.close(connection, at_us, route.network.half_us)
