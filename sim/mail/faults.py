"""Weather: trouble on a timetable or by chance, told to the places that it strikes.

From: nobody; the scenario says when.
To:   smtp_server, resolver, name_servers, network, spool, queue_manager, each of which asks its own condition.

`down` refuses at once, `silent` does not answer, `slow` answers later by `by`. A mail host may be `refusing` (its
port is closed, open connections go on), `hanging` (it takes connections and says nothing), or greet with 421 or
554; its disk may be full, answered 452 or (`disk_full_final`) 552 at RCPT; and it may be `denying_users`: a `share`
of living addresses is answered 550. With `crash` a machine is off for a time: it answers nothing, what it was doing is
lost, what it had accepted is not. A road may be `losing` a `share` of its packets; a resolver or a name server
may answer SERVFAIL, a name server deny the name. A fault at `providers.office` strikes all hosts of it.
See: RFC 6298 and RFC 5321 4.5.3.2 for what clients do in a silence.
A fault may come once, `every` so often, or by chance with `mtbf` and `mttr`; all of it is drawn before the run, by the
place, so that two variants of a scenario have the same weather.
Left out: crashes of resolvers and name servers; trouble that comes of load.
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
from sim.kernel.draws import Draws, uniform
from sim.kernel.recorder import Table
from sim.kernel.world import World
from sim.scenario.faults import Fault
from sim.scenario.troubles import Trouble, troubles_of
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


def weather_of(faults: Iterable[Fault], end_us: int, draws: Draws) -> list[Trouble]:
    """Give all the trouble of one replication."""
    return troubles_of(faults, end_us, lambda purpose, number: uniform(draws.purpose(purpose), number))


def condition_of(
    places: Iterable[str], troubles: Iterable[Trouble], *, may_change: bool = False
) -> Condition:
    """Give the condition of a place over time.

    Args:
        places: the names under which faults may name it, such as `providers.office.mx1` and
            `providers.office`.
        troubles: the run's.
        may_change: whether something may happen to it besides.
    """
    names = set(places)
    spells: list[Spell] = [
        (one.at_us, one.ends_us, _STATES[one.what], one.by_us, one.share_ratio)
        for one in troubles
        if one.where in names
    ]
    return Condition(spells, may_change=may_change)


def teller_of(world: World, sender: str) -> Callable[[int, int, str], None]:
    """Give what writes down that a sender's memory was used up: from when to when it was down, and who took most."""

    def tell(from_us: int, to_us: int, who: str) -> None:
        world.recorder.incidents.add(
            OUT_OF_MEMORY, f"senders.{sender}", from_us, min(to_us, world.end_us), who
        )

    return tell


def tell_incidents(troubles: Iterable[Trouble], end_us: int, incidents: Table) -> None:
    """Write all trouble into the table of incidents, as far as it lies within the run."""
    for one in troubles:
        if one.at_us < end_us:
            why = "chance" if one.is_by_chance else "timetable"
            incidents.add(one.what, one.where, one.at_us, min(one.ends_us, end_us), why)
