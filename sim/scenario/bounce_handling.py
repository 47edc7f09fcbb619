"""What a sender does with addresses that bounce, or whose owners complain: it stops writing to them."""

from sim.scenario.settings import Count, Flag, Settings, graded
from sim.units import Duration


class BounceHandling(Settings):
    """When an address is put on the suppression list; nothing is written to those on it."""

    suppress_after: Count = graded(1, "community", "what bulk senders call a hard bounce: one is enough")
    """So many refusals for good of letters to one address."""
    apart_us: Duration = graded(0, "assumption", "each bounce counts")
    """A further bounce counts only if it comes so long after the one before that counted."""
    obeys_complaints: Flag = graded(
        True, "published", "RFC 5965: feedback reports are there to be acted upon"
    )
    """Whether an address is put on the list when its owner reports a letter as spam, where the receiver tells."""
