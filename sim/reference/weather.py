"""The weather: what is wrong with a place at a moment, by the timetable of faults."""

from sim.scenario.faults import Fault
from sim.scenario.schema import Scenario

UP, GREETS_421, GREETS_554, HANGING, REFUSING, NXDOMAIN, SERVFAIL, SILENT, DOWN = range(9)
"""Conditions of a place, each worse than the one before."""

_CONDITIONS = {
    "greets_421": GREETS_421,
    "greets_554": GREETS_554,
    "hanging": HANGING,
    "refusing": REFUSING,
    "nxdomain": NXDOMAIN,
    "servfail": SERVFAIL,
    "silent": SILENT,
    "down": DOWN,
}


class Weather:
    """Answers what a place is like at a moment; several names may stand for one place."""

    def __init__(self, scenario: Scenario) -> None:
        self._faults: dict[str, list[Fault]] = {}
        for fault in scenario.faults:
            self._faults.setdefault(fault.where, []).append(fault)

    def condition(self, now: int, *names: str) -> int:
        """Say what a place is like; the worst of its names counts."""
        worst = UP
        for fault in self._under_way(now, names):
            worst = max(worst, _CONDITIONS.get(fault.what, UP))
        return worst

    def slow_us(self, now: int, *names: str) -> int:
        """Say how much longer a place takes for a reply."""
        return sum(fault.by_us or 0 for fault in self._under_way(now, names) if fault.what == "slow")

    def losses(self, now: int, *names: str) -> float:
        """Say which share of packets a fault makes a place lose."""
        return max((fault.share_ratio or 0.0 for fault in self._under_way(now, names)), default=0.0)

    def changes(self, *names: str) -> list[int]:
        """List the moments at which the weather of a place changes, in order."""
        faults = [fault for name in names for fault in self._faults.get(name, ())]
        return sorted({moment for fault in faults for moment in (fault.at_us, fault.at_us + fault.for_us)})

    def _under_way(self, now: int, names: tuple[str, ...]) -> list[Fault]:
        return [
            fault
            for name in names
            for fault in self._faults.get(name, ())
            if fault.at_us <= now < fault.at_us + fault.for_us
        ]
