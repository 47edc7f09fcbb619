"""The counter of one MX host: whom it greets, how many callers stand at it, and how many before the door."""

from collections import deque
from collections.abc import Generator
from typing import Any

from simpy import Event, Resource

from sim.reference.client import Client
from sim.reference.clock import Clock
from sim.reference.weather import Weather
from sim.scenario.provider import MxHost, Provider
from sim.vocabulary.replies import ACCEPTED, SERVER_BUSY, TOO_MANY_CONNECTIONS


class Counter:
    """One host of a provider.

    A caller counts from the greeting until the host has seen the connection close.
    """

    def __init__(
        self, env: Clock, provider_name: str, mx: MxHost, index: int, provider: Provider, weather: Weather
    ) -> None:
        self.index = index
        """Position among all hosts of the scenario."""
        self.names = (f"providers.{provider_name}", f"providers.{provider_name}.{mx.host}")
        """The names under which the weather knows it."""
        self.has_inner_trouble = weather.knows_inner_trouble(*self.names)
        """Whether its disk is full at times, or it denies users that there are."""
        self.checkers = None if provider.checking is None else Resource(env, provider.checking.workers)
        self.preference = mx.preference
        self.best_preference = min(other.preference for other in provider.mx)
        self.accept_time = provider.at(mx).accept_time
        """How long it takes before it says that the letter is accepted."""
        self._env = env
        self._limit = provider.at(mx).connection_limit
        self._callers: dict[Client, int] = {}
        processes = provider.at(mx).server_processes
        self.has_few_processes = processes is not None
        self.is_half_open_when_full = processes is not None and processes.when_full == "half_open"
        self._free_processes = 0 if processes is None else processes.limit
        self._places = 0 if processes is None else processes.places
        """How many more connections may be open, served or not."""
        self._line: deque[tuple[Event, int]] = deque()
        """Who waits for a process, and until when."""

    def room_for(self, client: Client) -> int:
        """Say ACCEPTED where there is room for one more caller, or why there is none."""
        if self._limit is not None:
            total = self._limit.total
            if total is not None and sum(self._callers.values()) >= total:
                return SERVER_BUSY
            per_client = self._limit.per_client
            if per_client is not None and self._callers.get(client, 0) >= per_client:
                return TOO_MANY_CONNECTIONS
        return ACCEPTED

    def let_in(self, client: Client) -> None:
        """Greet a caller."""
        self._callers[client] = self._callers.get(client, 0) + 1

    def goodbye(self, client: Client) -> None:
        """See a caller's connection close."""
        self._callers[client] -= 1
        self.free_a_process()

    # -- a host with few processes -----------------------------------------------------------------------

    def take_place(self) -> bool:
        """Let a connection be opened, if there is room for one more."""
        if not self._places:
            return False
        self._places -= 1
        return True

    def give_place_back(self) -> None:
        """A connection that had a place was never opened."""
        self._places += 1

    def find_process(self, patient_until_us: int) -> Generator[Event, Any, bool]:
        """Wait for a process, first come, first served, but not beyond a moment; say whether one was found."""
        if self._free_processes:
            self._free_processes -= 1
            return True
        turn = self._env.event()
        self._line.append((turn, patient_until_us))
        yield turn | self._env.timeout(patient_until_us - self._env.now)
        return bool(turn.triggered)

    def free_a_process(self) -> None:
        """A connection is over: the next in line who has not given up is served."""
        if not self.has_few_processes:
            return
        self._free_processes += 1
        self._places += 1
        while self._free_processes and self._line:
            turn, patient_until_us = self._line.popleft()
            if patient_until_us <= self._env.now:
                self._places += 1
                continue
            self._free_processes -= 1
            turn.succeed()
