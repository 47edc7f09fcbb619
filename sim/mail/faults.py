"""Weather: trouble on a timetable, told to the places that it strikes.

From: nobody; the scenario says when.
To:   smtp_server, resolver, name_servers, network, spool, queue_manager, each of which asks its own condition.

`down` refuses at once, `silent` does not answer, `slow` answers later by `by`. A mail host may be `refusing` (its
port is closed, open connections go on), `hanging` (it takes connections and says nothing), or greet with 421 or
554; its disk may be full, answered 452 or (`disk_full_final`) 552 at RCPT; and it may be `denying_users`: a `share`
of living addresses is answered 550. With `crash` a machine is off for a time: it answers nothing, what it was doing is
lost, what it had accepted is not. A road may be `losing` a `share` of its packets; a resolver or a name server
may answer SERVFAIL, a name server deny the name. A fault at `providers.office` strikes all hosts of it.
See: RFC 6298 and RFC 5321 4.5.3.2 for what clients do in a silence.
Left out: crashes of resolvers and name servers, faults at random.
"""

from collections.abc import Callable, Iterable

from sim.kernel.condition import (
    CRASHED,
    DENYING_USERS,
    DISK_FULL,
    DISK_FULL_FINAL,
    DOWN,
    GREETS_421,
    GREETS_554,
    HANGING,
    NXDOMAIN,
    REFUSING,
    SERVFAIL,
    SILENT,
    UP,
    Condition,
    Spell,
)
from sim.kernel.recorder import Table
from sim.kernel.world import World
from sim.scenario.faults import Fault
from sim.vocabulary.incidents import OUT_OF_MEMORY

_STATES = {
    "down": DOWN,
    "crash": CRASHED,
    "silent": SILENT,
    "slow": UP,
    "losing": UP,
    "refusing": REFUSING,
    "hanging": HANGING,
    "denying_users": DENYING_USERS,
    "disk_full": DISK_FULL,
    "disk_full_final": DISK_FULL_FINAL,
    "greets_421": GREETS_421,
    "greets_554": GREETS_554,
    "servfail": SERVFAIL,
    "nxdomain": NXDOMAIN,
}


def condition_of(places: Iterable[str], faults: Iterable[Fault], *, may_change: bool = False) -> Condition:
    """Give the condition of a place over time.

    Args:
        places: the names under which faults may name it, such as `providers.office.mx1` and
            `providers.office`.
        faults: the scenario's.
        may_change: whether something may happen to it besides.
    """
    names = set(places)
    spells: list[Spell] = [
        (fault.at_us, fault.until_us, _STATES[fault.what], fault.by_us or 0, fault.share_ratio or 0.0)
        for fault in faults
        if fault.where in names
    ]
    return Condition(spells, may_change=may_change)


def teller_of(world: World, sender: str) -> Callable[[int, int, str], None]:
    """Give what writes down that a sender's memory was used up: from when to when it was down, and who took most."""

    def tell(from_us: int, to_us: int, who: str) -> None:
        world.recorder.incidents.add(
            OUT_OF_MEMORY, f"senders.{sender}", from_us, min(to_us, world.end_us), who
        )

    return tell


def tell_incidents(faults: Iterable[Fault], end_us: int, incidents: Table) -> None:
    """Write the timetable into the table of incidents, as far as it lies within the run."""
    for fault in faults:
        if fault.at_us < end_us:
            incidents.add(fault.what, fault.where, fault.at_us, min(fault.until_us, end_us), "timetable")
