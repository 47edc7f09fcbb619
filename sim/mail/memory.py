"""The memory of a sender's machine: who takes how much of it, and what happens when it is used up.

Part of the machine. Taken are the system's own share, the processes of the content filter, the delivery processes,
and the active queue; when they need more than there is, the machine crashes, and the incident names who takes most.
It is looked at once a second, and whenever the filter starts a process.
See: Postfix's QSHAPE_README on the active queue, which alone of all queues is in memory; Linux's vm.panic_on_oom.
Left out: swapping; the kernel's choice of a single victim; memory that programs lose over time.
"""

from collections.abc import Callable
from typing import Any, Final

from sim.kernel.alarm import Alarm, Ring
from sim.kernel.clock import Clock
from sim.kernel.world import SECOND_US
from sim.scenario.host import Host
from sim.vocabulary.incidents import MEMORY_PARTS

_LOOKS_EVERY_US: Final = SECOND_US


class Memory:
    """The memory of one machine.

    Args:
        env: the simulation's environment.
        host: how much there is, and what takes how much.
        filtering: gives how many processes of the content filter are at work.
        delivering: gives how many delivery processes are at work.
        active: gives how many messages are in the active queue.
        used_up: called with the name of who takes most, when there is not enough.
    """

    def __init__(
        self,
        env: Clock,
        host: Host,
        filtering: Callable[[], int],
        delivering: Callable[[], int],
        active: Callable[[], int],
        used_up: Callable[[str], None],
    ) -> None:
        self._host = host
        self._filter_bytes = 0 if host.content_filter is None else host.content_filter.memory_bytes
        self._filtering, self._delivering, self._active = filtering, delivering, active
        self._used_up = used_up
        self._most_bytes = 0
        self._env = env
        self._watch = Alarm(env)
        self._rings: Ring = [self._look]
        self._watch.set(env.now + _LOOKS_EVERY_US, self._rings)

    def _look(self, _: Any) -> None:
        self.check()
        self._watch.set(self._env.now + _LOOKS_EVERY_US, self._rings)

    def parts_bytes(self) -> dict[str, int]:
        """Give what each takes now."""
        taken = (
            self._filtering() * self._filter_bytes,
            self._delivering() * self._host.process_memory_bytes,
            self._active() * self._host.letter_memory_bytes,
        )
        return dict(zip(MEMORY_PARTS, taken, strict=True))

    def most_bytes(self, now_us: int) -> float:
        """Give the most that was taken, in all, since this was asked before."""
        del now_us
        most_bytes = max(self._most_bytes, self._used_bytes(self.parts_bytes()))
        self._most_bytes = 0
        return float(most_bytes)

    def _used_bytes(self, parts_bytes: dict[str, int]) -> int:
        return self._host.system_memory_bytes + sum(parts_bytes.values())

    def check(self) -> None:
        """Let the machine crash if its memory does not suffice now."""
        there_is = self._host.memory_bytes
        assert there_is is not None
        parts = self.parts_bytes()
        used_bytes = self._used_bytes(parts)
        self._most_bytes = max(self._most_bytes, used_bytes)
        if used_bytes > there_is:
            self._used_up(max(parts, key=lambda name: parts[name]))
