"""Open a connection: host after host, TCP, greeting, EHLO and TLS, until one lets the client in.

Part of the SMTP client. The client waits with an event only for the moment at which a host is asked whether
it takes the connection, and before that whether it has room for one more where its processes are few; all
else is added up. A lost SYN is sent again after 1, 3, 7 and 15 s. Who does not
answer a SYN within `smtp_connect_timeout`, or greets later than `smtp_helo_timeout` after that, is given up,
and so is one with whom EHLO is held up as long by lost packets.
Where the host's accept queue is full, a SYN is lost as well; or the client takes itself for connected and waits
for a greeting in vain.
A greeting of 5xx is as good as one of 4xx unless `smtp_skip_5xx_greeting` is off.
See: RFC 5321 3.1, 4.5.3.2.1; RFC 3207; Postfix's smtp_connect.c and smtp_helo().
"""

from collections.abc import Callable
from typing import Any

from sim.kernel.alarm import Ring, ring_once
from sim.kernel.condition import HANGING
from sim.kernel.world import SECOND_US, World
from sim.mail.delivery import Connection, Delivery
from sim.mail.handoff import ReceivesMail
from sim.mail.packet_loss import ENVELOPE, GREETING, HELLO, SYN, PacketLoss
from sim.mail.partings import Partings
from sim.mail.stall import Arrival, Weather, syn_answer
from sim.scenario.postconf import Postconf
from sim.vocabulary import stages
from sim.vocabulary.replies import (
    ACCEPTED,
    CONNECT_TIMED_OUT,
    CONVERSATION_TIMED_OUT,
    GREETED_554,
    GREETED_554_FINAL,
    REPLIES,
)


class Connector:
    """Opens the connections of one sender.

    Args:
        world: the run.
        postconf: time-outs.
        weather: what happens to packets on their way.
        loss: what is lost by chance.
        partings: when hosts see the end of connections.
        choose_client: told, with the delivery and the moment, to choose the address for a connection to be opened.
        talk: called when a host has let the client in, with the delivery, the moment at which MAIL is sent,
            and how much later MAIL and RCPT are through because of what is lost.
        give_up: called when no host has, with the delivery, the moment and whether the site has failed.
    """

    def __init__(
        self,
        world: World,
        postconf: Postconf,
        weather: Weather,
        loss: PacketLoss,
        partings: Partings,
        choose_client: Callable[[Delivery, int], None],
        talk: Callable[[Delivery, int, int], None],
        give_up: Callable[[Delivery, int, bool], None],
    ) -> None:
        self._weather = weather
        self._loss = loss
        self._partings = partings
        self._choose_client = choose_client
        self._talk = talk
        self._give_up = give_up
        self._connect_timeout_us = postconf.smtp_connect_timeout * SECOND_US
        self._helo_timeout_us = postconf.smtp_helo_timeout * SECOND_US
        self._skips_5xx = postconf.smtp_skip_5xx_greeting
        self._goes_on_after_5xx = postconf.smtp_skip_5xx_greeting or postconf.soft_bounce
        self._at_greeting: Ring = [self._ask_greeting]
        self._at_syn: Ring = [self._ask_for_a_place]
        self._at_ack: Ring = [self._ask_for_a_process]

    def connect(self, delivery: Delivery, now_us: int) -> None:
        """Try the candidates from the present one on; with none left the delivery has failed."""
        candidates = delivery.candidates
        while delivery.candidate < len(candidates):
            server = candidates[delivery.candidate]
            delivery.host = server.index
            self._choose_client(delivery, now_us)
            if delivery.route.plain:
                half_us = delivery.half_us
                delivery.sent_us = now_us + 2 * half_us
                delivery.set(now_us + 3 * half_us, self._at_greeting)
                return
            lossy = delivery.route.network.lossy
            delivery.syn_us = now_us
            delivery.lost_us = self._loss.delay_us(delivery, SYN, now_us, 1) if lossy else 0
            there = self._send_syn(delivery, server)
            few = server.processes is not None
            if there.reply == ACCEPTED and not few:
                there = self._send_ack(delivery, server, there.at_us)
            if there.reply == ACCEPTED:
                delivery.set(there.at_us, self._at_syn if few else self._at_greeting)
                return
            if delivery.trace is not None:
                name = REPLIES[there.reply].name
                delivery.trace.append((there.at_us, "smtp_client", "connect", f"{server.name}: {name}"))
            delivery.reply = there.reply
            delivery.candidate += 1
            now_us = there.at_us
        self._give_up(delivery, now_us, True)

    def _send_syn(self, delivery: Delivery, server: ReceivesMail) -> Arrival:
        """Give when the next SYN that is not lost is at the host, or why none is and when the client knows."""
        timeout_us, half_us = self._connect_timeout_us, delivery.half_us
        delivery.stage = stages.CONNECT
        if delivery.route.blocked or delivery.lost_us >= timeout_us:
            return Arrival(CONNECT_TIMED_OUT, delivery.syn_us + timeout_us)
        road, host = delivery.route.network.condition, server.condition
        there = syn_answer(road, host, delivery.syn_us, half_us, timeout_us, delivery.lost_us)
        return there if there.reply != ACCEPTED else Arrival(ACCEPTED, there.at_us - 2 * half_us)

    def _send_ack(self, delivery: Delivery, server: ReceivesMail, syn_us: int) -> Arrival:
        """Give when the host has the connection whose SYN was there at `syn_us`, or why not and when that is known."""
        network, half_us = delivery.route.network, delivery.half_us
        delivery.stage = stages.GREETING
        delivery.sent_us = known_us = syn_us + half_us
        if server.condition.state_at(syn_us) == HANGING:
            # Its TCP has answered the SYN, and nobody takes the connection up.
            return Arrival(CONVERSATION_TIMED_OUT, known_us + self._helo_timeout_us)
        at_us = known_us + half_us
        if network.lossy:
            at_us += self._loss.delay_us(delivery, GREETING, known_us, 1)
        there = self._weather.reach(delivery, server, at_us, known_us, self._helo_timeout_us)
        delivery.said_us = there.said_us
        if server.condition.crash_after(syn_us) <= there.at_us:
            # Nobody is left who knows of the connection, and the client has nothing to send again.
            return Arrival(CONVERSATION_TIMED_OUT, known_us + self._helo_timeout_us)
        return there

    # --- a host with few processes ------------------------------------------------------------------

    def _ask_for_a_place(self, delivery: Delivery) -> None:
        """A SYN is at a host whose processes are limited: there is room for one more connection, or it is in vain."""
        now_us = delivery.env.now
        server = delivery.candidates[delivery.candidate]
        processes = server.processes
        assert processes is not None
        if processes.take_place():
            delivery.there_us = now_us
            there = self._send_ack(delivery, server, now_us)
            if there.reply == ACCEPTED:
                delivery.set(there.at_us, self._at_ack)
                return
            ring_once(delivery.env, there.at_us, lambda _: processes.give_up_place())
        elif processes.half_open:
            delivery.stage = stages.GREETING
            known_us = now_us + delivery.half_us
            there = Arrival(CONVERSATION_TIMED_OUT, known_us + self._helo_timeout_us)
        else:
            delivery.lost_us = now_us - delivery.half_us - delivery.syn_us + 1
            there = self._send_syn(delivery, server)
            if there.reply == ACCEPTED:
                delivery.set(there.at_us, self._at_syn)
                return
        self._turned_away(delivery, delivery.stage, there.reply, there.at_us)

    def _ask_for_a_process(self, delivery: Delivery) -> None:
        """The connection is open: a process takes it now, or when its turn comes before the client gives up."""
        now_us = delivery.env.now
        processes = delivery.candidates[delivery.candidate].processes
        assert processes is not None
        if delivery.crashed_us is not None and delivery.said_us > delivery.crashed_us:
            processes.give_up_place()  # The connection was never opened.
            return
        if processes.take_process():
            self._ask_greeting(delivery)
            return
        patience_us = delivery.sent_us + self._helo_timeout_us
        waiting = processes.wait(lambda: self._ask_greeting(delivery), patience_us, now_us)

        def give_up(_: Any) -> None:
            if not waiting.served and delivery.crashed_us is None:
                self._turned_away(delivery, stages.GREETING, CONVERSATION_TIMED_OUT, patience_us)

        ring_once(delivery.env, patience_us, give_up)

    def crash(self, delivery: Delivery) -> bool:
        """The client's machine crashes; tell whether a host is about to have a connection, or thinks so."""
        if delivery.callbacks is self._at_greeting:
            said_us = delivery.sent_us if delivery.route.plain else delivery.said_us
            return said_us <= delivery.env.now
        return delivery.callbacks is self._at_ack

    # --- the greeting ---------------------------------------------------------------------------------

    def _ask_greeting(self, delivery: Delivery) -> None:
        """The host takes the new connection, or refuses it; asked at the moment at which it arrives there."""
        now_us = delivery.env.now
        route = delivery.route
        server = delivery.candidates[delivery.candidate]
        half_us = delivery.half_us
        banner_us = now_us + route.banner_us + half_us
        reply = server.admit(delivery.client, now_us)
        road_us = route.network.half_us
        connection = Connection(server, delivery.client, now_us)
        if delivery.crashed_us is not None:
            if reply == ACCEPTED:
                self._partings.let_wait(connection, now_us, road_us)
            return
        if not route.plain:
            banner_us += self._weather.slow_us(delivery, server, now_us)
            silence_us = delivery.sent_us + self._helo_timeout_us
            if banner_us > silence_us or server.condition.crash_after(now_us) <= banner_us - half_us:
                if reply == ACCEPTED:
                    self._partings.close(connection, silence_us, road_us)
                reply, banner_us = CONVERSATION_TIMED_OUT, silence_us
        if delivery.trace is not None:
            greeting = "220" if reply == ACCEPTED else REPLIES[reply].key
            delivery.trace.append((banner_us, "smtp_server", "greeting", f"{server.name}: {greeting}"))
        if reply != ACCEPTED:
            self._turned_away(delivery, stages.GREETING, reply, banner_us)
            return
        mail_us = banner_us + route.hello_halves * half_us + route.hello_us
        late_us = 0
        if route.network.lossy:
            held_up_us = self._loss.delay_us(delivery, HELLO, banner_us, route.hello_halves // 2)
            if held_up_us >= self._helo_timeout_us:
                silence_us = banner_us + self._helo_timeout_us
                self._partings.close(connection, silence_us, road_us)
                self._turned_away(delivery, stages.EHLO, CONVERSATION_TIMED_OUT, silence_us)
                return
            mail_us += held_up_us
            late_us = self._loss.delay_us(delivery, ENVELOPE, mail_us, delivery.envelope_trips())
        delivery.connection = connection
        delivery.sessions += 1
        self._talk(delivery, mail_us, late_us)

    def _turned_away(self, delivery: Delivery, stage: int, reply: int, at_us: int) -> None:
        """A host did not let the client in: go to the next one, or take its word for all of them."""
        if reply == GREETED_554 and not self._skips_5xx:
            reply = GREETED_554_FINAL
        delivery.stage = stage
        delivery.reply = reply
        if reply == GREETED_554_FINAL and not self._goes_on_after_5xx:
            self._give_up(delivery, at_us, False)
            return
        delivery.candidate += 1
        self.connect(delivery, at_us)
