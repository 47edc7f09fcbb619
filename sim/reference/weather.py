"""The weather: what is wrong with a place at a moment, by the timetable of faults."""

from sim.scenario.schema import Scenario
from sim.scenario.troubles import Chance, Trouble, troubles_of
from sim.vocabulary.replies import ACCEPTED, DISK_FULL, DISK_FULL_FINAL

UP, GREETS_421, GREETS_554, HANGING, REFUSING, NXDOMAIN, SERVFAIL, SILENT, DOWN, CRASHED = range(10)
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
    "crash": CRASHED,
}
_FULL = {"disk_full": DISK_FULL, "disk_full_final": DISK_FULL_FINAL}
"""What a host with a full disk answers."""
_INNER_TROUBLE = (*_FULL, "denying_users")
"""Troubles of which nobody hears before a recipient is named."""


class Weather:
    """Answers what a place is like at a moment; several names may stand for one place."""

    def __init__(self, scenario: Scenario, chance: Chance) -> None:
        self._faults: dict[str, list[Trouble]] = {}
        for fault in troubles_of(scenario.faults, scenario.duration_us, chance):
            self._faults.setdefault(fault.where, []).append(fault)
        self._down: dict[str, list[tuple[int, int]]] = {}
        """From when to when a machine is down because of itself."""

    def condition(self, now: int, *names: str) -> int:
        """Say what a place is like; the worst of its names counts."""
        worst = UP
        for fault in self._under_way(now, names):
            worst = max(worst, _CONDITIONS.get(fault.what, UP))
        if any(begin <= now < end for name in names for begin, end in self._down.get(name, ())):
            return CRASHED
        return worst

    def slow_us(self, now: int, *names: str) -> int:
        """Say how much longer a place takes for a reply."""
        return sum(fault.by_us for fault in self._under_way(now, names) if fault.what == "slow")

    def share(self, now: int, *names: str) -> float:
        """Say which share a fault strikes: of packets that a road loses, or of users that a host denies."""
        return max((fault.share_ratio for fault in self._under_way(now, names)), default=0.0)

    def knows_inner_trouble(self, *names: str) -> bool:
        """Say whether a host ever has a full disk, or denies users."""
        return any(fault.what in _INNER_TROUBLE for name in names for fault in self._faults.get(name, ()))

    def disk_reply(self, now: int, *names: str) -> int:
        """Give what a host says of its disk: ACCEPTED where there is room; the worst of its names counts."""
        full = [_FULL[fault.what] for fault in self._under_way(now, names) if fault.what in _FULL]
        return max(full, default=ACCEPTED)

    def crashes(self, place: str) -> list[int]:
        """List the moments at which a crash begins, where there was none before, by the timetable."""
        faults = [fault for fault in self._faults.get(place, ()) if fault.what == "crash"]
        begins = {fault.at_us for fault in faults}
        return sorted(
            moment for moment in begins if not any(each.at_us < moment <= each.ends_us for each in faults)
        )

    def let_crash(self, place: str, now: int, until: int) -> None:
        """Let a machine be down from now on, because of itself."""
        self._down.setdefault(place, []).append((now, until))

    def changes(self, *names: str) -> list[int]:
        """List the moments at which the weather of a place changes, in order."""
        faults = [fault for name in names for fault in self._faults.get(name, ())]
        return sorted({moment for fault in faults for moment in (fault.at_us, fault.ends_us)})

    def _under_way(self, now: int, names: tuple[str, ...]) -> list[Trouble]:
        return [
            fault
            for name in names
            for fault in self._faults.get(name, ())
            if fault.at_us <= now < fault.ends_us
        ]
