"""What an engine's first-come station did, and what a slightly faster one would have done with the same letters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.kernel.recorder import RunRecord
from sim.results.columns import Whole, whole
from sim.scenario.service_time import ServiceTime
from sim.validation.formulas import wait_mg1
from sim.validation.intervals import Floats
from sim.validation.theory.finding import Control
from sim.validation.theory.world import drawn_s
from sim.validation.twins import waits_in_line

FASTER: Final = 0.9
"""How much of a service the twin needs."""


@dataclass(frozen=True)
class Visits:
    """The letters at one station, in order of arrival; times in seconds."""

    rows: Whole
    arrived_s: Floats
    left_s: Floats
    services_s: Floats

    @property
    def waits_s(self) -> Floats:
        """Give each letter's time in line."""
        waits: Floats = self.left_s - self.arrived_s - self.services_s
        return waits


def visits_of(record: RunRecord, law: ServiceTime, purpose: str, attempt: int, queue: int = 0) -> Visits:
    """Read the visits of one station, and draw their services once more.

    Args:
        record: the run.
        law: of the services.
        purpose: what the engine drew them for.
        attempt: which attempt of a letter the draw belongs to.
        queue: the station's place among all.
    """
    visits = record.visits
    here = whole(visits, "queue") == queue
    rows = whole(visits, "letter")[here]
    arrived, left = whole(visits, "from_us")[here], whole(visits, "to_us")[here]
    order = np.lexsort((rows, arrived))
    rows = rows[order]
    return Visits(rows, arrived[order] / 1e6, left[order] / 1e6, drawn_s(record, law, purpose, attempt, rows))


def controls_of(
    visits: Visits,
    rate_per_s: float,
    law_mean_s: float,
    variation: float,
    workers: int,
    twin_mean_s: float,
    *,
    longer: Sequence[tuple[float, Callable[[float], float]]] = (),
) -> list[Control]:
    """Give what chance drew for the letters at a station, each with its mean.

    Args:
        visits: the letters.
        rate_per_s: of their arrivals.
        law_mean_s: mean service.
        variation: coefficient of variation of the services.
        workers: of the station.
        twin_mean_s: mean wait at the twin.
        longer: a wait in seconds, and the share of the twin's waits that are longer, given the twin's mean service.
    """
    waits_s = waits_in_line(visits.arrived_s, visits.services_s * FASTER, workers)
    known: list[Control] = [
        (np.diff(visits.arrived_s, prepend=visits.arrived_s[0]), 1 / rate_per_s),
        (waits_s, twin_mean_s),
    ]
    known += [((waits_s > than_s).astype(np.float64), share(FASTER * law_mean_s)) for than_s, share in longer]
    if (
        workers > 1
    ):  # one server as fast as all together: it is busy as they are, and its line is known as well
        alone_s = law_mean_s / workers
        known.append(
            (
                waits_in_line(visits.arrived_s, visits.services_s / workers),
                wait_mg1(rate_per_s, alone_s, variation),
            )
        )
    if variation:
        known += [
            (visits.services_s, law_mean_s),
            (visits.services_s**2, (1 + variation**2) * law_mean_s**2),
        ]
    return known
