"""A content filter on the sender's own machine, through which each letter goes before it is taken over."""

from sim.scenario.service_time import ServiceTime
from sim.scenario.settings import Count, Settings, graded
from sim.units import Capacity


class SubmissionFilter(Settings):
    """A filter that holds a process for each letter that it looks into."""

    time: ServiceTime
    """How long one letter takes."""
    processes: Count = graded(
        100, "published", "default_process_limit: one for each smtpd that hands a letter over"
    )
    """How many letters it looks into at the same time."""
    memory_bytes: Capacity = graded(
        150_000_000,
        "assumption",
        "a process that has loaded its rules and signatures; no neutral figure is published",
    )
    """What one of its processes takes of the machine's memory."""
