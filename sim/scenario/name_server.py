"""The name server that knows a provider's domain."""

from sim.scenario.service_time import ServiceTime
from sim.scenario.settings import Settings


class NameServer(Settings):
    """A name server that resolvers ask about the domains of the providers that name it."""

    answer_time: ServiceTime
    """How long one question to it takes, there and back."""
