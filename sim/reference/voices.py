"""The readers' voices: who reports a letter as spam, or wants no more, at the moment of opening it."""

from collections.abc import Generator, Mapping
from typing import Any

from simpy import Event

from sim.reference.chance import Chance
from sim.reference.clock import Clock
from sim.reference.letter import Letter
from sim.reference.reading import readings_of
from sim.reference.rules import Rules
from sim.reference.stop_list import StopList
from sim.reference.weather import Weather
from sim.scenario.readers import Readers
from sim.scenario.schema import Scenario


class Voices:
    """Those of one provider's readers; it hears complaints itself, and may tell the sender of them."""

    def __init__(
        self,
        env: Clock,
        scenario: Scenario,
        provider: str,
        rules: Rules,
        stop_lists: Mapping[str, StopList],
        chance: Chance,
        weather: Weather,
    ) -> None:
        self._env = env
        self._letters = scenario.letters
        self._provider = provider
        self._habits = scenario.readers.get(provider) or Readers()
        self._tells = scenario.providers[provider].feedback == "per_letter"
        self._rules = rules
        self._stop_lists = stop_lists
        self._chance = chance
        self._weather = weather
        self._is_silent = not any(
            entry.complaints_ratio or entry.unsubscribes_ratio for entry in scenario.letters.values()
        )

    def filed(self, letter: Letter) -> None:
        """A letter lies in its PO box."""
        if self._is_silent:
            return
        entry = self._letters[letter.entry]
        complains = self._chance.u("complains", letter.key) < entry.complaints_ratio
        leaves = self._chance.u("unsubscribes", letter.key) < entry.unsubscribes_ratio
        if complains or leaves:
            self._env.process(self._open(letter, complains, leaves))

    def _open(self, letter: Letter, complains: bool, leaves: bool) -> Generator[Event, Any, None]:
        readings = readings_of(
            letter.key, letter.record, self._provider, self._habits, self._chance, self._weather
        )
        yield self._env.timeout(max(opened for _, opened, _, _ in readings) - self._env.now)
        stop_list = self._stop_lists.get(letter.sender)
        if complains and self._rules.standing is not None:
            assert letter.client is not None
            self._rules.standing.complain(letter.client, 1, self._env.now)
        if complains and self._tells and stop_list is not None:
            stop_list.complained(letter)
        if leaves and stop_list is not None:
            stop_list.unsubscribed(letter)
