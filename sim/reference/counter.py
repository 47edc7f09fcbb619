"""The counter of one MX host: whom it greets, and how many callers stand at it."""

from simpy import Resource

from sim.reference.clock import Clock
from sim.scenario.provider import MxHost, Provider
from sim.vocabulary.replies import ACCEPTED, SERVER_BUSY, TOO_MANY_CONNECTIONS


class Counter:
    """One host of a provider.

    A caller counts from the greeting until the host has seen the connection close.
    """

    def __init__(self, env: Clock, provider_name: str, mx: MxHost, index: int, provider: Provider) -> None:
        self.index = index
        """Position among all hosts of the scenario."""
        self.names = (f"providers.{provider_name}", f"providers.{provider_name}.{mx.host}")
        """The names under which the weather knows it."""
        self.checkers = None if provider.checking is None else Resource(env, provider.checking.workers)
        self.preference = mx.preference
        self.best_preference = min(other.preference for other in provider.mx)
        self.accept_time = provider.at(mx).accept_time
        """How long it takes before it says that the letter is accepted."""
        self._limit = provider.at(mx).connection_limit
        self._callers: dict[str, int] = {}

    def greet(self, sender: str) -> int:
        """Let a caller in, or say why not."""
        callers = self._callers.get(sender, 0)
        if self._limit is not None:
            total = self._limit.total
            if total is not None and sum(self._callers.values()) >= total:
                return SERVER_BUSY
            per_client = self._limit.per_client
            if per_client is not None and callers >= per_client:
                return TOO_MANY_CONNECTIONS
        self._callers[sender] = callers + 1
        return ACCEPTED

    def goodbye(self, sender: str) -> None:
        """See a caller's connection close."""
        self._callers[sender] -= 1
