"""Hand one letter over on an open connection: MAIL, RCPT, DATA, body and final dot.

Part of the SMTP client. Trips, replies and the body are added up; the client waits with an event only where
a host must be asked at the very moment: rules with a memory at RCPT, a station with a queue at the dot.
Each command that reaches the host is looked at on its way: it may be late, lost with the connection, or
answered after the client has lost patience. With PIPELINING, MAIL, RCPT and DATA are one look, at RCPT.
See: RFC 5321 3.3, 4.5.3.2 and 6.1; RFC 1047; RFC 2920 3.1; Postfix's smtp_proto.c.
Who has taken a letter owns it, also if the sender does not hear of it: the answer to the final dot may come after
`smtp_data_done_timeout`, or be lost on a road that is cut. Then the sender tries again, and the receiver takes another
copy (a duplicate, RFC 1047).
Left out: an answer to MAIL or DATA that is merely late, a 4xx or 5xx to the final dot that comes too late.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sim.kernel.alarm import Ring, ring_once
from sim.kernel.letters import Doubt
from sim.kernel.world import SECOND_US, World
from sim.mail.delivery import Connection, Delivery
from sim.mail.handoff import ReceivesMail
from sim.mail.packet_loss import PacketLoss
from sim.mail.stall import Arrival, Weather
from sim.scenario.postconf import Postconf
from sim.vocabulary import stages
from sim.vocabulary.outcomes import INBOX
from sim.vocabulary.replies import ACCEPTED, CONVERSATION_TIMED_OUT, REPLIES

Taken = Sequence[tuple[int, int]]
"""Letters that a host takes, each with the row of the copy that it becomes: its own, or a duplicate's."""


class Transaction:
    """The mail transactions of one sender.

    Args:
        world: the run.
        postconf: time-outs.
        weather: what happens to packets on their way.
        loss: what is lost by chance.
        refused: called when RCPT or the body was refused, with the delivery and the moment at which the client knows.
        lost: called when the connection broke, with the delivery, the stage, and why and when.
        at_end: rung when the letter was accepted, at the moment at which the client knows.
        may_crash: whether the client's machine ever crashes, so that nothing may happen ahead of its time.
    """

    def __init__(
        self,
        world: World,
        postconf: Postconf,
        weather: Weather,
        loss: PacketLoss,
        refused: Callable[[Delivery, int], None],
        lost: Callable[[Delivery, int, Arrival], None],
        at_end: Ring,
        may_crash: bool,
    ) -> None:
        self._may_crash = may_crash
        self._weather = weather
        self._loss = loss
        self._refused = refused
        self._lost = lost
        self._env = world.env
        self._letters = world.letters
        self._sizes = world.letters.size_bytes
        self._delivered_us = world.letters.delivered_us
        self._mail_timeout_us = postconf.smtp_mail_timeout * SECOND_US
        self._rcpt_timeout_us = postconf.smtp_rcpt_timeout * SECOND_US
        self._data_timeout_us = postconf.smtp_data_init_timeout * SECOND_US
        self._dot_timeout_us = postconf.smtp_data_done_timeout * SECOND_US
        # One list a moment, made once: what a waiting delivery calls when its time has come.
        self._at_rcpt: Ring = [self._rcpt]
        self._at_dot: Ring = [self._dot]
        self._at_acceptance: Ring = [self._hand_over]
        self._at_end = at_end

    def mail(self, delivery: Delivery, mail_us: int, late_us: int = 0) -> None:
        """Send MAIL at `mail_us`; RCPT comes to the host with it or a round trip later.

        Args:
            delivery: has a connection.
            mail_us: when MAIL is sent.
            late_us: how much later RCPT arrives because packets were lost.
        """
        route = delivery.route
        server = delivery.connection.server  # type: ignore[union-attr]
        delivery.host = server.index
        delivery.setup_us = mail_us - delivery.handed_us
        if route.plain:
            rcpt_us = mail_us + route.rcpt_halves * delivery.half_us + route.command_us
        else:
            arrival = self._reach_rcpt(delivery, server, mail_us, late_us)
            if arrival is None:
                return
            rcpt_us = arrival
        delivery.there_us = rcpt_us
        if server.remembers_letters or self._may_crash:
            delivery.set(rcpt_us, self._at_rcpt)
        else:
            self._rcpt(delivery)

    def _reach_rcpt(self, delivery: Delivery, server: ReceivesMail, mail_us: int, late_us: int) -> int | None:
        """Give when RCPT is at the host in any weather, or None where the connection broke before."""
        route, half_us = delivery.route, delivery.half_us
        if route.pipelining:
            sent_us = mail_us + route.command_us
        else:
            there = self._weather.reach(delivery, server, mail_us + half_us, mail_us, self._mail_timeout_us)
            if there.reply != ACCEPTED:
                self._lost(delivery, stages.MAIL, there)
                return None
            sent_us = there.at_us + route.command_us + half_us
        delivery.sent_us = sent_us
        return self._arrival(
            delivery, server, sent_us + half_us, late_us, sent_us, self._rcpt_timeout_us, stages.RCPT
        )

    def _arrival(
        self,
        delivery: Delivery,
        server: ReceivesMail,
        at_us: int,
        late_us: int,
        sent_us: int,
        limit_us: int,
        stage: int,
    ) -> int | None:
        """Give when something is there that lost packets hold up first, then the weather."""
        there = self._weather.reach(delivery, server, at_us + late_us, sent_us, limit_us)
        if there.reply == ACCEPTED:
            delivery.said_us = there.said_us
            return there.at_us
        self._lost(delivery, stage, there)
        return None

    def _rcpt(self, delivery: Delivery) -> None:
        """Have the recipient judged; go on to the body or take the refusal."""
        route, rcpt_us, half_us = delivery.route, delivery.there_us, delivery.half_us
        connection = delivery.connection
        assert connection is not None
        server = connection.server
        answer_us = rcpt_us + route.command_us + half_us
        reply = ACCEPTED if connection.session is None else connection.session.ask()
        if reply == ACCEPTED and server.letter is not None:
            reply = server.letter(delivery.client, rcpt_us)
        if reply == ACCEPTED:
            reply = server.recipient(delivery.row, delivery.attempt, delivery.client, rcpt_us)
            answer_us += server.lookup_us  # Nobody is asked about a client that is cut off.
        if delivery.trace is not None:
            delivery.trace.append((rcpt_us, "smtp_server", "RCPT", REPLIES[reply].key))
        if not route.plain:
            answer_us += self._weather.slow_us(delivery, server, rcpt_us)
            silence_us = delivery.sent_us + self._rcpt_timeout_us
            if answer_us > silence_us or connection.dies_us() <= answer_us - half_us:
                self._lost(delivery, stages.RCPT, Arrival(CONVERSATION_TIMED_OUT, silence_us))
                return
        if reply != ACCEPTED:
            delivery.stage = stages.RCPT
            delivery.reply = reply
            connection.answered(answer_us - half_us)
            self._refused(delivery, answer_us)
            return
        self._body(delivery, server, answer_us)

    def _body(self, delivery: Delivery, server: ReceivesMail, answer_us: int) -> None:
        """Send the body after the answer to RCPT; the final dot comes last."""
        if delivery.crashed_us is not None:
            return
        route, half_us = delivery.route, delivery.half_us
        if route.plain:
            dot_us = answer_us + route.command_us + route.body_halves * half_us
            dot_us += route.network.transfer_us(self._sizes[delivery.row], half_us)
        else:
            arrival = self._reach_dot(delivery, server, answer_us)
            if arrival is None:
                return
            dot_us = arrival
        delivery.there_us = dot_us
        if server.asks_at_dot or self._may_crash:
            delivery.set(dot_us, self._at_dot)
        else:
            self._dot(delivery)

    def _reach_dot(self, delivery: Delivery, server: ReceivesMail, answer_us: int) -> int | None:
        """Give when the final dot is at the host in any weather, or None where the connection broke before."""
        route, half_us = delivery.route, delivery.half_us
        network, size_bytes = route.network, self._sizes[delivery.row]
        if route.pipelining:
            body_us = answer_us + route.command_us + half_us
        else:
            there = self._weather.reach(
                delivery, server, answer_us + half_us, answer_us, self._data_timeout_us
            )
            if there.reply != ACCEPTED:
                self._lost(delivery, stages.DATA, there)
                return None
            body_us = there.at_us + route.command_us + 2 * half_us
        late_us = 0
        if network.lossy:
            late_us = self._loss.last_delay_us(delivery, answer_us)
            body_us += network.lossy_transfer_us(size_bytes, half_us, network.loss_at(answer_us))
        else:
            body_us += network.transfer_us(size_bytes, half_us)
        delivery.sent_us = sent_us = body_us - half_us
        return self._arrival(
            delivery, server, body_us, late_us, sent_us, self._dot_timeout_us, stages.END_OF_DATA
        )

    def _dot(self, delivery: Delivery) -> None:
        """The final dot is there: the host takes the letter, and its 250 travels back."""
        dot_us, connection = delivery.there_us, delivery.connection
        assert connection is not None
        server = connection.server
        slow_us = 0 if delivery.route.plain else self._weather.slow_us(delivery, server, dot_us)
        reply = server.body((delivery.row,), delivery.client, dot_us) if server.asks_at_dot else ACCEPTED
        if reply != ACCEPTED:
            known_us = self._refuse_body(delivery, connection, delivery.row, reply, slow_us)
            if known_us is not None:
                delivery.stage, delivery.reply = stages.END_OF_DATA, reply
                self._refused(delivery, known_us)
            return
        row = delivery.row
        delivered_us = server.end_of_data(row, delivery.attempt, dot_us, slow_us)
        if delivered_us is None:
            self._never_answered(delivery)
            return
        taken = row if self._delivered_us[row] < 0 else self._letters.duplicate(row)
        self._delivered_us[taken] = delivered_us
        connection.answered(delivered_us)
        if delivery.trace is not None:
            delivery.trace.append((dot_us, "smtp_server", "final dot", ""))
            delivery.trace.append((delivered_us, "smtp_server", "accepted", REPLIES[ACCEPTED].key))
        answer = self._answer(delivery, server, dot_us, delivered_us)
        if answer.reply != ACCEPTED or delivery.crashed_us is not None:
            self._leave_in_doubt(delivery, ((row, taken),), delivered_us, answer)
            return
        heard_us = answer.at_us
        delivery.stage = stages.END_OF_DATA
        delivery.reply = ACCEPTED
        if taken != row:
            self._end_doubt(server, ((row, taken),), delivered_us, heard_us)
            delivery.set(heard_us, self._at_end)
            return
        if server.agent.is_a_queue:
            delivery.there_us = heard_us
            delivery.set(delivered_us, self._at_acceptance)
            return
        server.agent.deliver(row, delivered_us)
        delivery.set(heard_us, self._at_end)

    def _refuse_body(
        self, delivery: Delivery, connection: Connection, row: int, reply: int, slow_us: int
    ) -> int | None:
        """A body is there, and the host does not take it.

        Returns:
            When the client knows; None where it does not wait so long, or the host crashes before its answer.
        """
        dot_us = delivery.there_us
        decided_us = connection.server.decided_us(row, delivery.attempt, dot_us, reply)
        answered_us = decided_us + delivery.route.command_us + slow_us
        if not delivery.route.plain and connection.dies_us() <= answered_us:
            self._never_answered(delivery)
            return None
        if delivery.trace is not None:
            delivery.trace.append((dot_us, "smtp_server", "final dot", REPLIES[reply].key))
        connection.answered(answered_us)
        sent_us = dot_us - delivery.half_us if delivery.route.plain else delivery.sent_us
        known_us, silence_us = answered_us + delivery.half_us, sent_us + self._dot_timeout_us
        if known_us > silence_us:
            connection.busy_us = answered_us
            self._lost(delivery, stages.END_OF_DATA, Arrival(CONVERSATION_TIMED_OUT, silence_us))
            return None
        return known_us

    def _never_answered(self, delivery: Delivery) -> None:
        """The host had the final dot and crashes before its answer: the letter is not taken, and the client waits."""
        silence_us = delivery.sent_us + self._dot_timeout_us
        self._lost(delivery, stages.END_OF_DATA, Arrival(CONVERSATION_TIMED_OUT, silence_us))

    def _answer(self, delivery: Delivery, server: ReceivesMail, dot_us: int, delivered_us: int) -> Arrival:
        """Give when the client hears that its letter was taken at `delivered_us`, or that it gives up before."""
        half_us = delivery.half_us
        if not delivery.route.plain:
            return self._weather.back(delivery, server, delivered_us, delivery.sent_us, self._dot_timeout_us)
        silence_us = dot_us - half_us + self._dot_timeout_us
        if delivered_us + half_us > silence_us:
            return Arrival(CONVERSATION_TIMED_OUT, silence_us)
        return Arrival(ACCEPTED, delivered_us + half_us)

    def _leave_in_doubt(self, delivery: Delivery, taken: Taken, delivered_us: int, why: Arrival) -> None:
        """The host has taken letters, and the client does not hear of it: for it the connection broke."""
        connection = delivery.connection
        assert connection is not None
        for row, copy in taken:
            if copy == row:
                self._letters.doubts[row] = Doubt()
        connection.busy_us = delivered_us
        self._carry_in(connection.server, taken, delivered_us)
        self._lost(delivery, stages.END_OF_DATA, why)

    def crash(self, delivery: Delivery) -> bool:
        """The client's machine crashes: nobody hears of what the host has taken, or will take.

        Returns:
            Whether the host is told something just now, or takes a letter.
        """
        letters, waits_for = self._letters, delivery.callbacks
        known = {one.row for one in delivery.known_as_taken(self._env.now)}
        for row in delivery.rows():
            if letters.delivered_us[row] >= 0 and row not in known:
                letters.doubts[row] = Doubt()
        if waits_for is self._at_rcpt or waits_for is self._at_dot:
            return self._came_along(delivery) or self._said_us(delivery) <= self._env.now
        return waits_for is self._at_acceptance

    def _said_us(self, delivery: Delivery) -> int:
        """Give when that was said for whose arrival a delivery waits."""
        return delivery.there_us - delivery.half_us if delivery.route.plain else delivery.said_us

    def _came_along(self, delivery: Delivery) -> bool:
        """Tell whether the recipient whom a delivery waits for was named together with others before."""
        is_rcpt, batch = delivery.callbacks is self._at_rcpt, delivery.batch
        return is_rcpt and delivery.route.pipelining and batch is not None and batch.asked > 0

    def _take(self, rows: Sequence[int], delivered_us: int) -> Taken:
        """Note that a body was taken for several; give for each letter the row of the copy that it becomes."""
        taken = [(row, row if self._delivered_us[row] < 0 else self._letters.duplicate(row)) for row in rows]
        for _, copy in taken:
            self._delivered_us[copy] = delivered_us
        return taken

    def _end_doubt(self, server: ReceivesMail, taken: Taken, delivered_us: int, heard_us: int) -> None:
        """The client hears at last that letters were taken, some of them once more."""
        for row, copy in taken:
            if copy != row:
                doubt = self._letters.doubts[row]
                doubt.outcome, doubt.ended_us, doubt.copy = INBOX, heard_us, copy
        self._carry_in(server, taken, delivered_us)

    def _carry_in(self, server: ReceivesMail, taken: Taken, delivered_us: int) -> None:
        """Give copies to the delivery agent, which goes on whatever the client does."""

        def deliver(_: Any) -> None:
            for _row, copy in taken:
                server.agent.deliver(copy, delivered_us)

        if server.agent.is_a_queue:
            ring_once(self._env, delivered_us, deliver)
        else:
            deliver(None)

    def _hand_over(self, delivery: Delivery) -> None:
        """Put the letter into the delivery agent's queue at the moment of its acceptance."""
        server = delivery.connection.server  # type: ignore[union-attr]
        server.agent.deliver(delivery.row, delivery.env.now)
        if delivery.crashed_us is None:
            delivery.set(delivery.there_us, self._at_end)
