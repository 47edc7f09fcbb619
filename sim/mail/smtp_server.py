"""The receiving MTA on one MX host: it greets, asks its rules in order, accepts or answers 4xx or 5xx.

From: network.
To:   delivery_agent, when it has accepted; smtp_client, with each reply.

A connection is served by one of `server_processes`, where they are limited, and waits in the accept queue until
one is free. Then the rules about clients are asked, which count also what the connection limit refuses, and that
limit, whose answer goes first, as in smtpd.c; in some weather the host greets everybody with 421 or 554. At MAIL,
which here is the first RCPT, it counts the letter (smtpd.c does so before it looks at the disk). At RCPT it
says so if its disk is full (Postfix does at MAIL, which is the same to the client), and asks the provider's rules about
the recipient in their order, temporary failures, then whether the user exists, which in some weather it denies
(Postfix's default order: policy services come before reject_unlisted_recipient). At the final dot it asks the rules
about bodies, and where the letter shall lie. Then the letter may wait for one of the `checking` workers, first come
first served, and takes `accept_time`; the 250 makes the receiver its owner.
See: RFC 5321 3.1, 4.2, 6.1; Postfix's smtpd(8).
A crash of its machine ends all connections without a word, and the work on letters of which the final dot has come:
those are not taken. Who sent something that arrived waits for the answer until he loses patience; who sends something
later sends it again and again, and when the machine is up again it says that it knows no such connection. Letters that
were accepted are on disk. What the rules remember stays, as Postfix's policy servers keep it in files.
Left out: refusals at MAIL and DATA, error limits, the load that a machine bears; a letter whose final dot has come is
checked and answered also when the host goes `down` meanwhile; a crash between the commit and the 250, a moment too
short to hit; what anvil(8) counts, which a crash would set to nothing.
"""

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from typing import Any

from sim.kernel.alarm import ring_once
from sim.kernel.clock import Clock
from sim.kernel.condition import (
    CRASHED,
    DENYING_USERS,
    DISK_FULL,
    DISK_FULL_FINAL,
    GREETS_421,
    GREETS_554,
    NEVER_US,
    Condition,
)
from sim.kernel.draws import uniform
from sim.kernel.first_come import CountedStation
from sim.kernel.letters import Letters
from sim.kernel.queue_length import QueueLength
from sim.kernel.recorder import Table
from sim.kernel.variates import duration_sampler
from sim.mail.desk import Desk
from sim.mail.handoff import DeliversMail, SlowsInflow
from sim.mail.policy.connection_limit import ConnectionLimit
from sim.mail.policy.session_limits import SessionLimits
from sim.mail.server_processes import ServerProcesses
from sim.scenario.provider import Provider
from sim.scenario.service_time import NO_TIME
from sim.vocabulary import replies
from sim.vocabulary.replies import ACCEPTED, GREETED_554, SERVER_BUSY, SPAM_REFUSED, UNKNOWN_USER

_GREETINGS = {GREETS_421: SERVER_BUSY, GREETS_554: GREETED_554}
_NO_ROOM = {DISK_FULL: replies.DISK_FULL, DISK_FULL_FINAL: replies.DISK_FULL_FINAL}


class SmtpServer:
    """One MX host.

    Args:
        index: its place among all hosts.
        name: such as `office.mx1`.
        preference: its MX preference.
        settings: the provider's.
        condition: what faults make of it over time.
        env: the simulation's environment.
        letters: the world's letters.
        desk: the provider's rules, shared by its hosts.
        failures: asked after the rules with the letter's key and the attempt's number, where there are any.
        agent: who takes accepted letters.
        bases: bases of the draws of checking and acceptance times, and of users that are denied.
        checking: the first-come station at the end of data, with its queue's index in `visits`.
        visits: the table that tells the waits of a queue.
        flow: slows letters down that come faster than they are imported, where the host has a queue behind it.
    """

    def __init__(
        self,
        *,
        index: int,
        name: str,
        preference: int,
        settings: Provider,
        condition: Condition,
        env: Clock,
        letters: Letters,
        desk: Desk,
        failures: Callable[[int, int], int] | None,
        agent: DeliversMail,
        bases: tuple[int, int, int],
        checking: tuple[int, CountedStation] | None,
        visits: Table,
        flow: SlowsInflow | None = None,
    ) -> None:
        self.index = index
        self.name = name
        self.preference = preference
        self.condition = condition
        self.agent = agent
        self.processes = (
            ServerProcesses(name, settings.server_processes, env) if settings.server_processes else None
        )
        self._env = env
        self.connections = QueueLength(f"{name}.connections")
        self.letter = desk.envelope
        self.remembers_letters = bool(desk.recipient or desk.hears or desk.envelope)
        self.asks_at_dot = bool(checking or desk.body or desk.sorts or flow)
        self._flow = flow
        self._letters = letters
        self._unknown_user = letters.unknown_user
        self._greeting_rules, self._rules, self._body_rules = desk.greeting, desk.recipient, desk.body
        self._sorts = desk.sorts
        self.lookup_us = desk.lookup_us
        self._hears = desk.hears
        self._session_limits = settings.session_limits
        self._fails = failures
        self._limit = ConnectionLimit(settings.connection_limit) if settings.connection_limit else None
        self._of_client: dict[int, int] = {}
        self._closings: list[tuple[int, int]] = []
        self._checking = checking
        self._sample_checking = duration_sampler(settings.checking.time if settings.checking else NO_TIME)
        self._sample_accept = duration_sampler(settings.accept_time)
        self._accept_constant_us = (
            settings.accept_time.mean_us if settings.accept_time.shape == "constant" else None
        )
        self._checking_base, self._accept_base, self._denying_base = bases
        self._visits = visits
        crashes_us = condition.begins_us(CRASHED)
        self._crashes = bool(crashes_us)
        for at_us in crashes_us:
            ring_once(env, at_us, self._crash)

    def admit(self, client: int, now_us: int) -> int:
        """Answer a new connection of a client: accepted, one of the two 421, or what the weather makes it say."""
        reply = self._judge(client, now_us)
        if reply != ACCEPTED and self.processes is not None:
            self.processes.release(now_us)
        return reply

    def _judge(self, client: int, now_us: int) -> int:
        self.catch_up(now_us)
        if self.condition.eventful:
            greeting = _GREETINGS.get(self.condition.state_at(now_us))
            if greeting is not None:
                return greeting
        of_client = self._of_client.get(client, 0)
        by_rules = ACCEPTED
        # They are asked first, since they count what the limit refuses, too; anvil(8) does.
        for ask in self._greeting_rules:
            by_rules = ask(client, now_us)
            if by_rules != ACCEPTED:
                break
        if self._limit is not None:
            reply = self._limit.ask(self.connections.length, of_client)
            if reply != ACCEPTED:
                return reply
        if by_rules != ACCEPTED:
            return by_rules
        self._of_client[client] = of_client + 1
        self.connections.enter(now_us)
        return ACCEPTED

    def session(self) -> SessionLimits | None:
        """Begin to count what a new connection brings, where that is limited."""
        return None if self._session_limits is None else SessionLimits(self._session_limits)

    def _crash(self, _: Any) -> None:
        """All connections are gone, with those that serve them, and those that wait to be served."""
        now_us = self._env.now
        self.catch_up(now_us)
        for _client in range(self.connections.length):
            self.connections.leave(now_us)
        self._of_client.clear()
        self._closings.clear()
        if self.processes is not None:
            self.processes = self.processes.crash(now_us)

    def close(self, client: int, opened_us: int, at_us: int) -> None:
        """Note that a connection of a client, open since `opened_us`, will be closed at `at_us`."""
        if self._crashes and self.condition.crash_after(opened_us) <= self._env.now:
            return
        heappush(self._closings, (at_us, client))
        processes = self.processes
        if processes is not None:
            ring_once(self._env, at_us, lambda _: processes.release(at_us))

    def catch_up(self, now_us: int) -> None:
        """Count out the connections that were closed by now."""
        closings = self._closings
        while closings and closings[0][0] <= now_us:
            at_us, client = heappop(closings)
            self._of_client[client] -= 1
            self.connections.leave(at_us)

    def recipient(self, row: int, attempt: int, client: int, now_us: int) -> int:
        """Answer RCPT for a letter; where the rules remember letters, at the moment at which it comes."""
        letters = self._letters
        if self.condition.eventful:
            reply = _NO_ROOM.get(self.condition.state_at(now_us), ACCEPTED)
            if reply != ACCEPTED:
                return reply
        for ask in self._rules:
            reply = ask(client, letters.entry[row], letters.mailbox[row], now_us)
            if reply != ACCEPTED:
                return reply
        if self._fails is not None:
            reply = self._fails(letters.key(row), attempt)
            if reply != ACCEPTED:
                return reply
        if not self._unknown_user[row]:
            is_denied = self.condition.eventful and self._denies(letters.key(row), attempt, now_us)
            return UNKNOWN_USER if is_denied else ACCEPTED
        if self._hears is not None:
            self._hears.unknown_user(client, now_us)
        return UNKNOWN_USER

    def _denies(self, key: int, attempt: int, now_us: int) -> bool:
        """Tell whether the weather makes the host deny a user that there is."""
        if self.condition.state_at(now_us) != DENYING_USERS:
            return False
        return uniform(self._denying_base, key, attempt) < self.condition.loss_at(now_us)

    def body(self, rows: Sequence[int], client: int, now_us: int) -> int:
        """Answer the final dot of a letter, or of one letter to several, before it is taken."""
        for row in rows:
            for ask in self._body_rules:
                reply = ask(row, client, now_us)
                if reply != ACCEPTED:
                    return reply
        # Only now is it taken, for all: what is remembered of letters that were taken must not know of others.
        if self._sorts is not None:
            for row in rows:
                self._letters.verdict[row] = self._sorts(row, client, now_us)
        return ACCEPTED

    def decided_us(self, row: int, attempt: int, now_us: int, reply: int) -> int:
        """Give when a body that is there now has its reply: for spam, when it was looked through."""
        if self._checking is None or reply != SPAM_REFUSED:
            return now_us
        crash_us = self.condition.crash_after(now_us) if self._crashes else NEVER_US
        return self._look_through(row, attempt, now_us, crash_us)

    def _look_through(self, row: int, attempt: int, now_us: int, crash_us: int) -> int:
        """Let a body be checked, first come first served; give when that is over, which a crash may break off."""
        assert self._checking is not None
        queue, station = self._checking
        service_us = self._sample_checking(uniform(self._checking_base, self._letters.key(row), attempt))
        checked_us = station.depart(now_us, service_us, crash_us)
        self._visits.add(queue, row, now_us, checked_us)
        return checked_us

    def end_of_data(self, row: int, attempt: int, arrival_us: int, slow_us: int) -> int | None:
        """Work on a body that is there at `arrival_us`; give the moment of the 250, or None if a crash comes before.

        With a checking station the call must come at `arrival_us`, without it may come before.

        Args:
            row: the letter.
            attempt: the number of its attempt.
            arrival_us: when the final dot is there.
            slow_us: how much longer the answer takes in the weather that there is.
        """
        crash_us = self.condition.crash_after(arrival_us) if self._crashes else NEVER_US
        if self._checking is not None:
            arrival_us = self._look_through(row, attempt, arrival_us, crash_us)
        accept_us = self._accept_constant_us
        if accept_us is None:
            accept_us = self._sample_accept(uniform(self._accept_base, self._letters.key(row), attempt))
        if self._flow is not None:
            slow_us += self._flow.pause_us()
        delivered_us = arrival_us + slow_us + accept_us
        return delivered_us if delivered_us < crash_us else None
