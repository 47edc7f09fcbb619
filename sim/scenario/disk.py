"""The disk of a receiving side: how much room there is for letters, and when it says that there is not enough."""

from sim.scenario.settings import Flag, Settings, convention, graded
from sim.units import Capacity


class Disk(Settings):
    """The disk on which accepted letters lie until they are in their mailboxes, shared by all hosts of a provider."""

    free_bytes: Capacity
    """How much of it is free at the start."""
    message_size_limit_bytes: Capacity = graded(10_240_000, "published", "Postfix: message_size_limit")
    """The largest letter that is taken; 1.5 times as much must be free, however small the letter at hand is."""
    queue_minfree_bytes: Capacity | None = convention(None)
    """More than this must be free, too; left out, nothing more is asked for (Postfix: queue_minfree = 0)."""
    mailboxes: Flag = graded(
        False, "assumption", "mailboxes on a disk of their own, as is usual but on small machines"
    )
    """Whether the mailboxes lie on the same disk, so that nothing ever gets free again."""

    @property
    def refuses_at_bytes(self) -> int:
        """Return the free space, in bytes, with which nothing is accepted any more, nor with less."""
        # Postfix compares whole blocks and a real number; 1.5 times a whole number is whole or ends in a half.
        return max(self.message_size_limit_bytes * 3 // 2, self.queue_minfree_bytes or 0)
