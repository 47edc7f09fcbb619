"""A receiving MTA that carries on what it accepts: a gateway, or the server before a content filter."""

from sim.scenario.settings import Name, Settings


class Relay(Settings):
    """Who carries on the letters that a provider has accepted, and to whom."""

    by: Name
    """The sender that does: the same machine seen from behind, with its queues, windows and limits."""
    to: Name
    """The provider that it carries them to: a content filter, or the hosts behind a gateway."""
