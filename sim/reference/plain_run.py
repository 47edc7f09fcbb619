"""Run a scenario plainly: build the town, let the time pass, and see what became of each letter."""

from datetime import UTC, datetime, timedelta

from sim.reference.chance import Chance
from sim.reference.choice import FirstCome, JobList
from sim.reference.client import Addresses
from sim.reference.clock import Clock
from sim.reference.coverage import refuse_what_is_not_covered
from sim.reference.directory import Directory
from sim.reference.inspection import Inspection
from sim.reference.letter import Letter
from sim.reference.letter_way import letter_way
from sim.reference.machine import Machine, Staff
from sim.reference.mail_bag import MailBag
from sim.reference.memory import Memory
from sim.reference.message import Message
from sim.reference.patience import Patience
from sim.reference.post_box import Entrance, PostBox
from sim.reference.post_office import PostOffice
from sim.reference.queues import Queues
from sim.reference.reading import read_all
from sim.reference.records import PlainResult
from sim.reference.road import Road
from sim.reference.rules import Rules
from sim.reference.sorting_room import SortingRoom
from sim.reference.stop_list import StopList
from sim.reference.van import Vans
from sim.reference.voices import Voices
from sim.reference.weather import Weather
from sim.reference.yard import SECOND_US, Yard
from sim.scenario.schema import Scenario
from sim.scenario.sender import Sender
from sim.vocabulary.outcomes import QUEUED, UNDER_WAY

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def run_plain(scenario: Scenario, seed: int | None = None, replication: int = 0) -> PlainResult:
    """Run a scenario once in the plain engine.

    Args:
        scenario: what to run.
        seed: chance; the scenario's own seed if nothing is said.
        replication: number of the replication, from 0.

    Raises:
        NotCovered: the scenario has a setting that the plain engine does not know.
    """
    refuse_what_is_not_covered(scenario)
    chance = Chance(scenario.seed if seed is None else seed, replication)
    town = Town(scenario, chance)
    town.env.run(until=scenario.duration_us)
    for letter in town.result.letters.values():
        if letter.outcome == UNDER_WAY:
            letter.outcome = QUEUED
    read_all(scenario, chance, town.result)
    return town.result


class Town:
    """Everything that a scenario describes, built and connected, at time 0."""

    def __init__(self, scenario: Scenario, chance: Chance) -> None:
        self.env = Clock()
        self.result = PlainResult(
            providers=list(scenario.providers),
            hosts=[
                f"{name}.{mx.host}" for name, provider in scenario.providers.items() for mx in provider.mx
            ],
        )
        self._scenario = scenario
        self._epoch_us = (scenario.start - EPOCH) // timedelta(microseconds=1)
        self._chance = chance
        self._weather = Weather(scenario, chance.u)
        self._addresses = {name: Addresses(name, sender, chance) for name, sender in scenario.senders.items()}
        self._stop_lists = {
            name: StopList(sender.bounce_handling)
            for name, sender in scenario.senders.items()
            if sender.bounce_handling is not None
        }
        self._offices = {name: self._build_office(name) for name in scenario.providers}
        self._directories = {
            name: Directory(self.env, name, resolver, scenario.name_servers, self._weather, chance)
            for name, resolver in scenario.resolvers.items()
        }
        self._post_box = PostBox(self.env, scenario, chance, self.result, self._stop_lists)
        # At one moment those come first whose processes begin first: machines come back, then letters are
        # posted, then queues are scanned.
        entrances = {name: self._build_site(name, sender) for name, sender in scenario.senders.items()}
        self.env.process(self._post_box.open(entrances))

    def _build_office(self, name: str) -> PostOffice:
        """Build one provider."""
        env, scenario, chance = self.env, self._scenario, self._chance
        provider = scenario.providers[name]
        clients = [client for addresses in self._addresses.values() for client in addresses.clients]
        rules = Rules(provider, scenario.letters, scenario.senders, clients, chance, self._second)
        voices = Voices(env, scenario, name, rules, self._stop_lists, chance, self._weather)
        return PostOffice(env, name, provider, self.result.hosts, chance, self._weather, rules, voices.filed)

    def _build_site(self, name: str, sender: Sender) -> Entrance:
        """Build one sender, and give the place where letters go in."""
        env, weather, chance = self.env, self._weather, self._chance

        def begin(message: Message, setting_out: list[Letter]) -> None:
            if message.first.record.accepted_us >= 0:
                machine.room.take_in(message)
            for letter in setting_out:
                letter.way = env.process(letter_way(env, letter, message, machine))

        def notify(letter: Letter, kind: int) -> None:
            bag.post(self._post_box.write_notice(letter, kind))

        def bounced(letter: Letter) -> None:
            if name in self._stop_lists:
                self._stop_lists[name].bounced(letter, env.now)

        bag = MailBag(env, name, sender, weather, chance, begin)
        parkable = frozenset(
            provider
            for provider, settings in self._scenario.providers.items()
            if sender.postconf.smtp_tls_connection_reuse or sender.tls == "none" or not settings.tls
        )
        clock = Patience(sender, chance, self._second)
        letters = [entry for entry in self._scenario.letters.values() if entry.sender == name]
        several = any(entry.recipients > 1 for entry in letters)
        queues = Queues()
        directory = None if sender.resolver is None else self._directories[sender.resolver]
        roads = {provider: Road(self._scenario, weather, name, provider) for provider in self._offices}
        addresses = self._addresses[name]
        may_crash = sender.host.memory_bytes is not None or bool(weather.crashes(f"senders.{name}"))

        def build() -> Staff:
            choice = JobList(sender.postconf, lambda: self._second(env.now)) if several else FirstCome()
            yard = Yard(env, name, sender, weather)
            room = SortingRoom(
                env, name, sender, weather, yard, clock, notify, bounced, parkable, choice, queues
            )
            vans = Vans(
                env,
                addresses,
                sender,
                weather,
                chance,
                yard,
                directory,
                self._offices,
                roads,
                may_crash=may_crash,
            )
            return room, yard, vans

        restart_us = sender.host.restart_time_us
        machine = Machine(env, name, weather, bag, build, restart_us, self.result.deaths)
        memory = Memory(env, sender.host, machine.taken, machine.run_out_of_memory)
        settings = sender.host.content_filter
        if settings is not None:
            machine.inspection = Inspection(env, name, settings, weather, chance, bag, memory.look)
        env.process(machine.bear_the_weather())
        if clock.period_us is not None:
            env.process(machine.scan_now_and_then(self._scan_phase_us(name, sender), clock.period_us))
        if sender.host.memory_bytes is not None:
            env.process(memory.look_now_and_then())
        return machine.inspection or bag

    def _scan_phase_us(self, name: str, sender: Sender) -> int:
        """Say when a sender's first scan is: as set, or by lot."""
        if sender.scan_phase_us is not None:
            return sender.scan_phase_us
        period_us = sender.postconf.queue_run_delay * SECOND_US
        if sender.retry is not None and sender.retry.queue_run_us is not None:
            period_us = sender.retry.queue_run_us
        return int(self._chance.u(f"scan_phase:{name}", 0) * period_us)

    def _second(self, now: int) -> int:
        """Read the sender's clock in whole seconds, as Postfix does."""
        return (self._epoch_us + now) // SECOND_US
