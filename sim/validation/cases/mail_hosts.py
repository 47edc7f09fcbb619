"""D03, D08, D09: several mail hosts, and greetings that are no greeting.

One attempt goes from host to host: each that keeps silent costs the whole connect time-out, each that turns the
caller away at the greeting costs next to nothing, and neither is a session. What ends a letter for good is a 5xx
to one of its commands; a greeting of 5xx only sends the client to the next host.
"""

from collections.abc import Iterable
from itertools import product
from math import comb, sqrt
from typing import Any, Final

from sim.kernel.recorder import RunRecord
from sim.validation.cases.case_row import at_most, exactly, within
from sim.validation.cases.world import (
    NO_RETRY,
    NO_WINDOW,
    SECOND_US,
    delivered_s,
    fault,
    letters,
    provider,
    run,
    sender,
    tries_us,
)
from sim.validation.row import Row
from sim.vocabulary.connections import SUSPENDED
from sim.vocabulary.kinds import LETTER, WARNING
from sim.vocabulary.outcomes import BOUNCED, EXPIRED

BLOCKED_COUNT: Final = 6
SOME_REFUSE_COUNT: Final = 6
GREETING_COUNT: Final = 5
HOSTS: Final = 16
LETTERS: Final = 4000


def blocked_port() -> Iterable[Row]:
    """D03: what a blocked port 25 costs."""
    hosts_known = (1, 3, 5, 8)
    record = run(
        "10 min",
        senders={"shop": sender(NO_RETRY, outbound_port_25="blocked")},
        providers={f"with_{hosts}": provider(mx=_hosts(hosts)) for hosts in hosts_known},
        letters={f"note_{hosts}": letters(f"with_{hosts}", count=1) for hosts in hosts_known},
    )
    for row, hosts in enumerate(hosts_known):
        yield exactly(
            f"D03 port 25 blocked: connection phase with {hosts} hosts, s",
            30 * min(hosts, 5),
            record.attempts["setup_us"][row] / SECOND_US,
            "30 s for each address tried, and at most 5 addresses an attempt",
        )
    day = many_blocked()
    yield exactly(
        "D03 port 25 blocked: most processes held at once by 100 letters to one destination",
        5,
        most_at_once(day),
        "initial_destination_concurrency: the window never grows",
    )
    tried = sum(kind != SUSPENDED for kind in day.attempts["connection"])
    yield at_most(
        "D03 port 25 blocked: tries that really call, in a day",
        5 * 86_400 / 450,
        tried,
        "5 in each 150 s of time-outs and 300 s of rest; 100 letters, the others are put off",
    )


def many_blocked() -> RunRecord:
    """Keep 100 letters to one provider of five hosts waiting behind a blocked port for a day."""
    return run(
        "1 d",
        senders={"shop": sender(outbound_port_25="blocked")},
        providers={"office": provider(mx=_hosts(5))},
        letters={"note": letters(count=100, over="1 h")},
    )


def most_at_once(record: RunRecord) -> int:
    """Count the attempts that went on side by side, at most."""
    attempts = record.attempts
    changes = []
    for began, ended in zip(attempts["handed_us"], attempts["ended_us"], strict=True):
        if ended > began:
            changes += [(began, 1), (ended, -1)]
    most = now = 0
    for _, change in sorted(changes):
        now += change
        most = max(most, now)
    return most


def some_hosts_refuse() -> Iterable[Row]:
    """D08: sixteen hosts of one preference, of which some turn the caller away."""
    record = some_of_sixteen()
    for refusing, addresses in product((12, 14), (2, 5, 10)):
        arrived = len(delivered_s(record, f"try_{addresses}_of_{refusing}"))
        right = 1 - comb(refusing, addresses) / comb(HOSTS, addresses)
        yield within(
            f"D08 some hosts refuse: share through at once, {refusing} of 16 refuse, {addresses} tried",
            right,
            arrived / LETTERS,
            4 * sqrt(right * (1 - right) / LETTERS),
            f"1 - C({refusing},{addresses}) / C(16,{addresses}); {LETTERS:,} letters; the bound is 4 standard errors",
        )


def some_of_sixteen() -> RunRecord:
    """Send letters to sixteen equal hosts, of which 12 or 14 greet with 421, trying 2, 5 or 10 addresses."""
    postconf = {**NO_RETRY, **NO_WINDOW, "smtp_connection_cache_on_demand": False}
    return run(
        "1 h",
        senders={f"tries_{k}": sender({**postconf, "smtp_mx_address_limit": k}) for k in (2, 5, 10)},
        providers={f"shuts_{b}": provider(mx=_hosts(HOSTS)) for b in (12, 14)},
        letters={
            f"try_{k}_of_{b}": letters(f"shuts_{b}", f"tries_{k}", count=LETTERS, over="30 min")
            for b, k in product((12, 14), (2, 5, 10))
        },
        faults=[
            fault(f"providers.shuts_{b}.mx{host}", "greets_421", "0 s", "1 h")
            for b in (12, 14)
            for host in range(1, b + 1)
        ],
    )


def greeted_with_554() -> Iterable[Row]:
    """D09: a 5xx greeting is not final, a 5xx to RCPT is."""
    record = unwelcome()
    tried = {row: [at // SECOND_US for at in moments] for row, moments in tries_us(record).items()}
    own = {
        record.names.entries[index]: row
        for row, index in enumerate(record.letters["entry"])
        if record.letters["kind"][row] == LETTER
    }
    greeted, unknown = own["to_greeter"], own["to_unknown"]
    outcome = record.letters["outcome"]
    yield exactly(
        "D09 greeted with 554: tries until a 550 to RCPT sends the letter back",
        1,
        len(tried[unknown]) if outcome[unknown] == BOUNCED else -1,
        "a 5xx to a command is final",
    )
    yield exactly(
        "D09 greeted with 554: tries until the letter expires after 2 d",
        46,
        len(tried[greeted]) if outcome[greeted] == EXPIRED else -1,
        "smtp_skip_5xx_greeting: next host, then deferred; first gap 450 s",
    )
    yield exactly(
        "D09 greeted with 554: age at which it expires, s",
        176_850,
        record.letters["ended_us"][greeted] / SECOND_US,
        "450 + 42 x 4200, the first age past 172,800",
    )
    warned = [
        record.letters["submitted_us"][row] / SECOND_US
        for row, kind in enumerate(record.letters["kind"])
        if kind == WARNING
    ]
    yield exactly("D09 greeted with 554: warnings to the sender", 1, len(warned), "one a letter")
    yield exactly(
        "D09 greeted with 554: age at the warning with delay_warning_time 3 h, s",
        13_050,
        warned[0] if warned else -1,
        "the first try past 10,800 s: 450, 1050, 2250, 4650, 8850, 13,050",
    )


def unwelcome() -> RunRecord:
    """Send one letter to two hosts that both greet with 554, and one to an address that does not exist."""
    return run(
        "3 d",
        senders={
            "shop": sender({"maximal_queue_lifetime": "2d", "delay_warning_time": "3h"}, scan_phase="150 s")
        },
        providers={"greeter": provider(mx=_hosts(2)), "unknown": provider()},
        letters={
            "to_greeter": letters("greeter", times=["0 s"]),
            "to_unknown": letters("unknown", times=["0 s"], unknown_users="100 %"),
        },
        faults=[fault("providers.greeter", "greets_554", "0 s", "3 d")],
    )


def _hosts(number: int) -> list[dict[str, Any]]:
    return [{"host": f"mx{host}", "preference": 10} for host in range(1, number + 1)]
