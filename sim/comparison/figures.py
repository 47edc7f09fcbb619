"""What setups are compared by: each figure with its kind, its side of the matter, and which way is better."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sim.results.measures import Measures

Tree = Mapping[str, Any]
Kind = Literal["time", "share", "count"]
Side = Literal["speed", "reach", "stability"]


@dataclass(frozen=True)
class ComparedFigure:
    """A number that each replication of each setup gives.

    Attributes:
        name: as it stands in the summary, if it does.
        side: what it is about.
        kind: how it is said.
        more_is_better: which way is better.
        read: takes it from the figures of one run; None where that run has none.
    """

    name: str
    side: Side
    kind: Kind
    more_is_better: bool
    read: Callable[[Tree], float | None]

    @property
    def censored(self) -> bool:
        """Tell whether a missing number means "later than the run lasted", so that no mean may leave it out."""
        return self.name.startswith("reached.s_to_")


def values(figure: ComparedFigure, measures: Sequence[Measures]) -> list[float | None]:
    """Give a figure of each replication."""
    return [figure.read(one.figures) for one in measures]


def _at(path: str) -> Callable[[Tree], float | None]:
    parts = path.split(".")

    def read(figures: Tree) -> float | None:
        found: Any = figures
        for part in parts:
            found = found[part]
        return None if found is None else float(found)

    return read


def _delivered(figures: Tree) -> int:
    return sum(figures["letters"][name] for name in ("inbox", "spam", "discarded"))


def _not_delivered_share(figures: Tree) -> float | None:
    submitted = figures["letters"]["submitted"]
    return (submitted - _delivered(figures)) / submitted if submitted else None


def _inbox_share(figures: Tree) -> float | None:
    submitted = figures["letters"]["submitted"]
    return figures["letters"]["inbox"] / submitted if submitted else None


def _put_off_share(figures: Tree) -> float | None:
    """Share of the attempts after which the letter had to wait for another one."""
    total = figures["attempts"]["total"]
    settled = _delivered(figures) + figures["letters"]["bounced"]
    return max(0, total - settled) / total if total else None


def _most_waiting(figures: Tree) -> float | None:
    """Give the most letters that stood in one queue of a sender at one time."""
    ends = (".incoming", ".active", ".deferred")
    peaks = [queue["peak"] for name, queue in figures["queues"].items() if name.endswith(ends)]
    return float(max(peaks)) if peaks else None


FIGURES: Final = (
    *(
        ComparedFigure(f"reached.s_to_{p}", "speed", "time", False, _at(f"reached.s_to_{p}"))
        for p in (50, 90, 99)
    ),
    *(
        ComparedFigure(
            f"accepted_to_delivered_s.{p}", "speed", "time", False, _at(f"accepted_to_delivered_s.{p}")
        )
        for p in ("p50", "p90", "p99")
    ),
    ComparedFigure("reached.share_by_deadline", "reach", "share", True, _at("reached.share_by_deadline")),
    ComparedFigure("inbox_share", "reach", "share", True, _inbox_share),
    ComparedFigure("not_delivered_share", "reach", "share", False, _not_delivered_share),
    ComparedFigure("put_off_share", "stability", "share", False, _put_off_share),
    ComparedFigure("peak_queue", "stability", "count", False, _most_waiting),
)
BY_NAME: Final = {figure.name: figure for figure in FIGURES}
