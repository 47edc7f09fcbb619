"""Mail to the sender's own machine, which is where notices go: it is there as soon as it is active.

Part of the queue manager, as local(8) is a delivery agent of Postfix's.
See: Postfix's local(8).
Left out: what it costs, full disks, forwarding.
"""

from sim.kernel.world import World
from sim.mail.handoff import FilesLetters
from sim.vocabulary import stages
from sim.vocabulary.connections import NO_CONNECTION
from sim.vocabulary.kinds import NO_HOST
from sim.vocabulary.replies import ACCEPTED


class LocalMail:
    """The local delivery of one sender.

    Args:
        world: the run.
        store: the machine's own mailboxes.
    """

    def __init__(self, world: World, store: FilesLetters) -> None:
        self._letters = world.letters
        self._attempts = world.recorder.attempts
        self._store = store

    def deliver(self, row: int, now_us: int) -> None:
        """Deliver a notice that has become active now."""
        self._letters.attempts[row] += 1
        self._letters.delivered_us[row] = now_us
        self._store.file(row, now_us)
        self._attempts.add(
            row, now_us, now_us, now_us, NO_HOST, 0, NO_CONNECTION, 0, 0, 0, stages.NONE, ACCEPTED
        )
