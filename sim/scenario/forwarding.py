"""Letters that a sender forwards for somebody else: whose they are, and what becomes of them on the way."""

from sim.scenario.settings import Flag, Name, Settings, graded


class Forwarded(Settings):
    """Whose letters a sender forwards. Only this second hop is simulated: the way to the forwarder is not."""

    written_by: Name
    """The sender whose letters they are: its domain stands in From, and its signature is on them."""
    srs: Flag = graded(False, "published", "RFC 5321 3.9.1: an alias leaves the sender on the envelope alone")
    """Whether the forwarder puts its own domain on the envelope (SRS), where the writer's stands otherwise."""
    alters_body: Flag = graded(False, "published", "RFC 5321 3.9.1: an alias leaves the body alone")
    """Whether it changes the body, as mailing lists do with a footer; the writer's signature breaks then."""
