"""The one shared state of a run: clock, letters, chance, recorder."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from sim.kernel.clock import Clock
from sim.kernel.draws import Draws
from sim.kernel.letters import Letters
from sim.kernel.recorder import Names, Recorder

SECOND_US: Final = 1_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class World:
    """What every station is given.

    Args:
        start: the moment that is time 0.
        end_us: when the run ends; what would happen then or later has not happened.
        draws: the chance of this replication.
        names: what the index columns stand for.
        recipients: how many recipients each message of an entry has; left out, one.
    """

    def __init__(
        self, start: datetime, end_us: int, draws: Draws, names: Names, recipients: Sequence[int] = ()
    ) -> None:
        self.env = Clock(initial_time=0)
        self.end_us = end_us
        self.draws = draws
        self.recorder = Recorder()
        self.names = names
        self.letters = Letters(self.recorder.letters, names.entries, recipients)
        self.epoch_us = (start - _EPOCH) // timedelta(microseconds=1)
        offset = start.utcoffset() or timedelta()
        self.local_epoch_us = self.epoch_us + offset // timedelta(microseconds=1)
        """The start as the wall clock of its own time zone shows it."""

    def second(self, at_us: int) -> int:
        """Give the moment as Postfix counts it: in whole seconds of the wall clock."""
        return (self.epoch_us + at_us) // SECOND_US
