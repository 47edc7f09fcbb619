"""SimPy's environment, with a clock that shows whole microseconds."""

from typing import TYPE_CHECKING

from simpy import Environment


class Clock(Environment):
    """An environment whose time is an integer number of microseconds since the start."""

    if TYPE_CHECKING:

        @property
        def now(self) -> int:
            """The simulated time in microseconds."""
            ...
