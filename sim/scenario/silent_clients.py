"""Clients that connect and say nothing: a broken program, or an attack that holds a host's processes."""

from sim.scenario.settings import Count, Flag, Name, Settings, convention, graded, keyed
from sim.units import Duration


class SilentClients(Settings):
    """Some clients that connect to a provider's first host and then say nothing."""

    sender: Name = keyed("from")
    """The sender whose first address they use; it needs no letters of its own."""
    to: Name
    """The provider that they connect to."""
    count: Count
    """How many there are, each with one connection."""
    at_us: Duration = convention(0)
    """When they connect, counted from the start."""
    returns: Flag = graded(False, "assumption", "a broken program notices nothing; an attack comes back")
    """Whether each connects anew as soon as the host has hung up."""
