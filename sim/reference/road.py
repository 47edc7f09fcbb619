"""The road between a sender and a provider: how long a trip takes, and whether a host can be reached."""

from math import sqrt

from sim.reference.weather import DOWN, SILENT, UP, Weather
from sim.scenario.road import DefaultRoad
from sim.scenario.road import Road as NamedRoad
from sim.scenario.schema import Scenario

SEGMENT_BYTES = 1460
FIRST_FLIGHT = 10
"""TCP sends ten segments before it waits for the first answer (RFC 6928)."""


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
        self._loss_ratio = law.loss_ratio

    def hop_us(self, u: float) -> int:
        """Give the time of one way for a draw `u`."""
        return (self.round_trip_us + int(u * self.jitter_us)) // 2

    def loss(self, now: int) -> float:
        """Say which share of packets gets lost, one way."""
        return 1 - (1 - self._loss_ratio) * (1 - self._weather.share(now, *self._names))

    def transfer_us(self, size_bytes: int, hop: int, loss: float) -> int:
        """Give the time that a letter's bytes take, one flight after the other until the road is full.

        Where packets get lost TCP is no faster than Mathis et al. (1997) say.
        """
        round_trip = 2 * hop
        flight, waited, rest = FIRST_FLIGHT * SEGMENT_BYTES, 0, size_bytes
        while rest > flight and flight * 8 * 1_000_000 < self._bits_per_s * round_trip:
            waited += round_trip
            rest -= flight
            flight *= 2
        undisturbed = waited + rest * 8 * 1_000_000 // self._bits_per_s
        if not loss:
            return undisturbed
        return max(undisturbed, int(size_bytes * round_trip * sqrt(loss) / (SEGMENT_BYTES * 1.22)))

    def has_weather(self, host_names: tuple[str, ...]) -> bool:
        """Say whether anything ever happens on this road or at a host."""
        return bool(self._weather.changes(*self._names, *host_names))

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
