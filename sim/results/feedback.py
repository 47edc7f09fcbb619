"""What a sender learns of complaints where a provider tells it only how many there were: a rate a day, no letters.

The rate of a day is its complaints over the letters that came into an inbox on it. A complaint counts on the day on
which it is made, whenever its letter came, so that a day with few letters may have a rate beyond all measure.
See: Gmail's Postmaster Tools, whose spam rate is worked out daily; answers 81126 and 14229414 for 0.1 % and 0.3 %.
Left out: that nothing is shown of a day with few letters; letters filed as spam, of which nobody complains.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.kernel.recorder import RunRecord
from sim.results.columns import column, whole
from sim.vocabulary.kinds import LETTER
from sim.vocabulary.outcomes import INBOX

DAY_US: Final = 86_400_000_000
TOO_MANY: Final = 0.001
"""A bulk sender should stay below this rate (Gmail, answer 81126)."""
FAR_TOO_MANY: Final = 0.003
"""Nobody may reach this rate (the same answer, and 14229414)."""


@dataclass(frozen=True)
class FeedbackDay:
    """One day of one sender at one provider.

    Attributes:
        provider: who tells.
        sender: who is told.
        from_us: the beginning of the day by the clock of the scenario, or of the run.
        to_us: its end, or that of the run.
        complaints: how many readers reported a letter.
        inbox: how many letters came into an inbox.
    """

    provider: str
    sender: str
    from_us: int
    to_us: int
    complaints: int
    inbox: int

    @property
    def share(self) -> float | None:
        """Give the rate; None for a day on which nothing came."""
        return self.complaints / self.inbox if self.inbox else None


def feedback_days(record: RunRecord) -> list[FeedbackDay]:
    """Give what providers with aggregate feedback tell those who write to them, by provider, sender and day."""
    entries, providers = record.scenario.letters.values(), record.scenario.providers
    telling = [name for name in record.names.providers if providers[name].feedback == "aggregate"]
    if not telling:
        return []
    letters, edges = record.letters, _midnights(record)
    delivered = whole(letters, "delivered_us")
    there = (column(letters, "kind") == LETTER) & (column(letters, "outcome") == INBOX) & (delivered >= 0)
    complained = [at for at, what in enumerate(record.reports["what"]) if what == "complained"]
    of = np.array([record.reports["letter"][at] for at in complained], dtype=np.int64)
    at_us = np.array([record.reports["at_us"][at] for at in complained], dtype=np.int64)
    sender, provider = column(letters, "sender"), column(letters, "provider")
    found = []
    for name in telling:
        to_it = provider == record.names.providers.index(name)
        for place, who in enumerate(record.names.senders):
            if not any(one.sender == who and name in one.to for one in entries):
                continue
            own = to_it & (sender == place)
            inbox = np.histogram(delivered[own & there], edges)[0]
            complaints = np.histogram(at_us[own[of]], edges)[0]
            found += [
                FeedbackDay(name, who, *map(int, day))
                for day in zip(edges[:-1], edges[1:], complaints, inbox, strict=True)
            ]
    return found


def feedback_figures(record: RunRecord) -> dict[str, Any]:
    """Give by provider and sender what these days come to: what stands under `feedback` in a summary."""
    figures: dict[str, Any] = {}
    days = feedback_days(record)
    for provider, sender in dict.fromkeys((day.provider, day.sender) for day in days):
        own = [day for day in days if (day.provider, day.sender) == (provider, sender)]
        shares = [day.share for day in own if day.share is not None]
        complaints, inbox = sum(day.complaints for day in own), sum(day.inbox for day in own)
        figures.setdefault(provider, {})[sender] = {
            "complaints": complaints,
            "inbox": inbox,
            "share": complaints / inbox if inbox else None,
            "worst_day_share": max(shares, default=None),
            "days": len(shares),
            "days_too_many": sum(share >= TOO_MANY for share in shares),
            "days_far_too_many": sum(share >= FAR_TOO_MANY for share in shares),
        }
    return figures


def _midnights(record: RunRecord) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Give the beginning of the run, every midnight in it by its own clock, and its end."""
    start = record.scenario.start
    since_us = (start.hour * 3600 + start.minute * 60 + start.second) * 1_000_000 + start.microsecond
    inside = np.arange(DAY_US - since_us, record.simulated_us, DAY_US, dtype=np.int64)
    return np.concatenate([[0], inside, [record.simulated_us]]).astype(np.int64)
