"""The sender's machine: what one piece of work costs there."""

from sim.scenario.presets import PresetSettings
from sim.scenario.service_time import NO_TIME, ServiceTime
from sim.scenario.settings import Count, graded
from sim.units import Duration

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
