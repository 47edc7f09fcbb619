"""Hand one message over to several recipients at once: MAIL, RCPT after RCPT, DATA, body and final dot.

Part of the SMTP client, and the same conversation as with one recipient (see transaction), but that RCPT is sent
and answered for each. Who is refused for good, or at the last host, has an answer of his own; who is refused for
now may be taken by another host. If anybody was accepted the body follows, and the 250 after the final dot is the
answer to all of those. Without PIPELINING each RCPT waits for the answer to the one before.
See: RFC 5321 3.3, 4.1.1.3; RFC 2920 3.1; Postfix's smtp_proto.c, smtp_trouble.c (smtp_rcpt_fail, smtp_sess_fail).
Left out: with PIPELINING, weather between the first RCPT and the last; that a host which limits the recipients of
a session answers those before the limit one by one, before it refuses them all.
"""

from collections.abc import Callable

from sim.kernel.alarm import Ring
from sim.kernel.condition import NEVER_US
from sim.kernel.world import World
from sim.mail.batch import Batch, Settled
from sim.mail.delivery import Connection, Delivery
from sim.mail.packet_loss import PacketLoss
from sim.mail.stall import Arrival, Weather
from sim.mail.transaction import Transaction
from sim.scenario.postconf import Postconf
from sim.vocabulary import stages
from sim.vocabulary.replies import ACCEPTED, CONVERSATION_TIMED_OUT, REPLIES


class SeveralRecipients(Transaction):
    """The mail transactions of a sender whose messages may have several recipients.

    Args:
        world: the run.
        postconf: time-outs.
        weather: what happens to packets on their way.
        loss: what is lost by chance.
        over: called when the session has run to its end, with the delivery and the moment.
        lost: called when the connection broke, with the delivery, the stage, and why and when.
        at_end: not rung here; see `over`.
        may_crash: whether the client's machine ever crashes.
        permanent: replies that are final at any host.
        is_at_last_host: tells whether no other host may be tried.
    """

    def __init__(
        self,
        world: World,
        postconf: Postconf,
        weather: Weather,
        loss: PacketLoss,
        over: Callable[[Delivery, int], None],
        lost: Callable[[Delivery, int, Arrival], None],
        at_end: Ring,
        may_crash: bool,
        permanent: frozenset[int],
        is_at_last_host: Callable[[Delivery], bool],
    ) -> None:
        super().__init__(world, postconf, weather, loss, over, lost, at_end, may_crash)
        self._numbers = world.letters.number
        self._over = over
        self._permanent = permanent
        self._is_at_last_host = is_at_last_host

    def mail(self, delivery: Delivery, mail_us: int, late_us: int = 0) -> None:
        """Send MAIL at `mail_us`, for all who have no answer yet; see transaction."""
        batch = _batch(delivery)
        batch.named, batch.asked = list(batch.rows), 0
        batch.accepted, batch.before = [], len(batch.settled)
        if delivery.route.pipelining:
            delivery.sent_us = mail_us + delivery.route.command_us
        else:
            delivery.sent_us = mail_us + 2 * delivery.half_us + delivery.route.command_us
        super().mail(delivery, mail_us, late_us)

    def _rcpt(self, delivery: Delivery) -> None:
        """Have recipient after recipient judged; go on to the body or take the refusals."""
        batch, route, half_us = _batch(delivery), delivery.route, delivery.half_us
        connection = delivery.connection
        assert connection is not None
        server = connection.server
        if not batch.asked:
            reply = ACCEPTED if connection.session is None else connection.session.ask(len(batch.named))
            if reply == ACCEPTED and server.letter is not None:
                reply = server.letter(delivery.client, delivery.there_us)
            if reply != ACCEPTED:
                self._refuse_all(delivery, connection, reply)
                return
        while True:
            row, rcpt_us = batch.named[batch.asked], delivery.there_us
            reply = server.recipient(row, delivery.attempt, delivery.client, rcpt_us)
            if delivery.trace is not None:
                said = f"{REPLIES[reply].key} (letter {self._numbers[row]})"
                delivery.trace.append((rcpt_us, "smtp_server", "RCPT", said))
            answered_us = rcpt_us + route.command_us + (0 if batch.asked else server.lookup_us)
            if not route.plain:
                answered_us += self._weather.slow_us(delivery, server, rcpt_us)
            answer_us = answered_us + half_us
            silence_us = delivery.sent_us + self._rcpt_timeout_us
            if answer_us > silence_us or (not route.plain and connection.dies_us() <= answered_us):
                self._lost(delivery, stages.RCPT, Arrival(CONVERSATION_TIMED_OUT, silence_us))
                return
            if reply == ACCEPTED:
                batch.accepted.append(row)
            elif reply in self._permanent or self._is_at_last_host(delivery):
                self._settle(delivery, row, stages.RCPT, reply)
            batch.asked += 1
            if batch.asked == len(batch.named):
                break
            delivery.sent_us = answer_us
            if route.pipelining:
                delivery.there_us = answered_us
            elif delivery.crashed_us is not None:
                return
            elif route.plain:
                delivery.there_us = answer_us + half_us
            else:
                there = self._arrival(
                    delivery, server, answer_us + half_us, 0, answer_us, self._rcpt_timeout_us, stages.RCPT
                )
                if there is None:
                    return
                delivery.there_us = there
            if server.remembers_letters or self._may_crash:
                delivery.set(delivery.there_us, self._at_rcpt)
                return
        if batch.accepted:
            self._body(delivery, server, answer_us)
        else:
            connection.answered(answered_us)
            self._over(delivery, answer_us)

    def _refuse_all(self, delivery: Delivery, connection: Connection, reply: int) -> None:
        """The host refuses the whole transaction: it names too many, and the host hangs up, or comes too soon."""
        batch, there_us = _batch(delivery), delivery.there_us
        if delivery.trace is not None:
            delivery.trace.append((there_us, "smtp_server", "RCPT", REPLIES[reply].key))
        answer_us = there_us + delivery.route.command_us + delivery.half_us
        if not delivery.route.plain:
            answer_us += self._weather.slow_us(delivery, connection.server, there_us)
        silence_us = delivery.sent_us + self._rcpt_timeout_us
        dies_us = NEVER_US if delivery.route.plain else connection.dies_us()
        if answer_us > silence_us or dies_us <= answer_us - delivery.half_us:
            self._lost(delivery, stages.RCPT, Arrival(CONVERSATION_TIMED_OUT, silence_us))
            return
        if reply in self._permanent or self._is_at_last_host(delivery):
            for row in list(batch.rows):
                self._settle(delivery, row, stages.RCPT, reply)
        connection.answered(answer_us - delivery.half_us)
        self._over(delivery, answer_us)

    def _settle(self, delivery: Delivery, row: int, stage: int, reply: int) -> None:
        """Give a recipient an answer of his own."""
        batch = _batch(delivery)
        batch.rows.remove(row)
        batch.settled.append(
            Settled(row, delivery.host, delivery.client, delivery.how, delivery.setup_us, stage, reply)
        )

    def _dot(self, delivery: Delivery) -> None:
        """The final dot is there: the host takes the message for all whom it has accepted."""
        batch, dot_us, connection = _batch(delivery), delivery.there_us, delivery.connection
        assert connection is not None
        server = connection.server
        slow_us = 0 if delivery.route.plain else self._weather.slow_us(delivery, server, dot_us)
        reply = server.body(batch.accepted, delivery.client, dot_us) if server.asks_at_dot else ACCEPTED
        if reply != ACCEPTED:
            known_us = self._refuse_body(delivery, connection, batch.accepted[0], reply, slow_us)
            if known_us is None:
                return
            if reply in self._permanent or self._is_at_last_host(delivery):
                for row in batch.accepted:
                    self._settle(delivery, row, stages.END_OF_DATA, reply)
            self._over(delivery, known_us)
            return
        delivered_us = server.end_of_data(batch.accepted[0], delivery.attempt, dot_us, slow_us)
        if delivered_us is None:
            self._never_answered(delivery)
            return
        taken = self._take(batch.accepted, delivered_us)
        connection.answered(delivered_us)
        if delivery.trace is not None:
            delivery.trace.append((dot_us, "smtp_server", "final dot", ""))
            delivery.trace.append((delivered_us, "smtp_server", "accepted", REPLIES[ACCEPTED].key))
        answer = self._answer(delivery, server, dot_us, delivered_us)
        if answer.reply != ACCEPTED or delivery.crashed_us is not None:
            self._leave_in_doubt(delivery, taken, delivered_us, answer)
            return
        self._end_doubt(server, taken, delivered_us, answer.at_us)
        for row in batch.accepted:
            self._settle(delivery, row, stages.END_OF_DATA, ACCEPTED)
        self._over(delivery, answer.at_us)


def _batch(delivery: Delivery) -> Batch:
    assert delivery.batch is not None, "a sender with batches makes no delivery without one"
    return delivery.batch
