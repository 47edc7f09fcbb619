"""The sender's machine: what one piece of work costs there."""

from sim.scenario.presets import PresetSettings
from sim.scenario.service_time import NO_TIME, ServiceTime
from sim.scenario.settings import Count, convention, graded
from sim.scenario.submission_filter import SubmissionFilter
from sim.units import Capacity, Duration, PositiveDuration, Size

_FREE = "a machine that costs no time, so that only the protocol and the policies are left"


class Host(PresetSettings):
    """What each piece of work costs on the sender's machine. Written as the name of a preset, or as a mapping."""

    preset_kind = "host"

    commit_time: ServiceTime = graded(NO_TIME, "assumption", _FREE)
    """Writing one letter safely to disk before it is acknowledged."""
    commit_workers: Count = graded(1, "assumption", "one disk that syncs one letter at a time")
    """How many letters are written at the same time."""
    import_time_us: Duration = graded(0, "assumption", _FREE)
    """Moving one letter into the active queue; the queue manager does one after another."""
    serial_time_us: Duration = graded(0, "assumption", _FREE)
    """The part of handing a letter to a delivery process that is done for one letter after another."""
    letter_time_us: Duration = graded(0, "assumption", _FREE)
    """The part of a delivery that each process does by itself."""
    process_start_us: Duration = graded(0, "assumption", _FREE)
    """Starting a new delivery process."""
    deferral_time_us: Duration = graded(0, "assumption", _FREE)
    """Writing down why a letter was deferred or bounced."""
    content_filter: SubmissionFilter | None = convention(None)
    """A filter on the machine itself that looks into each letter before it is taken over; left out, there is none."""
    memory_bytes: Capacity | None = convention(None)
    """The machine's memory; left out, there is always enough."""
    system_memory_bytes: Capacity = graded(500_000_000, "assumption", "a small Linux system with its daemons")
    """What the system and its daemons take of it."""
    process_memory_bytes: Capacity = graded(
        6_000_000, "assumption", "what one smtp process has to itself; shared libraries count once"
    )
    """What one delivery process takes of it."""
    letter_memory_bytes: Size = graded(
        2_000,
        "assumption",
        "a message with one recipient in the queue manager; QSHAPE_README gives no figure",
    )
    """What one message in the active queue takes of it."""
    restart_time_us: PositiveDuration = graded(
        300_000_000, "assumption", "a virtual machine starts, checks its disks and starts its daemons"
    )
    """How long the machine is down when it crashes because its memory is used up."""
