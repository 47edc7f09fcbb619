"""The road between a sender and a provider: how long a trip takes, and whether a host can be reached."""

from sim.reference.weather import DOWN, SILENT, UP, Weather
from sim.scenario.road import DefaultRoad
from sim.scenario.road import Road as NamedRoad
from sim.scenario.schema import Scenario


class Road:
    """One sender's road to one provider.

    A named road of the scenario can have faults; the default road cannot.
    """

    def __init__(self, scenario: Scenario, weather: Weather, sender: str, provider: str) -> None:
        self._weather = weather
        self._names: tuple[str, ...] = ()
        law: DefaultRoad | NamedRoad = scenario.default_road
        for name, road in scenario.roads.items():
            if (road.sender, road.provider) == (sender, provider):
                self._names = (f"roads.{name}",)
                law = road
                break
        self.round_trip_us = law.round_trip_us
        self.jitter_us = law.jitter_us
        self._bits_per_s = law.bandwidth_bits_per_s

    def hop_us(self, u: float) -> int:
        """Give the time of one way for a draw `u`."""
        return (self.round_trip_us + int(u * self.jitter_us)) // 2

    def transfer_us(self, size_bytes: int) -> int:
        """Give the time that a letter's bytes take, one after the other."""
        return size_bytes * 8 * 1_000_000 // self._bits_per_s

    def is_cut(self, now: int) -> bool:
        """Say whether packets come back with the word that there is no way."""
        return self._weather.condition(now, *self._names) == DOWN

    def loses(self, now: int, host_names: tuple[str, ...]) -> bool:
        """Say whether packets to a host vanish without a word."""
        on_the_way = self._weather.condition(now, *self._names)
        at_the_host = self._weather.condition(now, *host_names)
        return SILENT in (on_the_way, at_the_host)

    def is_quiet(self, now: int, host_names: tuple[str, ...]) -> bool:
        """Say whether an open connection hears nothing; for it a cut road is as silent as a silent one."""
        on_the_way = self._weather.condition(now, *self._names)
        return on_the_way != UP or self._weather.condition(now, *host_names) == SILENT

    def slow_us(self, now: int, host_names: tuple[str, ...]) -> int:
        """Say how much longer a reply takes."""
        return self._weather.slow_us(now, *self._names, *host_names)
