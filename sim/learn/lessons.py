"""Which lesson is which, and how one begins."""

from typing import Any, Final

from sim.learn.how_do_we_know import HowDoWeKnow
from sim.learn.judged_as_spam import JudgedAsSpam
from sim.learn.language import notebook_language
from sim.learn.monday_morning import MondayMorning
from sim.learn.other_side import OtherSide
from sim.learn.outages_and_the_herd import OutagesAndTheHerd
from sim.learn.plans import plan_of
from sim.learn.really_from_you import ReallyFromYou
from sim.learn.sorting_room import SortingRoom
from sim.learn.typhoon import TyphoonMorning

LESSONS: Final = {
    "04_is_it_really_from_you": ReallyFromYou,
    "05_the_sorting_room": SortingRoom,
    "06_one_hundred_or_a_million": TyphoonMorning,
    "07_the_other_side": OtherSide,
    "08_outages_and_the_herd": OutagesAndTheHerd,
    "09_judged_as_spam": JudgedAsSpam,
    "11_how_do_we_know": HowDoWeKnow,
    "12_monday_morning": MondayMorning,
}


def start(name: str, lang: str | None = None) -> Any:
    """Begin a lesson.

    Args:
        name: its name, which is that of its notebook.
        lang: `en` or `ja`; None is the language in the notebook's metadata.

    Raises:
        ArgumentError: there is no such lesson.
    """
    plan = plan_of(name)
    return LESSONS[name](plan, lang or notebook_language(name))
