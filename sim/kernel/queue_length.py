"""How long a queue is, over time: its length, its peak and its exact time integral.

The integral of the length up to a moment T is the sum of the times of leaving, less the sum of the
times of entering, plus length x T. So two additions a letter keep it, in whole microseconds, with no
rounding. It is the L of Little's law; the waits of the rows are the other side of it.
"""


class QueueLength:
    """Counts what enters and leaves one queue.

    Args:
        name: such as `school.active`.
    """

    __slots__ = ("bucket_peak", "entered", "length", "moment", "name", "peak")

    def __init__(self, name: str) -> None:
        self.name = name
        self.length = 0
        self.moment = 0
        self.entered = 0
        self.peak = 0
        self.bucket_peak = 0

    def enter(self, now_us: int) -> None:
        """Count one in, at a moment that is not before the last one counted."""
        self.length = length = self.length + 1
        self.entered += 1
        self.moment -= now_us
        if length > self.bucket_peak:
            self.bucket_peak = length

    def leave(self, now_us: int) -> None:
        """Count one out."""
        self.length -= 1
        self.moment += now_us

    @property
    def left(self) -> int:
        """Give how many have left."""
        return self.entered - self.length

    def integral_us(self, now_us: int) -> int:
        """Give the time integral of the length up to now, in letter-microseconds."""
        return self.moment + self.length * now_us

    def take_bucket_peak(self) -> int:
        """Give the greatest length since the last call, and begin again."""
        peak = self.bucket_peak
        if peak > self.peak:
            self.peak = peak
        self.bucket_peak = self.length
        return peak
