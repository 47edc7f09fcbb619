"""Series over time: mean and peak of each queue in equal buckets, a bounded number of them.

The mean over a bucket is the difference of the queue's integral, so nothing between two looks is missed. What is no
queue is read at the end of each bucket, and is mean and peak of it.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from sim.kernel.alarm import Alarm, Ring
from sim.kernel.queue_length import QueueLength
from sim.kernel.world import World

BUCKETS: Final = 600
"""Rows of a series in a run, whatever its duration."""

Gauge = tuple[QueueLength, Callable[[int], None] | None]
"""A length, and who must be told the time before it is right."""
Reading = tuple[str, Callable[[int], float]]
"""The name of a series, and what gives its value at a time. Asking changes nothing."""


class Sampler:
    """Looks at every gauge once a bucket.

    Args:
        world: the run.
        gauges: what to look at.
        told: called with the time at each look, for whoever shows progress.
        readings: what is read at each look; their series come after those of the gauges.
    """

    def __init__(
        self,
        world: World,
        gauges: list[Gauge],
        told: Callable[[int], None] | None,
        readings: Sequence[Reading] = (),
    ) -> None:
        self._world = world
        self._gauges = gauges
        self._readings = readings
        self._told = told
        self._integrals = [0] * len(gauges)
        self._bucket_us = -(-world.end_us // BUCKETS)
        self._last_us = 0
        self._alarm = Alarm(world.env)
        self._ring: Ring = [self._look]

    def start(self) -> None:
        """Set the looks going."""
        if self._bucket_us < self._world.end_us:
            self._alarm.set(self._bucket_us, self._ring)

    def _look(self, _: Any) -> None:
        now_us = self._world.env.now
        self.take(now_us)
        if self._told is not None:
            self._told(now_us)
        if now_us + self._bucket_us < self._world.end_us:
            self._alarm.set(now_us + self._bucket_us, self._ring)

    def take(self, now_us: int) -> None:
        """Close the bucket that ends now."""
        span_us = now_us - self._last_us
        if span_us <= 0:
            return
        integrals = self._integrals
        means: list[float] = []
        peaks: list[float] = []
        for place, (gauge, catch_up) in enumerate(self._gauges):
            if catch_up is not None:
                # What happens at this very moment belongs to the next bucket.
                catch_up(now_us - 1)
            integral_us = gauge.integral_us(now_us)
            means.append((integral_us - integrals[place]) / span_us)
            integrals[place] = integral_us
            peaks.append(gauge.take_bucket_peak())
        for _, read in self._readings:
            means.append(read(now_us))
            peaks.append(means[-1])
        self._last_us = now_us
        count = len(means)
        self._world.recorder.series.extend((now_us,) * count, range(count), means, peaks)
        self._world.recorder.flush()
