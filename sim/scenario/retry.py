"""When other MTAs than Postfix try a letter again: by the letter's age, at a queue run or at a moment of its own."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field, Strict, field_validator

from sim.scenario.settings import Settings, convention, graded, refuse
from sim.units import PositiveDuration, Share, format_duration

_SHORTEST_US: Final = 1_000_000
"""No MTA tries a letter again sooner, and a run of many days ends in a bearable time."""


def _wait(value: int) -> int:
    if value < _SHORTEST_US:
        refuse("out_of_range", found=format_duration(value), expected=f">= {format_duration(_SHORTEST_US)}")
    return value


Wait = Annotated[PositiveDuration, AfterValidator(_wait)]


class RetryStep(Settings):
    """One stretch of a letter's age, and how often it is tried in it."""

    until_us: PositiveDuration
    """The step holds while the letter is younger than this."""
    every_us: Wait
    """The first wait of the step."""
    factor: Annotated[float, Field(ge=1, le=100), Strict()] = convention(1.0)
    """Each further wait of the step is so many times as long as the one before."""


class Retry(Settings):
    """The retry rule of a sender that is no Postfix."""

    steps: Annotated[tuple[RetryStep, ...], Field(min_length=1, max_length=20)]
    """The steps, by age; a letter that fails past the last one goes back to its sender."""
    jitter_ratio: Share = graded(0.0, "assumption", "none unless an MTA is said to spread its retries")
    """Each wait is longer by up to this share of it, drawn evenly."""
    queue_run_us: Wait | None = convention(None)
    """Time between two runs through the queue, at which letters are tried; left out, each at its own moment."""

    @field_validator("steps", mode="after")
    @classmethod
    def _in_order(cls, steps: tuple[RetryStep, ...]) -> tuple[RetryStep, ...]:
        for index in range(1, len(steps)):
            if steps[index].until_us <= steps[index - 1].until_us:
                refuse(
                    "steps_not_in_order",
                    index,
                    "until",
                    found=format_duration(steps[index].until_us),
                    expected=format_duration(steps[index - 1].until_us),
                )
        return steps

    @property
    def lifetime_us(self) -> int:
        """Return the age from which a letter that fails once more is given up."""
        return self.steps[-1].until_us
