"""Decide when each letter is tried: import, choose, hand over, take back, defer, give up.

From: spool, whose incoming queue it imports, one letter a turn.
To:   smtp_client, with a delivery; delivery_agent, for mail to the own machine; bounce, when a letter
      cannot be delivered.

Letters enter the active queue one by one (see importer). There a letter waits for its destination's
window and for one of `default_process_limit` processes; among destinations that may go, the letter that
became active first is taken (first_come_line). Messages with several recipients fall into entries (rounds), and
large ones let small ones pass (job_scheduler). A refused or failed session throttles the destination, a 4xx to
RCPT does not. A dead destination's letters are deferred at once, and so is what comes for it, until
`minimal_backoff_time` is over. With a rate delay a destination pauses after each delivery, and is not dead
for any longer than that; it pauses also after replies that are named in `suspensions`. With a recipient limit
of 1 each recipient is a destination of its own. A letter is given up at the first failed attempt at which it is
`maximal_queue_lifetime` old; its writer is warned at the first at which it is `delay_warning_time` old. With
`soft_bounce` no refusal is final. While the machine is down nothing new is begun; conversations under way go on.
When it crashes they do not, and another queue manager begins with what is on disk: incoming and deferred.
See: Postfix's qmgr(8), SCHEDULER_README; qmgr_active.c, qmgr_entry.c, qmgr_deliver.c, qmgr_transport.c.
Left out: after a crash scans of the deferred queue keep their times, besides the one at once.
"""

from typing import Any

from sim.kernel.alarm import ring_once
from sim.kernel.condition import UP, Condition
from sim.kernel.queue_length import QueueLength
from sim.kernel.world import SECOND_US, World
from sim.mail.agents import Agents
from sim.mail.batch import Entry
from sim.mail.breaking_off import break_off
from sim.mail.deferred_queue import DeferredQueue
from sim.mail.delivery import CarriesLetters, Delivery
from sim.mail.fates import Fates
from sim.mail.first_come_line import FirstComeLine
from sim.mail.importer import Importer
from sim.mail.job_scheduler import JobScheduler
from sim.mail.kept_connections import KeptConnections
from sim.mail.local_mail import LocalMail
from sim.mail.pauses import Pauses
from sim.mail.retry_clock import retry_clock
from sim.mail.rounds import Rounds
from sim.mail.routes import Route
from sim.mail.whereabouts import letters_in
from sim.mail.window import Destination, DestinationKey, WindowRules
from sim.scenario.sender import Sender
from sim.vocabulary import stages
from sim.vocabulary.connections import NEW, REUSED, SUSPENDED
from sim.vocabulary.kinds import LOCAL, NO_HOST
from sim.vocabulary.places import TRIED
from sim.vocabulary.replies import ACCEPTED, PERMANENT, REPLIES


class QueueManager:
    """The queue manager of one sender.

    Args:
        world: the run.
        name: the sender's.
        settings: the sender's.
        condition: the machine's, over time.
        routes: by provider.
        local: delivers DSNs, on the machine itself.
        phase_us: when the first deferred scan comes.
        several: whether messages may have several recipients.
        earlier: the queue manager that ended with a crash, whose files this one finds.
    """

    client: CarriesLetters

    def __init__(
        self,
        world: World,
        name: str,
        settings: Sender,
        condition: Condition,
        routes: list[Route],
        local: LocalMail,
        phase_us: int,
        several: bool,
        earlier: "QueueManager | None" = None,
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
        by_reply_us = {one.reply: one.lasts_us for one in settings.suspensions}
        self._pauses = Pauses(world.env, self._rules.rate_delay_us, by_reply_us, self._pause_is_over)
        # A site that is dead is tried again after a rate delay, where there is one (qmgr_entry_done).
        self._dead_us = self._rules.rate_delay_us or postconf.minimal_backoff_time * SECOND_US
        self._on_demand = postconf.smtp_connection_cache_on_demand
        self.agents = Agents(world.env, host, postconf)
        self.active: QueueLength = earlier.active if earlier else QueueLength(f"{name}.active")
        clock = retry_clock(world, settings, phase_us)
        self.deferred: DeferredQueue = (
            earlier.deferred if earlier else DeferredQueue(world, name, clock, remembers=condition.eventful)
        )
        self.importer = Importer(
            world,
            condition,
            host.import_time_us,
            self.deferred,
            self.active,
            postconf.qmgr_message_active_limit,
            self._activate,
        )
        self.fates = Fates(
            world, postconf.delay_warning_time, self.deferred.clock, self.deferred, self.importer.expect
        )
        self._order = 0
        self._destinations: dict[DestinationKey, Destination] = {}
        self._line: FirstComeLine | JobScheduler
        self._rounds: Rounds | None = None
        if several:
            self._line = JobScheduler(postconf, world.second)
            self._rounds = Rounds(
                world,
                postconf.recipient_limit,
                self._permanent,
                self._line,
                self._destination,
                self.active,
                self.fates,
            )
        else:
            self._line = FirstComeLine()
        self.kept = KeptConnections(world.env, postconf)
        self.watched: set[int] = set()
        self._was_due: list[int] = []
        self._has_ended, self._has_begun = False, earlier is None
        self._attempts = world.recorder.attempts
        self._eventful = condition.eventful
        # Where nothing else must be looked at, a destination that has room sends without standing in line.
        self._direct = not (self._eventful or several)

    def start(self) -> None:
        """Set the ends of the machine's pauses going, up to the crash with which this one ends."""
        last_us = self._condition.crash_after(self._env.now)
        for _, end_us in self._condition.pauses():
            if self._env.now < end_us <= last_us:
                ring_once(self._env, end_us, self._resume)

    def crash(self, up_us: int) -> tuple[list[int], int | None]:
        """End with the machine, which is up again at `up_us`.

        Returns:
            The messages of the active queue, by their first rows, and the incoming one that was in hand.
        """
        self._has_ended, now_us = True, self._env.now
        at_work, destinations = self.agents.at_work(), self._destinations.values()
        messages = break_off(self._world, at_work, destinations, self.client, self._rounds, now_us)
        if self._rounds is not None:
            self._rounds.crash()
        for _ in messages:
            self.active.leave(now_us)
        self.kept.crash()
        self.agents.crash(now_us, up_us)
        in_hand, self._was_due = self.importer.crash()
        return messages, in_hand

    def follow(self, earlier: "QueueManager") -> None:
        """Go on, when the machine is up again, with what one that ended with a crash has left behind."""
        self.importer.follow(earlier._was_due)
        self.watched = earlier.watched
        self.fates.follow(earlier.fates)
        self.importer.busy_us, self.importer.flow = earlier.importer.busy_us, earlier.importer.flow
        self.agents.serial = earlier.agents.serial
        if self._rounds is not None and earlier._rounds is not None:
            self._rounds.owed = earlier._rounds.owed

    def _paused(self, now_us: int) -> bool:
        return self._eventful and (self._has_ended or self._condition.state_at(now_us) != UP)

    def _resume(self, _: Any) -> None:
        now_us = self._env.now
        if not self._paused(now_us):
            if not self._has_begun:
                self._has_begun = True
                self.importer.start_again()
            self._dispatch(now_us)
            self.importer.import_some(now_us)

    def _activate(self, row: int, now_us: int) -> None:
        """Let a letter, or a message by its first letter, that entered the active queue wait for its destination."""
        provider = self._letters.provider[row]
        if provider == LOCAL:
            self._local.deliver(row, now_us)
            self.active.leave(now_us)
            return
        if self._rounds is not None:
            self._rounds.begin(row, now_us)
            self._dispatch(now_us)
            return
        key: DestinationKey = (provider, self._letters.mailbox[row]) if self._by_recipient else provider
        destination = self._destination(key, row, now_us)
        if destination.dead:
            self._suspend(row, now_us, now_us, destination.reason)
            return
        self._order += 1
        destination.todo.append((self._order, row, now_us, None))
        self._go(destination, now_us)

    def _destination(self, key: DestinationKey, row: int, now_us: int) -> Destination:
        """Give the destination of a letter, a new one if nothing is known of it, with its rest ended if it is over."""
        destination = self._destinations.get(key)
        if destination is None:
            route = self._routes[self._letters.provider[row]]
            destination = self._destinations[key] = Destination(key, route, self._rules)
        elif destination.dead and now_us >= destination.dead_until_us:
            destination.revive()
        return destination

    # --- choice and hand-over ---------------------------------------------------------------------

    def _go(self, destination: Destination, now_us: int) -> None:
        """Let a destination send what it may, now that something has changed for it."""
        line = self._line
        if line.ready or not self._direct:
            line.offer(destination)
            self._dispatch(now_us)
            return
        todo = destination.todo
        while todo and destination.busy < destination.window:
            if self.agents.free <= 0 or not self.agents.has_idle(now_us):
                line.offer(destination)
                self._dispatch(now_us)
                return
            destination.busy += 1
            self._hand_over(destination, todo.popleft(), now_us)

    def _dispatch(self, now_us: int) -> None:
        """Hand over letters while processes are free and some destination may go."""
        line = self._line
        if not line.ready or self._paused(now_us):
            return
        while line.ready and self.agents.free > 0:
            if not self.agents.has_idle(now_us):
                self._call_agents(now_us)
                return
            chosen = line.choose(now_us)
            if chosen is None:
                return
            self._hand_over(*chosen, now_us)

    def _call_agents(self, now_us: int) -> None:
        """Have processes started for the letters that could go now."""
        letters = self._line.could_go()
        while self.agents.may_call(letters):
            self.agents.call(now_us, self._agent_is_there)

    def _agent_is_there(self, _: Any) -> None:
        self.agents.announced(self._env.now)
        self._dispatch(self._env.now)

    def _hand_over(self, destination: Destination, entry: Entry, now_us: int) -> None:
        """Give what was selected to a delivery agent."""
        _, row, activated_us, batch = entry
        delivery = self.agents.take(now_us)
        if self._on_demand and destination.route.reusable:
            destination.note_selection(now_us, self._world.epoch_us)
        delivery.load = destination.load
        connection = self.kept.take(destination.route.provider, now_us) if destination.load else None
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
        if batch is None:
            delivery.trace = [] if row in self.watched else None
        else:
            delivery.batch = batch
            delivery.trace = None if self.watched.isdisjoint(batch.all) else []
        self.client.begin(delivery, now_us)

    # --- results ----------------------------------------------------------------------------------

    def done(self, delivery: Delivery) -> None:
        """Take a delivery back at the moment at which it is over."""
        now_us = self._env.now
        row, reply, destination, batch = delivery.row, delivery.reply, delivery.destination, delivery.batch
        if batch is not None and self._rounds is not None:
            self._rounds.record(delivery, now_us)
        else:
            self._letters.attempts[row] += 1
            attempts = self._attempts
            attempts.buffer += attempts.pack(
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
        if delivery.trace:
            delivery.tell(self._world.recorder.steps, self.watched)
        if delivery.connection is not None:
            self.kept.put_away(delivery, delivery.connection, now_us)
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
        if self._pauses.always:
            self._pauses.begin_after(delivery, now_us)
        self.agents.give_back(delivery, now_us)
        if not destination.busy and destination.forgettable:
            del self._destinations[destination.key]
        if batch is not None and self._rounds is not None:
            self._rounds.done(batch, now_us)
        else:
            self.active.leave(now_us)
            if reply != ACCEPTED:
                self._refused(row, reply, now_us)
        importer.held = was_held
        self._go(destination, now_us)
        if not was_held:
            importer.import_some(now_us)

    def _refused(self, row: int, reply: int, now_us: int) -> None:
        if reply in self._permanent:
            self.fates.refuse(row, now_us)
            self.fates.settle((row,), (), now_us)
        else:
            self.fates.settle((), (row,), now_us)

    def _pause_is_over(self, destination: Destination, now_us: int) -> None:
        if destination.forgettable:
            del self._destinations[destination.key]
        else:
            self._go(destination, now_us)

    def _bury(self, destination: Destination, reply: int, now_us: int) -> None:
        """The site is dead: defer all that waits for it, at once, and set the time of its revival."""
        destination.reason = reply
        waiting = list(destination.todo)
        destination.todo.clear()
        if self._rounds is not None:
            self._rounds.bury(destination, waiting, now_us)
        else:
            for _, row, activated_us, _ in waiting:
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
            row, activated_us, now_us, now_us, NO_HOST, 0, SUSPENDED, 0, 0, 0, stages.CONNECT, reply
        )
        self.active.leave(now_us)
        self._refused(row, reply, now_us)

    def open_letters(self) -> list[tuple[int, int, int]]:
        """Give the letters in the active queue, with the moments at which they entered it and their places."""
        return sorted(letters_in(self.agents.at_work(), self._destinations.values()))

    def tried_letters(self) -> list[tuple[int, int]]:
        """Give the letters in the active queue that were put off, and wait for others of their message."""
        return [] if self._rounds is None else [(row, TRIED) for row in self._rounds.tried()]
