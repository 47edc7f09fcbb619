"""Warming up: handing letters in by a schedule that grows from day to day, so that receivers get used to a sender."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field, Strict, model_validator

from sim.scenario.nearest import nearest
from sim.scenario.settings import Grade, Settings, refuse

_SENDGRID_AN_HOUR: Final = (
    *(20, 28, 39, 55, 77, 108, 151, 211, 295, 413, 579, 810, 1_000, 1_587, 2_222, 3_111, 4_356, 6_098),
    *(8_583, 11_953, 16_734, 23_427, 32_798, 45_917, 64_284, 89_998, 125_997, 176_395, 246_953, 345_735),
    *(484_029, 677_640, 948_696, 1_328_175, 1_859_444, 2_603_222, 3_644_511, 5_102_316, 7_143_242),
    *(10_000_539, 14_000_754, 19_601_056),
)
_AMAZON_SES_DAYS: Final = 45
_AMAZON_SES_END: Final = 50_000
_MAILTRAP_A_DAY: Final = (
    *(300, 390, 510, 660, 860, 1_100, 1_400, 1_900, 2_400, 3_200, 4_100, 5_400, 7_000, 9_100),
    *(11_800, 15_400, 20_000, 26_000, 33_700, 43_900, 57_000),
)


@dataclass(frozen=True)
class Schedule:
    """A schedule that somebody has published: letters a day, day by day from the first; the last one holds on."""

    letters_a_day: tuple[int, ...]
    grade: Grade
    source: str


SCHEDULES: Final[dict[str, Schedule]] = {
    "sendgrid": Schedule(
        tuple(24 * an_hour for an_hour in _SENDGRID_AN_HOUR),
        "published",
        "SendGrid, Warming Up an IP Address: automated IP warm-up, hourly send schedule, days 0 to 41",
    ),
    "amazon_ses": Schedule(
        tuple(_AMAZON_SES_END * (day + 1) // _AMAZON_SES_DAYS for day in range(_AMAZON_SES_DAYS)),
        "published",
        "Amazon SES: steadily to 50,000 a day within 45 days; that steadily is a straight line is our reading",
    ),
    "mailtrap": Schedule(
        _MAILTRAP_A_DAY, "published", "Mailtrap, help article 98: about 30 % more each day, days 1 to 21"
    ),
}
"""The schedules that can be named. Each is for one address, whatever receivers its letters go to."""

LettersADay = Annotated[int, Strict(), Field(ge=1, le=1_000_000_000)]


class WarmUp(Settings):
    """How many letters are handed in on each day. Written as a schedule's name, or as a mapping."""

    letters_a_day: Annotated[tuple[LettersADay, ...], Field(min_length=1, max_length=1000)]
    """Letters on the first day, the second, and so on, spread evenly over each; the last number holds on."""

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value not in SCHEDULES:
            close = nearest(value, SCHEDULES)
            refuse(
                "unknown_preset",
                found=value,
                expected=", ".join(SCHEDULES),
                **({"nearest": close} if close else {}),
            )
        return {"letters_a_day": SCHEDULES[value].letters_a_day}
