"""What a run consists of: the stations of each sender and of each provider, as assembly has joined them.

Data that assembly makes once; the run and its record look things up in it.
"""

from dataclasses import dataclass

from sim.kernel.condition import Condition
from sim.kernel.first_come import CountedStation
from sim.kernel.sampler import Gauge, Reading
from sim.kernel.world import World
from sim.mail.building import Building
from sim.mail.client_program import ClientProgram
from sim.mail.desk import Desk
from sim.mail.flow_control import FlowControl
from sim.mail.machine import Machine
from sim.mail.mailbox_store import MailboxStore
from sim.mail.policy.disk_space import DiskSpace
from sim.mail.queue_manager import QueueManager
from sim.mail.readers import Readers
from sim.mail.relay import Relay
from sim.mail.smtp_server import SmtpServer
from sim.mail.spool import Spool
from sim.mail.submission import PostBox
from sim.mail.suppression_list import SuppressionList


@dataclass
class Office:
    """A sender's stations; a program that sends is its own manager."""

    name: str
    spool: Spool
    runs: Machine[QueueManager] | ClientProgram
    condition: Condition
    suppressions: SuppressionList | None
    building: Building

    @property
    def manager(self) -> QueueManager | ClientProgram:
        """What sends its letters; after a crash of a machine it is another queue manager."""
        return self.runs.manager if isinstance(self.runs, Machine) else self.runs


@dataclass
class Site:
    """A provider's stations; `checking` is empty where no host has workers, others are None where it has none."""

    name: str
    servers: list[SmtpServer]
    checking: list[CountedStation]
    delivery: CountedStation | None
    store: MailboxStore
    desk: Desk
    relay: Relay | None
    flow: FlowControl | None
    disk: DiskSpace | None

    @property
    def queues(self) -> int:
        """How many queues it has in the table of visits."""
        return len(self.checking) + (self.delivery is not None)


@dataclass
class Town:
    """All that a run consists of."""

    world: World
    post_box: PostBox
    offices: list[Office]
    sites: list[Site]
    readers: dict[int, Readers]
    gauges: list[Gauge]
    readings: list[Reading]
