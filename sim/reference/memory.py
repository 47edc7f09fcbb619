"""The memory of a sender's machine: what stands in it, and that the machine crashes when it does not suffice."""

from collections.abc import Callable, Generator
from typing import Any

from simpy import Event

from sim.reference.clock import Clock
from sim.reference.yard import SECOND_US
from sim.scenario.host import Host


class Memory:
    """The memory of one machine.

    The system has its share, and each filter process, each delivery process and each active message takes some.
    """

    def __init__(
        self,
        env: Clock,
        host: Host,
        taken: Callable[[], tuple[int, int, int]],
        run_out: Callable[[str], None],
    ) -> None:
        self._env = env
        self._host = host
        self._taken = taken
        """Says how many there are of the three."""
        self._run_out = run_out

    def look_now_and_then(self) -> Generator[Event, Any, None]:
        """Look once a second whether it suffices."""
        while True:
            yield self._env.timeout(SECOND_US)
            self.look()

    def look(self) -> None:
        """Let the machine crash if there is not enough; who takes most is to blame."""
        host = self._host
        if host.memory_bytes is None:
            return
        filters, processes, messages = self._taken()
        filter_bytes = 0 if host.content_filter is None else host.content_filter.memory_bytes
        parts = {
            "content_filter": filters * filter_bytes,
            "delivery_processes": processes * host.process_memory_bytes,
            "active_queue": messages * host.letter_memory_bytes,
        }
        if host.system_memory_bytes + sum(parts.values()) > host.memory_bytes:
            self._run_out(max(parts, key=lambda name: parts[name]))
