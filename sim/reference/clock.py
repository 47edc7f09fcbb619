"""SimPy's environment with a clock that shows whole microseconds since the scenario's start."""

from simpy import Environment


class Clock(Environment):
    """Time here is an integer, so that a sum slept once equals the same steps slept one by one."""

    @property
    def now(self) -> int:
        """Say what time it is, in microseconds."""
        return int(self._now)
