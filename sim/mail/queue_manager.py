"""Decide when each letter is tried: import, choose, hand over, take back, defer, give up.

From: spool, whose incoming queue it imports, one letter a turn.
To:   smtp_client, with a delivery; delivery_agent, for mail to the own machine; bounce, when a letter
      cannot be delivered.

Letters enter the active queue one by one (see importer). There a letter waits for its destination's
window and for one of `default_process_limit` processes; among destinations that may go, the letter that
became active first is taken. A refused or failed session throttles the destination, a 4xx to RCPT does
not. A dead destination's letters are deferred at once, and so is what comes for it, until
`minimal_backoff_time` is over. With a rate delay a destination pauses after each delivery, and is not dead
for any longer than that; with a recipient limit of 1 each recipient is a destination of its own. A letter
is given up at the first failed attempt at which it is `maximal_queue_lifetime` old; its writer is warned at
the first at which it is `delay_warning_time` old. With `soft_bounce` no refusal is final. While the machine
is down nothing new is begun; conversations under way go on.
See: Postfix's qmgr(8), SCHEDULER_README; qmgr_active.c, qmgr_entry.c, qmgr_deliver.c, qmgr_transport.c.
Left out: several recipients in one message, preemption, a crash.
"""

from heapq import heappop, heappush
from typing import Any

from sim.kernel.alarm import ring_once
from sim.kernel.condition import UP, Condition
from sim.kernel.queue_length import QueueLength
from sim.kernel.world import SECOND_US, World
from sim.mail.agents import Agents
from sim.mail.connection_cache import ConnectionCache
from sim.mail.deferred_queue import DeferredQueue
from sim.mail.delivery import CarriesLetters, Connection, Delivery
from sim.mail.handoff import FilesLetters, ReceivesMail, ReturnsLetters
from sim.mail.importer import Importer
from sim.mail.retry_clock import PostfixClock, RetryClock, RuleClock
from sim.mail.routes import Route
from sim.mail.window import Destination, DestinationKey, WindowRules
from sim.scenario.sender import Sender
from sim.vocabulary import stages
from sim.vocabulary.connections import NEW, NO_CONNECTION, REUSED, SUSPENDED
from sim.vocabulary.kinds import LETTER, LOCAL, NO_HOST
from sim.vocabulary.outcomes import BOUNCED, EXPIRED
from sim.vocabulary.places import AT_WORK, WAITING
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
        self._by_recipient = postconf.recipient_limit == 1
        self._permanent = frozenset[int]() if postconf.soft_bounce else PERMANENT
        self._warning_s = postconf.delay_warning_time
        self._warned: set[int] = set()
        self._rate_delay_us = self._rules.rate_delay_us
        # A site that is dead is tried again after a rate delay, where there is one (qmgr_entry_done).
        self._dead_us = self._rate_delay_us or postconf.minimal_backoff_time * SECOND_US
        self._reuse_us = postconf.smtp_connection_reuse_time_limit * SECOND_US
        self._cache_us = postconf.smtp_connection_cache_time_limit * SECOND_US
        self._on_demand = postconf.smtp_connection_cache_on_demand
        self.agents = Agents(world.env, host, postconf)
        self.active = QueueLength(f"{name}.active")
        self._clock: RetryClock = (
            PostfixClock(world, postconf, phase_us)
            if settings.retry is None
            else RuleClock(world, settings.retry, phase_us)
        )
        self.deferred = DeferredQueue(world, name, self._clock)
        self.importer = Importer(
            world,
            condition,
            host.import_time_us,
            self.deferred,
            self.active,
            postconf.qmgr_message_active_limit,
            self._activate,
        )
        self._order = 0
        self._destinations: dict[DestinationKey, Destination] = {}
        self._ready: list[tuple[int, int, Destination]] = []
        self._caches: dict[int, ConnectionCache] = {}
        self.watched: set[int] = set()
        self._attempts = world.recorder.attempts
        self._epoch_us = world.epoch_us
        self._eventful = condition.eventful

    def start(self) -> None:
        """Set the deferred scans going, and the ends of the machine's pauses."""
        for _, end_us in self._condition.pauses():
            ring_once(self._env, end_us, self._resume)

    def _paused(self, now_us: int) -> bool:
        return self._eventful and self._condition.state_at(now_us) != UP

    def _resume(self, _: Any) -> None:
        now_us = self._env.now
        if not self._paused(now_us):
            self._dispatch(now_us)
            self.importer.import_some(now_us)

    def _activate(self, row: int, now_us: int) -> None:
        """Let a letter that entered the active queue wait for its destination."""
        provider = self._letters.provider[row]
        if provider == LOCAL:
            self._deliver_locally(row, now_us)
            return
        key: DestinationKey = (provider, self._letters.mailbox[row]) if self._by_recipient else provider
        destination = self._destinations.get(key)
        if destination is None:
            destination = self._destinations[key] = Destination(key, self._routes[provider], self._rules)
        if destination.dead and now_us >= destination.dead_until_us:
            destination.revive()
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
            if self.agents.free <= 0 or not self.agents.has_idle(now_us):
                self._offer(destination)
                self._dispatch(now_us)
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
            if not self.agents.has_idle(now_us):
                self._call_agents(now_us)
                return
            order, _, destination = heappop(ready)
            destination.in_line = False
            todo = destination.todo
            # A destination that was dead meanwhile has lost its place: it stood there for another letter.
            if todo and todo[0][0] == order and destination.busy < destination.window:
                self._hand_over(destination, now_us)
            self._offer(destination)

    def _call_agents(self, now_us: int) -> None:
        """Have processes started for the letters that could go now."""
        letters = sum(
            max(0, min(destination.window - destination.busy, len(destination.todo)))
            for _, _, destination in self._ready
        )
        while self.agents.may_call(letters):
            self.agents.call(now_us, self._agent_is_there)

    def _agent_is_there(self, _: Any) -> None:
        now_us = self._env.now
        self.agents.announced(now_us)
        self._dispatch(now_us)

    def _hand_over(self, destination: Destination, now_us: int) -> None:
        """Give the destination's first letter to a delivery agent."""
        _, row, activated_us = destination.todo.popleft()
        delivery = self.agents.take(now_us)
        destination.busy += 1
        if self._on_demand and destination.route.reusable:
            destination.note_selection(now_us, self._epoch_us)
        connection = None
        delivery.load = destination.load
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
            self.put_away(delivery, delivery.connection, now_us)
        # Nothing is imported until this letter's own fate is settled.
        importer = self.importer
        was_held, importer.held = importer.held, True
        destination.last_done_us = now_us
        # A rest that ends at this moment is over, whatever else happens at this moment.
        if destination.dead and now_us >= destination.dead_until_us:
            destination.revive()
        if delivery.site_failure:
            if destination.failed():
                self._bury(destination, reply, now_us)
        else:
            if destination.dead:
                self._world.recorder.incidents["to_us"][destination.incident] = now_us
            destination.succeeded()
        destination.busy -= 1
        if self._rate_delay_us:
            self._pause(destination, now_us)
        self.agents.give_back(delivery, now_us)
        self.active.leave(now_us)
        if not destination.busy and destination.forgettable:
            del self._destinations[destination.key]
        if reply != ACCEPTED:
            self._refused(row, reply, now_us)
        importer.held = was_held
        self._go(destination, now_us)
        if not was_held:
            importer.import_some(now_us)

    def put_away(self, delivery: Delivery, connection: Connection, now_us: int) -> None:
        """Cache a connection that a delivery is through with now, or close it."""
        if delivery.want_store and now_us - connection.opened_us < self._reuse_us:
            cache = self._caches.get(delivery.route.provider)
            if cache is None:
                cache = self._open_cache(delivery.route)
            cache.store(connection, now_us, by_name=not delivery.alternate)
        else:
            self.client.close(connection, now_us, delivery.route)

    def kept_connection(self, delivery: Delivery, server: ReceivesMail, now_us: int) -> Connection | None:
        """Take a kept connection to a host for a delivery that goes on with it now, if there is one."""
        cache = self._caches.get(delivery.route.provider)
        return cache.take_to(server, now_us) if cache is not None and delivery.load else None

    def _open_cache(self, route: Route) -> ConnectionCache:
        close = self.client.close
        best = route.servers[0].preference
        cache = ConnectionCache(
            self._env, self._cache_us, best, lambda idle, at_us: close(idle, at_us, route)
        )
        self._caches[route.provider] = cache
        return cache

    def _refused(self, row: int, reply: int, now_us: int) -> None:
        """Return a letter, give it up, or put it away for later."""
        letters = self._letters
        if reply in self._permanent:
            letters.outcome[row] = BOUNCED
        elif self._clock.gives_up(row, now_us):
            letters.outcome[row] = EXPIRED
        else:
            self.importer.expect(self.deferred.put(row, now_us))
            if self._warning_s:
                self._warn_if_late(row, now_us)
            return
        letters.ended_us[row] = now_us
        self.bounce.return_to_sender(row, now_us)

    def _warn_if_late(self, row: int, now_us: int) -> None:
        """Send the writer of a letter a notice, once, when it is late."""
        second, letters = self._world.second, self._letters
        # Like a cool-off, the time before the notice ends one second early (qmgr_active.c).
        late = second(now_us) >= second(letters.accepted_us[row]) + self._warning_s - 1
        if late and letters.kind[row] == LETTER and row not in self._warned:
            self._warned.add(row)
            self.bounce.warn_sender(row, now_us)

    def _pause(self, destination: Destination, now_us: int) -> None:
        """Let nothing go to a destination for the time of the rate delay; that is also all of its time as dead."""
        if destination.dead:
            destination.revive()
        destination.suspend()

        def resume(_: Any) -> None:
            destination.resume()
            if destination.forgettable:
                del self._destinations[destination.key]
            else:
                self._go(destination, self._env.now)

        ring_once(self._env, now_us + self._rate_delay_us, resume)

    def _bury(self, destination: Destination, reply: int, now_us: int) -> None:
        """The site is dead: defer all that waits for it, at once, and set the time of its revival."""
        destination.reason = reply
        waiting = list(destination.todo)
        destination.todo.clear()
        for _, row, activated_us in waiting:
            self._suspend(row, activated_us, now_us, reply)
        death = destination.deaths
        destination.dead_until_us = until_us = now_us + self._dead_us
        where = f"{self._name} > {self._world.names.providers[destination.route.provider]}"
        incidents = self._world.recorder.incidents
        destination.incident = len(incidents)
        incidents.add("suspended", where, now_us, min(until_us, self._world.end_us), REPLIES[reply].key)

        def revive(_: Any) -> None:
            # A success meanwhile has revived it already; a later death has its own timer.
            if destination.dead and destination.deaths == death:
                destination.revive()
                if destination.forgettable:
                    del self._destinations[destination.key]

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

    def open_letters(self) -> list[tuple[int, int, int]]:
        """Give the letters in the active queue, with the moments at which they entered it and their places."""
        listed = [(delivery.row, delivery.activated_us, AT_WORK) for delivery in self.agents.at_work()]
        for destination in self._destinations.values():
            listed.extend((row, activated_us, WAITING) for _, row, activated_us in destination.todo)
        return sorted(listed)
