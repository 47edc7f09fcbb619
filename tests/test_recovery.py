"""How long it takes until an outage is forgotten: where what was held back stands in line, as long as a fluid takes.

In an outage of D seconds B = arrivals_per_s x D letters gather. Who works them off at served_per_s, while as many
come as before, is through after T = B / (served_per_s - arrivals_per_s) = D x load / (1 - load) seconds (a fluid burst
over a stream). Letters come one by one and not as a fluid, so that a constant pace may take up to one service more.

It holds where a line is waiting when the outage ends: at a machine that was down, or where refused letters come back at
once. Letters in a deferred queue come back at scans instead; then T is longer by up to the last wait between two tries,
which grows with the outage (see the last test, and case D01 where they are refused again).
"""

from collections.abc import Mapping
from math import sqrt
from statistics import fmean
from typing import Any

import pytest

from sim.kernel.recorder import RunRecord
from sim.validation.cases.world import SECOND_US, fault, letters, provider, run, sender

LOADS = (0.3, 0.6, 0.9)
OUTAGES_S = (60, 300)
EVERY_SECOND = {"queue_run_delay": "1s", "minimal_backoff_time": "1s", "maximal_backoff_time": "1s"}


def fluid_s(outage_s: float, load: float) -> float:
    """Give how long after an outage its last trace is gone."""
    return outage_s * load / (1 - load)


def machine_idle_s(record: RunRecord, outage_s: float, service_s: float) -> float:
    """Give how long after an outage the machine is idle for the first time: when a letter comes that need not wait."""
    accepted_us = 0
    for submitted_us, next_us in zip(
        record.letters["submitted_us"], record.letters["accepted_us"], strict=True
    ):
        if submitted_us >= outage_s * SECOND_US and next_us - submitted_us <= service_s * SECOND_US:
            break
        accepted_us = next_us
    return accepted_us / SECOND_US - outage_s


def last_late_s(record: RunRecord, outage_s: float, service_s: float) -> float:
    """Give how long after an outage the last letter is delivered that waited for anything."""
    return (
        max(
            delivered_us
            for delivered_us, submitted_us in zip(
                record.letters["delivered_us"], record.letters["submitted_us"], strict=True
            )
            if delivered_us - submitted_us > service_s * SECOND_US
        )
        / SECOND_US
        - outage_s
    )


def machine(kind: str, outage_s: int, load: float, come: str, seed: int = 1) -> RunRecord:
    """Send a letter a second from a machine that writes each to disk, and is away at first.

    Args:
        kind: what is wrong with it.
        outage_s: for how long.
        load: how many seconds the disk takes for a letter.
        come: "pace", each a second after the other, or "rate", by chance.
        seed: of the run.
    """
    length_s = round(outage_s + 2 * fluid_s(outage_s, load)) + 60
    when = {"count": length_s, "pace": "1/s"} if come == "pace" else {"rate": "1/s", "until": f"{length_s} s"}
    return run(
        f"{length_s} s",
        senders={"shop": sender(host={"commit_time": f"{load * 1000:g} ms"})},
        providers={"office": provider()},
        letters={"note": letters(**when)},
        faults=[fault("senders.shop", kind, "0 s", f"{outage_s} s")],
        seed=seed,
    )


@pytest.mark.parametrize("kind", ["down", "crash"])
@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("outage_s", [*OUTAGES_S, pytest.param(1800, marks=pytest.mark.long)])
def test_a_machine_that_was_away_works_its_line_off_like_a_fluid(
    kind: str, load: float, outage_s: int
) -> None:
    idle_s = machine_idle_s(machine(kind, outage_s, load, "pace"), outage_s, load)
    fluid = fluid_s(outage_s, load)
    assert fluid - 1e-3 <= idle_s <= fluid + load + 1e-3


def test_so_does_one_to_which_letters_come_by_chance_in_the_mean() -> None:
    """The bound is four standard errors of 12 runs, by theory.

    Letters in the outage are Poisson, and so are those that come while they are worked off: the variance of the time
    that M/D/1 needs for the work w of B letters is B s^2 / (1 - load)^2 for B, and w load s / (1 - load)^3 after that.
    """
    outage_s, load, runs = 300, 0.6, 12
    times = [
        machine_idle_s(machine("down", outage_s, load, "rate", seed), outage_s, load) for seed in range(runs)
    ]
    work_s = outage_s * load
    variance = work_s * load / (1 - load) ** 2 + work_s * load**2 / (1 - load) ** 3
    assert fmean(times) == pytest.approx(fluid_s(outage_s, load), abs=4 * sqrt(variance / runs))


def office_away(outage_s: int, load: float, postconf: Mapping[str, Any]) -> RunRecord:
    """Send a letter a second to an office that refuses connections at first, and looks into two letters at once."""
    length_s = round(2 * outage_s + 2 * fluid_s(outage_s, load)) + 900
    return run(
        f"{length_s} s",
        senders={"shop": sender(postconf)},
        providers={"office": provider(checking={"workers": 2, "time": f"{2000 * load:g} ms"})},
        letters={"note": letters(count=length_s, pace="1/s")},
        faults=[fault("providers.office", "refusing", "0 s", f"{outage_s} s")],
    )


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("outage_s", OUTAGES_S)
def test_what_comes_back_at_once_is_worked_off_like_a_fluid(outage_s: int, load: float) -> None:
    """A destination rests for a second, a letter for a second, and scans come every second: three seconds at most.

    So the outage is up to three seconds longer for the sender; and as the office looks into two letters at once, the
    last one may be through one service sooner or later than the work.
    """
    last_s = last_late_s(office_away(outage_s, load, EVERY_SECOND), outage_s, 2 * load)
    assert fluid_s(outage_s, load) - 2 * load <= last_s <= 3 + fluid_s(outage_s + 3, load) + 2 * load


@pytest.mark.parametrize("load", LOADS)
def test_a_deferred_queue_makes_it_longer_by_up_to_its_last_wait(load: float) -> None:
    """With stock timers: the fluid is not reached, and it is passed by the last wait between two tries at most.

    A letter waits for its own age at the last try, at least 300 s, and for the scan after that, 300 s more.
    """
    outage_s = 300
    last_s = last_late_s(office_away(outage_s, load, {}), outage_s, 2 * load)
    assert fluid_s(outage_s, load) < last_s <= 600 + fluid_s(outage_s + 600, load)
