"""Send letters as a plain SMTP client program does: some threads, each with its letters one after another.

From: spool, as far as a program has one: letters are taken from it when they are accepted.
To:   smtp_client, with a delivery.

Letters are dealt to the threads in turn. A thread sends its first letter; when that is accepted or refused for good
it goes on with the next, over the same connection with `reuse_connections` or else over a new one. After any other
failure it closes its connection, waits `retry_after` and tries the same letter again; its other letters wait.
There is no queue on disk: letters of a thread stand in `active`, the one that waits for its retry in `deferred`.
See: RFC 5321 4.5.4.1 for what such a program leaves undone.
Left out: letters that are given up, notices to anybody, a machine that goes down; `host` gives what a commit costs
and no more.
"""

from collections import deque
from typing import Protocol

from sim.kernel.alarm import ring_once
from sim.kernel.queue_length import QueueLength
from sim.kernel.world import World
from sim.mail.delivery import CarriesLetters, Connection, Delivery
from sim.mail.handoff import NOBODY_US, HoldsIncoming
from sim.mail.routes import Route
from sim.scenario.client_program import ClientProgram as ClientProgramSettings
from sim.vocabulary.connections import NEW, REUSED
from sim.vocabulary.outcomes import BOUNCED
from sim.vocabulary.places import AT_WORK, WAITING
from sim.vocabulary.replies import ACCEPTED, PERMANENT


class Talks(CarriesLetters, Protocol):
    """The SMTP client, as the program knows it."""

    def close(self, connection: Connection, at_us: int, route: Route) -> None:
        """Close a connection."""
        ...


class _Thread:
    """A thread: its letters with the moments at which it got them, and the connection that it holds."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.todo: deque[tuple[int, int]] = deque()
        self.connection: Connection | None = None
        self.works = self.waits = False


class PutOff:
    """The letters that wait for their retry."""

    def __init__(self, name: str) -> None:
        self.length = QueueLength(f"{name}.deferred")
        self._rows: dict[int, None] = {}

    def put(self, row: int, now_us: int) -> None:
        """Put a letter away."""
        self._rows[row] = None
        self.length.enter(now_us)

    def take(self, row: int, now_us: int) -> None:
        """Take it out again."""
        del self._rows[row]
        self.length.leave(now_us)

    def rows(self) -> list[int]:
        """Give the letters here."""
        return list(self._rows)


class ClientProgram:
    """The program of one sender.

    Args:
        world: the run.
        name: the sender's.
        settings: threads, retries, connections.
        routes: by provider.
    """

    client: Talks
    spool: HoldsIncoming

    def __init__(self, world: World, name: str, settings: ClientProgramSettings, routes: list[Route]) -> None:
        self._world = world
        self._env = world.env
        self._letters = world.letters
        self._routes = routes
        self._reuses = settings.reuse_connections
        self._retry_after_us = settings.retry_after_us
        self._threads = [_Thread(Delivery(world.env)) for _ in range(settings.threads)]
        self._of = {id(thread.delivery): thread for thread in self._threads}
        self._turn = 0
        self._look_us = NOBODY_US
        self.active = QueueLength(f"{name}.active")
        self.deferred = PutOff(name)
        self.watched: set[int] = set()

    def look(self) -> None:
        """Deal out the letters that stand accepted in the spool."""
        now_us = self._env.now
        while self.spool.head_us <= now_us:
            row = self.spool.pop()
            self.spool.leave(now_us)
            self.active.enter(now_us)
            thread = self._threads[self._turn]
            self._turn = (self._turn + 1) % len(self._threads)
            thread.todo.append((row, now_us))
            if not (thread.works or thread.waits):
                self._begin(thread, now_us, now_us)
        head_us = self.spool.head_us
        if head_us != NOBODY_US and not now_us < self._look_us <= head_us:
            self._look_us = head_us
            ring_once(self._env, head_us, lambda _: self.look())

    def _begin(self, thread: _Thread, activated_us: int, now_us: int) -> None:
        """Let a thread try the first of its letters."""
        row = thread.todo[0][0]
        delivery, letters = thread.delivery, self._letters
        thread.works = True
        route = self._routes[letters.provider[row]]
        connection, thread.connection = thread.connection, None
        if connection is not None and delivery.route is not route:
            self.client.close(connection, now_us, delivery.route)
            connection = None
        delivery.connection = connection
        delivery.how = NEW if connection is None else REUSED
        delivery.load = delivery.want_store = False
        delivery.row = row
        delivery.attempt = letters.attempts[row] + 1
        delivery.activated_us = activated_us
        delivery.handed_us = delivery.started_us = now_us
        delivery.route = route
        delivery.trace = [] if row in self.watched else None
        self.client.begin(delivery, now_us)

    def done(self, delivery: Delivery) -> None:
        """Take a result at the moment at which the thread knows it."""
        now_us, thread = self._env.now, self._of[id(delivery)]
        row, reply = delivery.row, delivery.reply
        self._letters.attempts[row] += 1
        self._world.recorder.attempts.add(
            row,
            delivery.activated_us,
            delivery.handed_us,
            now_us,
            delivery.host,
            delivery.client,
            delivery.how,
            delivery.dns_us,
            delivery.dns_queries,
            delivery.setup_us,
            delivery.stage,
            reply,
        )
        for step in delivery.trace or ():
            self._world.recorder.steps.add(row, *step)
        thread.works = False
        self.active.leave(now_us)
        goes_on = reply == ACCEPTED or reply in PERMANENT
        if goes_on:
            thread.todo.popleft()
        self._hang_up(thread, delivery, now_us, keeps=reply == ACCEPTED and bool(thread.todo))
        if reply in PERMANENT:
            self._letters.give_up(row, BOUNCED, now_us)
        if not goes_on:
            self._put_off(thread, row, now_us)
        elif thread.todo:
            self._begin(thread, thread.todo[0][1], now_us)

    def _hang_up(self, thread: _Thread, delivery: Delivery, now_us: int, *, keeps: bool) -> None:
        """Close the connection of a delivery that is over, or keep it for the thread's next letter."""
        connection, delivery.connection = delivery.connection, None
        if connection is None:
            return
        session = connection.session
        if (
            keeps
            and self._reuses
            and delivery.route.reusable
            and not (session is not None and session.closes)
        ):
            thread.connection = connection
        else:
            self.client.close(connection, now_us, delivery.route)

    def put_away(self, delivery: Delivery, connection: Connection, now_us: int) -> None:
        """Close a connection to a host that did not take the letter, before the next host is tried."""
        self.client.close(connection, now_us, delivery.route)

    def _put_off(self, thread: _Thread, row: int, now_us: int) -> None:
        """Let a thread wait before it tries the same letter again."""
        thread.waits = True
        self.deferred.put(row, now_us)

        def again(_: object) -> None:
            then_us = self._env.now
            thread.waits = False
            self.deferred.take(row, then_us)
            self.active.enter(then_us)
            self._begin(thread, then_us, then_us)

        ring_once(self._env, now_us + self._retry_after_us, again)

    def open_letters(self) -> list[tuple[int, int, int]]:
        """Give the letters that threads have, with the moments at which they got them and their places."""
        found = []
        for thread in self._threads:
            for place, (row, activated_us) in enumerate(thread.todo):
                if place:
                    found.append((row, activated_us, WAITING))
                elif thread.works:
                    found.append((row, thread.delivery.activated_us, AT_WORK))
        return sorted(found)
