"""D02: the ages at which Postfix tries a letter that is never taken.

The cool-off is the letter's age, but at least `minimal_backoff_time` and at most `maximal_backoff_time`, and the
letter comes back at a scan of the deferred queue. Tables that double 300 s leave the scans out.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sim.validation.cases.case_row import exactly
from sim.validation.cases.world import SECOND_US, fault, letters, provider, run, sender, tries_us
from sim.validation.row import Row

COUNT: Final = 5
SCAN_S: Final = 300
LIFETIME_S: Final = 432_000


def rows() -> Iterable[Row]:
    """Compare ages at all 300 phases of the scan, and the number of tries."""
    ages = ages_by_phase()
    wrong = sum(ages[phase] != derived_ages(ages[phase][1]) for phase in ages)
    yield exactly(
        "D02 retry ages: phases of the scan, of 300, at which a try lies elsewhere than derived",
        0,
        wrong,
        "0, g, g+600, g+1800, g+4200, g+8400, then 4200 s more each time; g in (301, 600)",
    )
    outside = sum(not 299 <= found[1] < 600 for found in ages.values())
    yield exactly(
        "D02 retry ages: first gaps outside 299 to 600 s, of 300",
        0,
        outside,
        "1,022 of 1,024 first gaps in a real sender's log lie there",
    )
    for phase_s, gap_s, tries in ((150, 450, 107), (0, 300, 108)):
        yield exactly(
            f"D02 retry ages: tries until a letter expires after 5 d, first gap {gap_s} s",
            tries,
            len(ages[phase_s]),
            "the first age past 432,000 s on the scan grid",
        )
    short = ages_by_phase({"maximal_backoff_time": "1800s"}, phases_s=(150,), duration="2 h")[150]
    yield exactly(
        "D02 retry ages: age at try 6 with maximal_backoff_time 1800 s, s",
        5850,
        short[5],
        "0, 450, 1050, 2250, 4050, 5850",
    )


def ages_by_phase(
    postconf: Mapping[str, Any] | None = None,
    phases_s: Iterable[int] = range(SCAN_S),
    duration: str = "6 d",
) -> dict[int, list[int]]:
    """Send one letter for each phase of the scan to a host that refuses connections.

    Args:
        postconf: the sender's parameters.
        phases_s: how long after each letter's acceptance the next scan comes, in seconds.
        duration: how long to look on.

    Returns:
        The phase -> the ages in seconds at which its letter was tried.
    """
    # Scans come at whole multiples of 300 s. A recipient limit of 1 makes each letter a destination of its own, so
    # that none is suspended because of another.
    accepted_s = {(SCAN_S - phase_s) % SCAN_S: phase_s for phase_s in phases_s}
    order_s = sorted(accepted_s)
    record = run(
        duration,
        senders={"shop": sender({**(postconf or {}), "default_destination_recipient_limit": 1})},
        providers={"office": provider()},
        letters={"note": letters(times=[f"{moment} s" for moment in order_s])},
        faults=[fault("providers.office", "down", "0 s", "8 d")],
    )
    tried = tries_us(record)
    return {
        accepted_s[moment]: [at // SECOND_US - moment for at in tried[row]]
        for row, moment in enumerate(order_s)
    }


def derived_ages(first_gap_s: int) -> list[int]:
    """Give the ages at all tries up to the one at which the letter expires, for a first gap."""
    # At a first gap of at most 301 s the next scan, one later, is within the second that Postfix allows.
    ramp = (300, 900, 2100, 4500) if first_gap_s <= 301 else (600, 1800, 4200)
    ages = [0, first_gap_s, *(first_gap_s + step for step in ramp)]
    while ages[-1] < LIFETIME_S:
        ages.append(ages[-1] + 4200)
    return ages
