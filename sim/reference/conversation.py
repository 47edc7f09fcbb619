"""The conversation over an open connection: RSET, MAIL, RCPT after RCPT, DATA and the body."""

from collections.abc import Generator
from typing import Any, Protocol

from simpy import Event

from sim.kernel.variates import sample_us
from sim.reference.chance import Chance
from sim.reference.clock import Clock
from sim.reference.counter import Counter
from sim.reference.letter import Letter
from sim.reference.post_office import PostOffice
from sim.reference.records import PlainCopy
from sim.reference.road import Road
from sim.reference.weather import DOWN, HANGING, Weather
from sim.reference.yard import SECOND_US, Connection, Trip
from sim.scenario.sender import Sender
from sim.vocabulary.connections import REUSED
from sim.vocabulary.replies import (
    ACCEPTED,
    CONVERSATION_TIMED_OUT,
    LOST_CONNECTION,
    PERMANENT,
    SESSION_CUT,
    SPAM_REFUSED,
)
from sim.vocabulary.stages import DATA, END_OF_DATA, MAIL, NONE, RCPT

FIRST_RESEND_US, LONGEST_RESEND_US = SECOND_US, 64 * SECOND_US
"""TCP sends again what is lost, after 1 s and then after twice as long each time (RFC 6298), up to this."""
STEPS_AN_ATTEMPT = 64
WAKING_UP_US = 10_000


class NoConversation(Exception):  # noqa: N818 -- it is an ordinary answer of the world, not a mistake
    """A conversation could not be had, or broke off."""

    def __init__(self, stage: int, reply: int) -> None:
        super().__init__(stage, reply)
        self.stage = stage
        self.reply = reply


class BrokenOff(NoConversation):
    """The caller's machine has crashed: what he would say next is never said."""

    def __init__(self) -> None:
        super().__init__(NONE, LOST_CONNECTION)


class TalkingOverARoad(Protocol):
    """What must be known of a trip that talks to a host."""

    trip: Trip
    office: PostOffice
    road: Road
    hop: int
    number: int
    """How many addresses were tried before this host."""
    counter: Counter


def lost_us(chance: Chance, talk: TalkingOverARoad, step: int, loss: float, round_trips: int) -> int:
    """Say how much later so many round trips are over because packets got lost; `step` tells them apart."""
    if not loss:
        return 0
    u = chance.u("loss", talk.trip.letter.key, talk.trip.number * STEPS_AN_ATTEMPT + step)
    once = 1 - (1 - loss) ** (2 * round_trips)
    lost, probability = 0, once
    while lost < 20 and u < probability:
        lost += 1
        probability *= once
    return ((1 << lost) - 1) * SECOND_US


def get_through(
    env: Clock,
    weather: Weather,
    chance: Chance,
    talk: TalkingOverARoad,
    stage: int,
    heard: int,
    sent: int,
    limit_us: int,
) -> Generator[Event, Any, None]:
    """Have the host hear at `heard` what was said at `sent`; in bad weather later, or never.

    A machine that has crashed says nothing more, and nothing again; but what it has said is on its way.
    """
    names, trip = talk.counter.names, talk.trip
    again_us = FIRST_RESEND_US
    has_come = False
    while heard - sent < limit_us:
        yield env.timeout(heard - env.now)
        if not has_come and trip.crashed_us is not None and heard - talk.hop > trip.crashed_us:
            raise BrokenOff
        condition = weather.condition(env.now, *names)
        if talk.road.is_quiet(env.now, names):  # TCP says it again, less and less often.
            heard = env.now + again_us
            again_us = min(2 * again_us, LONGEST_RESEND_US)
        elif condition == HANGING:  # It has been heard, and will be understood when the host comes to itself.
            ends = [moment for moment in weather.changes(*names) if moment > env.now]
            end = next(moment for moment in ends if weather.condition(moment, *names) != HANGING)
            has_come = True
            heard = end + int(chance.u("wake", trip.letter.key, trip.number) * WAKING_UP_US)
            again_us = FIRST_RESEND_US
        elif condition == DOWN:
            if env.now + talk.hop > sent + limit_us:
                break  # Nobody waits any more for the word that the connection is gone.
            yield env.timeout(talk.hop)
            raise NoConversation(stage, LOST_CONNECTION)
        else:
            return
    yield env.timeout(sent + limit_us - env.now)
    raise NoConversation(stage, CONVERSATION_TIMED_OUT)


class Conversation:
    """How one sender talks to hosts that have let it in."""

    def __init__(
        self, env: Clock, sender: Sender, weather: Weather, chance: Chance, *, may_crash: bool
    ) -> None:
        self._env = env
        self._may_crash = may_crash
        self._postconf = sender.postconf
        self._weather = weather
        self._chance = chance

    def reset(self, talk: TalkingOverARoad) -> Generator[Event, Any, None]:
        """Say RSET over a parked connection, and hear the reply."""
        env = self._env
        sent, limit_us = env.now, self._postconf.smtp_rset_timeout * SECOND_US
        talk.trip.loss_when_reset = talk.road.loss(sent)
        yield from self._get_through(talk, NONE, sent + talk.hop, sent, limit_us)
        known = env.now + talk.office.settings.command_time_us + talk.hop
        yield from self._wait(known, sent + limit_us, NONE)

    def hold(self, talk: TalkingOverARoad, is_final: bool) -> Generator[Event, Any, None]:
        """MAIL, RCPT after RCPT, DATA and the body; letters that another host may take are left over.

        At the final host, or for good, a refusal is the letter's answer.
        """
        env, trip, hop = self._env, talk.trip, talk.hop
        command_us = talk.office.settings.command_time_us
        accepted, slow = yield from self._name_the_recipients(talk, is_final)
        known = env.now + command_us + slow + hop
        if not accepted:
            yield env.timeout(known - hop - env.now)
            assert trip.connection is not None
            self._hang_up_if_enough(trip.connection)
            yield env.timeout(hop)
            return
        loss = talk.road.loss(known)
        late_us = lost_us(self._chance, talk, STEPS_AN_ATTEMPT - 1 - talk.number, loss, 1)
        transfer_us = talk.road.transfer_us(trip.letter.record.size_bytes, hop, loss)
        if talk.office.settings.pipelining:
            dot = env.now + 2 * command_us + slow + 2 * hop + transfer_us
        else:
            yield env.timeout(known - env.now)
            limit_us = self._postconf.smtp_data_init_timeout * SECOND_US
            yield from self._get_through(talk, DATA, known + hop, known, limit_us)
            dot = env.now + command_us + 2 * hop + transfer_us
        sent, limit_us = dot - hop, self._postconf.smtp_data_done_timeout * SECOND_US
        yield from self._get_through(talk, END_OF_DATA, dot + late_us, sent, limit_us)
        trip.stage = END_OF_DATA
        assert trip.connection is not None
        trip.reply = talk.office.judge_bodies(accepted, trip.connection.client)
        if trip.reply != ACCEPTED:
            yield from self._be_turned_back(talk, accepted, is_final, sent + limit_us)
        elif self._answers_in_time(talk):
            yield from self._be_accepted(talk, accepted)
        else:
            yield from self._wait_for_acceptance(talk, accepted, sent + limit_us)

    def _name_the_recipients(
        self, talk: TalkingOverARoad, is_final: bool
    ) -> Generator[Event, Any, tuple[list[Letter], int]]:
        """MAIL and RCPT, up to the moment at which the rules were asked about the last recipient.

        Say who was accepted, and how slow the host was then.
        """
        env, trip, hop = self._env, talk.trip, talk.hop
        settings = talk.office.settings
        limit_us = self._postconf.smtp_rcpt_timeout * SECOND_US
        assert trip.connection is not None
        client, session = trip.connection.client, trip.connection.session
        sent, late_us = yield from self._name_the_sender(talk)
        accepted: list[Letter] = []
        slow, of_all = 0, ACCEPTED
        named = list(trip.left)
        for place, letter in enumerate(named):
            if place == 0:
                yield from self._get_through(talk, RCPT, sent + hop + late_us, sent, limit_us)
            elif settings.pipelining:
                # It came along with the one before, and waits for that one's reply.
                yield env.timeout(settings.command_time_us + slow)
                sent = env.now + hop
            else:
                yield env.timeout(settings.command_time_us + slow + hop)
                sent = env.now
                yield from self._get_through(talk, RCPT, sent + hop, sent, limit_us)
            slow = talk.road.slow_us(env.now, talk.counter.names)
            if place == 0:
                may_name = session.may_name(len(named))
                of_all = talk.office.count_message(client) if may_name else SESSION_CUT
                slow += talk.office.rules.lookup_us if of_all == ACCEPTED else 0
            reply = of_all
            if reply == ACCEPTED:
                reply = talk.office.judge(letter, trip.number, client, talk.counter)
            known = env.now + settings.command_time_us + slow + hop
            if known > sent + limit_us:
                yield from self._wait(known, sent + limit_us, RCPT)
            trip.stage, trip.reply = RCPT, reply
            if reply == ACCEPTED:
                accepted.append(letter)
            else:
                self._refuse(trip, [letter] if of_all == ACCEPTED else named, is_final)
            if of_all != ACCEPTED:
                break
        return accepted, slow

    def _name_the_sender(self, talk: TalkingOverARoad) -> Generator[Event, Any, tuple[int, int]]:
        """MAIL; say when the first RCPT was sent, and how much later it is there because packets got lost."""
        env, trip, hop = self._env, talk.trip, talk.hop
        settings = talk.office.settings
        is_reused = trip.kind == REUSED
        loss = trip.loss_when_reset if is_reused else talk.road.loss(env.now)
        round_trips = (1 if settings.pipelining else 1 + len(trip.left)) + (1 if is_reused else 0)
        late_us = lost_us(self._chance, talk, 4 * talk.number + 3, loss, round_trips)
        if settings.pipelining:
            return env.now + settings.command_time_us, late_us  # RCPT came along, and waits for MAIL's reply.
        said, limit_us = env.now, self._postconf.smtp_mail_timeout * SECOND_US
        yield from self._get_through(talk, MAIL, said + hop, said, limit_us)
        yield env.timeout(settings.command_time_us)
        yield env.timeout(hop)
        return env.now, late_us

    def _refuse(self, trip: Trip, letters: list[Letter], is_final: bool) -> None:
        """Let a refusal be the answer to some letters, unless another host may take them."""
        if is_final or (trip.reply in PERMANENT and not self._postconf.soft_bounce):
            for letter in letters:
                trip.answer(letter)

    def _be_turned_back(
        self, talk: TalkingOverARoad, accepted: list[Letter], is_final: bool, deadline: int
    ) -> Generator[Event, Any, None]:
        """The final dot is at the host, which will not take the message; the caller waits, up to a deadline."""
        env, trip = self._env, talk.trip
        assert trip.connection is not None
        said, heard = env.event(), env.event()
        trip.connection.taking = said
        env.process(self._turn_back(talk, accepted[0], said, heard))
        yield heard | env.timeout(deadline - env.now)
        if not heard.triggered:
            raise NoConversation(END_OF_DATA, CONVERSATION_TIMED_OUT)
        trip.connection.taking = None
        self._refuse(trip, accepted, is_final)

    def _turn_back(
        self, talk: TalkingOverARoad, first: Letter, said: Event, heard: Event
    ) -> Generator[Event, Any, None]:
        """Say that a message is not taken; of spam the host knows it when it has looked the message through."""
        env, connection = self._env, talk.trip.connection
        assert connection is not None
        slow = talk.road.slow_us(env.now, talk.counter.names)
        if talk.trip.reply == SPAM_REFUSED:
            yield from talk.office.check(first, talk.trip.number, talk.counter)
        yield env.timeout(talk.office.settings.command_time_us + slow)
        self._hang_up_if_enough(connection)
        said.succeed()
        yield env.timeout(talk.hop)
        heard.succeed()

    def _be_accepted(self, talk: TalkingOverARoad, accepted: list[Letter]) -> Generator[Event, Any, None]:
        """The final dot is at the host: it looks the message through, takes it for all of these, and says so."""
        env, trip, office = self._env, talk.trip, talk.office
        assert trip.connection is not None
        slow = talk.road.slow_us(env.now, talk.counter.names)
        yield from office.check(accepted[0], trip.number, talk.counter)
        u = self._chance.u("accept", accepted[0].key, trip.number)
        yield env.timeout(slow + sample_us(talk.counter.accept_time, u))
        for letter in accepted:
            self._accept(letter, office, letter.is_in_the_house)
            letter.is_in_the_house = True
        self._hang_up_if_enough(trip.connection)
        yield env.timeout(talk.hop)
        for letter in accepted:
            trip.answer(letter)

    def _answers_in_time(self, talk: TalkingOverARoad) -> bool:
        """Say whether a host's last answer is heard for certain: it is quick, and nothing can happen on its way.

        Then host and caller need no processes of their own, which makes many scenarios much quicker.
        """
        law, counter = talk.counter.accept_time, talk.counter
        patience_us = self._postconf.smtp_data_done_timeout * SECOND_US
        return (
            not self._may_crash
            and counter.checkers is None
            and law.shape in ("constant", "uniform")
            and 2 * max(law.mean_us, law.high_us) + 2 * talk.hop < patience_us
            and not talk.road.has_weather(counter.names)
        )

    def _wait_for_acceptance(
        self, talk: TalkingOverARoad, accepted: list[Letter], deadline: int
    ) -> Generator[Event, Any, None]:
        """The final dot is at the host, which takes its time; the caller waits, but not beyond the deadline."""
        env, trip = self._env, talk.trip
        taken, heard = env.event(), env.event()
        assert trip.connection is not None
        trip.connection.taking = taken
        env.process(self._take(talk, accepted, deadline, taken, heard))
        yield heard | env.timeout(deadline - env.now)
        if not heard.triggered:
            raise NoConversation(END_OF_DATA, CONVERSATION_TIMED_OUT)
        trip.connection.taking = None
        for letter in accepted:
            trip.answer(letter)

    def _take(
        self, talk: TalkingOverARoad, accepted: list[Letter], deadline: int, taken: Event, heard: Event
    ) -> Generator[Event, Any, None]:
        """Take a message for all of these, and say so again and again while the road swallows the answer."""
        env, office, number = self._env, talk.office, talk.trip.number
        # The caller may go on to another host meanwhile.
        connection = talk.trip.connection
        assert connection is not None
        hop, road, counter, names = talk.hop, talk.road, talk.counter, talk.counter.names
        slow = road.slow_us(env.now, names)
        again = [letter.is_in_the_house for letter in accepted]
        for letter in accepted:
            letter.is_in_the_house = True
        yield from office.check(accepted[0], number, counter)
        u = self._chance.u("accept", accepted[0].key, number)
        yield env.timeout(slow + sample_us(counter.accept_time, u))
        for letter, is_a_copy in zip(accepted, again, strict=True):
            self._accept(letter, office, is_a_copy)
        self._hang_up_if_enough(connection)
        taken.succeed()
        again_us = FIRST_RESEND_US
        while env.now + hop <= deadline:
            if not road.is_quiet(env.now, names):
                yield env.timeout(hop)
                heard.succeed()
                return
            yield env.timeout(again_us)
            again_us = min(2 * again_us, LONGEST_RESEND_US)

    def _accept(self, letter: Letter, office: PostOffice, is_a_copy: bool) -> None:
        """From here on the provider is responsible for the letter; a body that came later is one more copy."""
        record = letter.record
        if not is_a_copy:
            record.delivered_us = self._env.now
            self._env.process(office.deliver(letter))
        else:
            record.copies.append(PlainCopy(self._env.now))
            self._env.process(office.deliver_again(letter, record.copies[-1]))

    def _hang_up_if_enough(self, connection: Connection) -> None:
        """With its answer to the last letter that one connection may bring, the host closes it."""
        if connection.session.is_over:
            connection.is_gone = True
            connection.counter.goodbye(connection.client)

    def _wait(self, known: int, deadline: int, stage: int) -> Generator[Event, Any, None]:
        """Wait for a reply, but not beyond the deadline."""
        if known > deadline:
            yield self._env.timeout(deadline - self._env.now)
            raise NoConversation(stage, CONVERSATION_TIMED_OUT)
        yield self._env.timeout(known - self._env.now)

    def _get_through(
        self, talk: TalkingOverARoad, stage: int, heard: int, sent: int, limit_us: int
    ) -> Generator[Event, Any, None]:
        yield from get_through(self._env, self._weather, self._chance, talk, stage, heard, sent, limit_us)
