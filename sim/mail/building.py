"""What stands in a sender's machine besides its mail server: a memory with an end, and a content filter.

Data and wiring for assembly; a machine without either is as it was.
"""

from dataclasses import dataclass

from sim.kernel.condition import Condition
from sim.kernel.world import World
from sim.mail.handoff import TakesLetters
from sim.mail.machine import Machine
from sim.mail.memory import Memory
from sim.mail.queue_manager import QueueManager
from sim.mail.spool import Spool
from sim.mail.submission_filter import SubmissionFilter
from sim.scenario.host import Host
from sim.scenario.schema import Scenario


@dataclass
class Building:
    """One machine.

    Attributes:
        entrance: where letters are handed in.
        content_filter: before the spool, where there is one.
        memory: None where it never runs out.
    """

    entrance: TakesLetters
    content_filter: SubmissionFilter | None = None
    memory: Memory | None = None

    def waiting_outside(self) -> list[int]:
        """Give the messages that are handed in and not at the spool yet, by their first letters."""
        return [] if self.content_filter is None else self.content_filter.rows()


def filter_queue_index(scenario: Scenario, sender: str, earlier: int) -> int:
    """Give the place of a sender's filter in the table of visits, after so many queues of receivers."""
    names = list(scenario.senders)
    before = names[: names.index(sender)]
    return earlier + sum(scenario.senders[name].host.content_filter is not None for name in before)


def building_of(
    world: World,
    name: str,
    host: Host,
    condition: Condition,
    spool: Spool,
    machine: Machine[QueueManager],
    queue_index: int,
) -> Building:
    """Give a machine what its host has.

    Args:
        world: the run.
        name: the sender's.
        host: the machine's settings.
        condition: the machine's.
        spool: where letters are taken over.
        machine: what crashes.
        queue_index: the place of the filter's queue in the table of visits, if there is one.
    """
    memory = None
    if host.memory_bytes is not None:
        memory = Memory(
            world.env,
            host,
            filtering=lambda: 0 if content_filter is None else content_filter.busy,
            delivering=lambda: machine.manager.agents.busy,
            active=lambda: machine.manager.active.length,
            used_up=machine.run_out_of_memory,
        )
    content_filter = None
    if host.content_filter is not None:
        grown = (lambda: None) if memory is None else memory.check
        content_filter = SubmissionFilter(
            world, name, host.content_filter, condition, spool, grown, queue_index
        )
        machine.content_filter = content_filter
        for _, end_us in condition.pauses():
            content_filter.go_on_at(end_us)
    return Building(content_filter or spool, content_filter, memory)
