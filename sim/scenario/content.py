"""What a receiver makes of a letter's content, and what it tells the sender of its readers' complaints."""

from typing import Literal

from sim.scenario.settings import Settings, graded
from sim.units import Share


class ContentFilter(Settings):
    """A filter that takes some letters for spam, rightly or wrongly."""

    missed_ratio: Share = graded(0.02, "assumption", "filters are not measured in public; a round number")
    """Share of spam that the filter lets through."""
    mistaken_ratio: Share = graded(0.001, "assumption", "filters are not measured in public; a round number")
    """Share of good letters that the filter takes for spam."""
    puts: Literal["spam", "refused", "discarded"] = graded(
        "spam", "assumption", "what the large webmail services do with most of it"
    )
    """What becomes of what is taken for spam: the `spam` folder, `refused` with 554, or `discarded` after a 250."""
