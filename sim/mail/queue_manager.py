"""Decide when each letter is tried: import, choose, hand over, take back, defer, give up.

From: spool, whose incoming queue it imports, one letter a turn.
To:   smtp_client, with a delivery; delivery_agent, for mail to the own machine; bounce, when a letter
      cannot be delivered.

Incoming and due letters are imported in turn while the active queue has room; when it was full, incoming
goes first. A letter waits for its destination's window and for one of `default_process_limit`
processes; among destinations that may go, the letter that became active first is taken. A refused or
failed session throttles the destination, a 4xx to RCPT does not. A dead destination's letters are
deferred at once, and so is what comes for it, until `minimal_backoff_time` is over. A letter is given up
at the first failed attempt at which it is `maximal_queue_lifetime` old. While the machine is down
nothing new is begun; conversations under way go on.
See: Postfix's qmgr(8), SCHEDULER_README; qmgr_active.c, qmgr_entry.c, qmgr_deliver.c.
Left out: several recipients in one message, preemption, rate delays, the delay warning, a crash.
"""

from heapq import heappop, heappush
from typing import Any

from sim.kernel.alarm import Alarm, Ring, ring_once
from sim.kernel.condition import UP, Condition
from sim.kernel.queue_length import QueueLength
from sim.kernel.row_queue import RowQueue
from sim.kernel.world import SECOND_US, World
from sim.mail.agents import Agents
from sim.mail.connection_cache import ConnectionCache
from sim.mail.deferred_queue import DeferredQueue
from sim.mail.delivery import CarriesLetters, Connection, Delivery
from sim.mail.handoff import NOBODY_US, FilesLetters, HoldsIncoming, ReturnsLetters
from sim.mail.routes import Route
from sim.mail.window import Destination, WindowRules
from sim.scenario.sender import Sender
from sim.vocabulary import stages
from sim.vocabulary.connections import NEW, NO_CONNECTION, REUSED, SUSPENDED
from sim.vocabulary.kinds import LOCAL, NO_HOST
from sim.vocabulary.outcomes import BOUNCED, EXPIRED
from sim.vocabulary.replies import ACCEPTED, PERMANENT, REPLIES


class QueueManager:
    """The queue manager of one sender.

    Args:
        world: the run.
        name: the sender's.
        settings: the sender's.
        condition: the machine's, over time.
        routes: by provider.
        local: the machine's own mailboxes, for DSNs.
        phase_us: when the first deferred scan comes.
    """

    spool: HoldsIncoming
    client: CarriesLetters
    bounce: ReturnsLetters

    def __init__(
        self,
        world: World,
        name: str,
        settings: Sender,
        condition: Condition,
        routes: list[Route],
        local: FilesLetters,
        phase_us: int,
    ) -> None:
        postconf, host = settings.postconf, settings.host
        self._world = world
        self._env = world.env
        self._letters = world.letters
        self._name = name
        self._condition = condition
        self._routes = routes
        self._local = local
        self._rules = WindowRules.of(postconf)
        self._active_limit = postconf.qmgr_message_active_limit
        self._lifetime_s = postconf.maximal_queue_lifetime
        self._dead_us = postconf.minimal_backoff_time * SECOND_US
        self._reuse_us = postconf.smtp_connection_reuse_time_limit * SECOND_US
        self._cache_us = postconf.smtp_connection_cache_time_limit * SECOND_US
        self._on_demand = postconf.smtp_connection_cache_on_demand
        self._import_us = host.import_time_us
        self.agents = Agents(world.env, host, postconf)
        self.active = QueueLength(f"{name}.active")
        bounds_s = (postconf.minimal_backoff_time, postconf.maximal_backoff_time)
        self.deferred = DeferredQueue(world, name, postconf.queue_run_delay * SECOND_US, phase_us, bounds_s)
        self._due = RowQueue()
        self._incoming_next = True
        self._importing = False
        self._in_hand: tuple[int, bool] = (0, False)
        self._importer = Alarm(world.env)
        self._at_import: Ring = [self._imported]
        self._looker = Alarm(world.env)
        self._at_look: Ring = [self._looked]
        self._looking, self._look_us = False, 0
        self._order = 0
        self._destinations: dict[int, Destination] = {}
        self._ready: list[tuple[int, int, Destination]] = []
        self._caches: dict[int, ConnectionCache] = {}
        self.watched: set[int] = set()
        self._scan = 0
        self._attempts = world.recorder.attempts
        self._epoch_us = world.epoch_us
        self._eventful = condition.eventful

    def start(self) -> None:
        """Set the deferred scans going, and the ends of the machine's pauses."""
        ring_once(self._env, self.deferred.scan_us(0), self._scan_deferred)
        for _, end_us in self._condition.pauses():
            ring_once(self._env, end_us, self._resume)

    # --- import -----------------------------------------------------------------------------------

    def look(self, _: Any = None) -> None:
        """Look at the incoming queue: something stands in it, or its head is accepted now."""
        self._import_some(self._env.now)

    def _looked(self, _: Any) -> None:
        self._looking = False
        self.look()

    def _look_at(self, at_us: int, now_us: int) -> None:
        """Look again when the head of the line is accepted."""
        if at_us == NOBODY_US or now_us < self._look_us <= at_us:
            return
        self._look_us = at_us
        if not self._looking:
            self._looking = True
            self._looker.set(at_us, self._at_look)
        else:
            # Somebody stands before the one that the alarm waits for: the later look finds nothing new.
            ring_once(self._env, at_us, self.look)

    def _paused(self, now_us: int) -> bool:
        return self._eventful and self._condition.state_at(now_us) != UP

    def _resume(self, _: Any) -> None:
        now_us = self._env.now
        if not self._paused(now_us):
            self._dispatch(now_us)
            self._import_some(now_us)

    def _import_some(self, now_us: int) -> None:
        """Import while there is something to import and room for it."""
        if self._importing or self._paused(now_us):
            return
        # Letters that are deferred at once while this loop runs must not start a second one.
        self._importing = True
        spool, due = self.spool, self._due
        while True:
            if self.active.length >= self._active_limit:
                self._incoming_next = True
                break
            has_incoming = spool.head_us <= now_us
            if has_incoming and (self._incoming_next or not due):
                self._in_hand = (spool.pop(), True)
                self._incoming_next = False
            elif due:
                self._in_hand = (due.pop(), False)
                self._incoming_next = True
            else:
                self._importing = False
                self._look_at(spool.head_us, now_us)
                return
            if self._import_us:
                self._importer.set(now_us + self._import_us, self._at_import)
                return
            self._activate(now_us)
        self._importing = False

    def _imported(self, _: Any) -> None:
        """One import is finished; go on with the next."""
        now_us = self._env.now
        self._activate(now_us)
        self._importing = False
        self._import_some(now_us)

    def _activate(self, now_us: int) -> None:
        """Let the letter in hand enter the active queue."""
        row, was_incoming = self._in_hand
        if was_incoming:
            self.spool.leave(now_us)
        else:
            self.deferred.length.leave(now_us)
        self.active.enter(now_us)
        provider = self._letters.provider[row]
        if provider == LOCAL:
            self._deliver_locally(row, now_us)
            return
        destination = self._destinations.get(provider)
        if destination is None:
            destination = self._destinations[provider] = Destination(self._routes[provider], self._rules)
        if destination.dead:
            self._suspend(row, now_us, now_us, destination.reason)
            return
        self._order += 1
        destination.todo.append((self._order, row, now_us))
        self._go(destination, now_us)

    def _deliver_locally(self, row: int, now_us: int) -> None:
        letters = self._letters
        letters.attempts[row] += 1
        letters.delivered_us[row] = now_us
        self._local.file(row, now_us)
        self.active.leave(now_us)
        self._attempts.add(
            row, now_us, now_us, now_us, NO_HOST, NO_CONNECTION, 0, 0, 0, stages.NONE, ACCEPTED
        )

    # --- choice and hand-over ---------------------------------------------------------------------

    def _go(self, destination: Destination, now_us: int) -> None:
        """Let a destination send what it may, now that something has changed for it."""
        if self._ready or self._eventful:
            self._offer(destination)
            self._dispatch(now_us)
            return
        todo = destination.todo
        while todo and destination.busy < destination.window:
            if self.agents.free <= 0:
                self._offer(destination)
                return
            self._hand_over(destination, now_us)

    def _offer(self, destination: Destination) -> None:
        """Let a destination that may go stand in line for a process, by its first letter."""
        if destination.todo and not destination.in_line and destination.busy < destination.window:
            destination.in_line = True
            heappush(self._ready, (destination.todo[0][0], destination.route.provider, destination))

    def _dispatch(self, now_us: int) -> None:
        """Hand over letters while processes are free and some destination may go."""
        ready = self._ready
        if not ready or self._paused(now_us):
            return
        while ready and self.agents.free > 0:
            order, _, destination = heappop(ready)
            destination.in_line = False
            todo = destination.todo
            # A destination that was dead meanwhile has lost its place: it stood there for another letter.
            if todo and todo[0][0] == order and destination.busy < destination.window:
                self._hand_over(destination, now_us)
            self._offer(destination)

    def _hand_over(self, destination: Destination, now_us: int) -> None:
        """Give the destination's first letter to a delivery agent."""
        _, row, activated_us = destination.todo.popleft()
        delivery = self.agents.take(now_us)
        destination.busy += 1
        if self._on_demand:
            destination.note_selection(now_us, self._epoch_us)
        connection = None
        if destination.load:
            cache = self._caches.get(destination.route.provider)
            if cache is not None:
                connection = cache.take(now_us)
        delivery.connection = connection
        delivery.how = NEW if connection is None else REUSED
        delivery.want_store = destination.store
        if self._eventful:
            delivery.started_us += self._condition.slow_at(now_us)
        delivery.row = row
        delivery.attempt = self._letters.attempts[row] + 1
        delivery.activated_us = activated_us
        delivery.destination = destination
        delivery.route = destination.route
        delivery.trace = [] if row in self.watched else None
        self.client.begin(delivery, now_us)

    # --- results ----------------------------------------------------------------------------------

    def done(self, delivery: Delivery) -> None:
        """Take a delivery back at the moment at which it is over."""
        now_us = self._env.now
        row, reply, destination = delivery.row, delivery.reply, delivery.destination
        self._letters.attempts[row] += 1
        attempts = self._attempts
        attempts.buffer += attempts.pack(
            row,
            delivery.activated_us,
            delivery.handed_us,
            now_us,
            delivery.host,
            delivery.how,
            delivery.dns_us,
            delivery.dns_queries,
            delivery.setup_us,
            delivery.stage,
            reply,
        )
        if delivery.trace:
            self._tell(row, delivery.trace)
        if delivery.connection is not None:
            self._put_away(delivery, delivery.connection, now_us)
        # Nothing is imported until this letter's own fate is settled.
        was_importing, self._importing = self._importing, True
        destination.last_done_us = now_us
        if delivery.site_failure:
            if destination.failed():
                self._bury(destination, reply, now_us)
        else:
            destination.succeeded()
        destination.busy -= 1
        self.agents.give_back(delivery, now_us)
        self.active.leave(now_us)
        if not destination.busy and not destination.todo and not destination.dead:
            del self._destinations[destination.route.provider]
        if reply != ACCEPTED:
            self._refused(row, reply, now_us)
        self._importing = was_importing
        self._go(destination, now_us)
        if not was_importing:
            self._import_some(now_us)

    def _put_away(self, delivery: Delivery, connection: Connection, now_us: int) -> None:
        """Cache a connection or close it."""
        if delivery.want_store and now_us - connection.opened_us < self._reuse_us:
            cache = self._caches.get(delivery.route.provider)
            if cache is None:
                cache = self._open_cache(delivery.route)
            cache.store(connection, now_us)
        else:
            self.client.close(connection, now_us, delivery.route)

    def _open_cache(self, route: Route) -> ConnectionCache:
        close = self.client.close
        cache = ConnectionCache(self._env, self._cache_us, lambda idle, at_us: close(idle, at_us, route))
        self._caches[route.provider] = cache
        return cache

    def _refused(self, row: int, reply: int, now_us: int) -> None:
        """Return a letter, give it up, or put it away for later."""
        world, letters = self._world, self._letters
        if reply in PERMANENT:
            letters.outcome[row] = BOUNCED
        elif world.second(now_us) >= world.second(letters.accepted_us[row]) + self._lifetime_s:
            letters.outcome[row] = EXPIRED
        else:
            self.deferred.put(row, now_us)
            return
        letters.ended_us[row] = now_us
        self.bounce.return_to_sender(row, now_us)

    def _bury(self, destination: Destination, reply: int, now_us: int) -> None:
        """The site is dead: defer all that waits for it, at once, and set the time of its revival."""
        destination.reason = reply
        waiting = list(destination.todo)
        destination.todo.clear()
        for _, row, activated_us in waiting:
            self._suspend(row, activated_us, now_us, reply)
        death = destination.deaths
        until_us = now_us + self._dead_us
        where = f"{self._name} > {self._world.names.providers[destination.route.provider]}"
        self._world.recorder.incidents.add("suspended", where, now_us, until_us, REPLIES[reply].key)

        def revive(_: Any) -> None:
            # A success meanwhile has revived it already; a later death has its own timer.
            if destination.dead and destination.deaths == death:
                destination.revive()
                if not destination.busy:
                    del self._destinations[destination.route.provider]

        ring_once(self._env, until_us, revive)

    def _suspend(self, row: int, activated_us: int, now_us: int, reply: int) -> None:
        """Defer a letter of a dead destination without trying."""
        self._letters.attempts[row] += 1
        self._attempts.add(
            row, activated_us, now_us, now_us, NO_HOST, SUSPENDED, 0, 0, 0, stages.CONNECT, reply
        )
        self.active.leave(now_us)
        self._refused(row, reply, now_us)

    def _tell(self, row: int, trace: list[tuple[int, str, str, str]]) -> None:
        """Keep the conversation of a watched letter."""
        for at_us, station, event, detail in trace:
            self._world.recorder.steps.add(row, at_us, station, event, detail)

    # --- deferred scans ---------------------------------------------------------------------------

    def _scan_deferred(self, _: Any) -> None:
        """Bring back the deferred letters whose time has come."""
        now_us = self._env.now
        if not self._paused(now_us):
            self._due.extend(self.deferred.due(self._scan))
            self._import_some(now_us)
        self._scan += 1
        ring_once(self._env, self.deferred.scan_us(self._scan), self._scan_deferred)

    def open_letters(self) -> list[tuple[int, int]]:
        """Give the letters in the active queue with the moments at which they entered it."""
        listed = [(delivery.row, delivery.activated_us) for delivery in self.agents.at_work()]
        for destination in self._destinations.values():
            listed.extend((row, activated_us) for _, row, activated_us in destination.todo)
        return sorted(listed)
