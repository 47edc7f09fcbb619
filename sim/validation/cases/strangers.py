"""D12, D13, D30: receivers that put off whom they do not know.

A greylist knows networks, senders and recipients; a memory of senders knows addresses. What both ask of a stranger is
patience, and how long that takes is up to the sender: to how it retries, and from which address.
"""

from collections.abc import Iterable
from math import sqrt
from typing import Any, Final

from sim.kernel.recorder import RunRecord
from sim.validation.cases.case_row import at_least, at_most, exactly, within
from sim.validation.cases.world import (
    NO_WINDOW,
    SECOND_US,
    delays_s,
    delivered_s,
    letters,
    provider,
    run,
    sender,
    tries_us,
)
from sim.validation.row import Row

POOL_COUNT: Final = 5
HINT_COUNT: Final = 8
FAILOVER_COUNT: Final = 5
_POOLS: Final = (1, 2, 3, 10)
_LETTERS: Final = 2000
_FAILED_S: Final = 41 * 60
_REPAIRED_S: Final = _FAILED_S + 85 * 60


def pool_of_networks() -> Iterable[Row]:
    """D12: a letter passes at the first try whose network was seen 300 s or more before; tries are 15 min apart.

    Right value: the chance that n tries come from n different ones of P networks is P!/(P - n)!/P^n. Their sum over
    n, and 1, is the mean number of tries: 2.00, 2.50, 2.89 and 4.66 for P = 1, 2, 3 and 10. A client whose waits have
    ended well five times, at most one of them an hour, need not wait any more: ten letters two hours apart take
    5 x 2 + 5 tries.
    """
    record = from_pools()
    for networks in _POOLS:
        mean, deviation = _tries_from(networks)
        tries = _tries(record, f"from_{networks}")
        yield within(
            f"D12 pool of networks: tries a letter, {networks} {'network' if networks == 1 else 'networks'}",
            mean,
            sum(tries) / len(tries),
            4 * deviation / sqrt(len(tries)) + 1e-9,
            f"the birthday sum; {_LETTERS:,} letters; the bound is 4 standard errors",
        )
    yield exactly(
        "D12 pool of networks: tries of 10 letters in 18 h, 5 good waits are enough",
        15,
        sum(_tries(earning_the_way_in(), "note")),
        "the first five come twice, the others once",
    )


def from_pools() -> RunRecord:
    """Send letters from pools of networks to a greylist of 300 s."""
    return run(
        "1 d",
        senders={f"pool_{networks}": _pool(networks) for networks in _POOLS},
        providers={"office": provider(users=10_000_000, greylisting={"delay": "300 s", "network": 24})},
        letters={
            f"from_{networks}": letters(origin=f"pool_{networks}", count=_LETTERS) for networks in _POOLS
        },
    )


def earning_the_way_in() -> RunRecord:
    """Send a letter each two hours to a greylist that trusts a client after five good waits."""
    return run(
        "1 d",
        senders={"shop": _pool(1)},
        providers={"office": provider(users=10_000_000, greylisting={"delay": "300 s", "auto_allowlist": 5})},
        letters={"note": letters(times=[f"{hour} h" for hour in range(0, 20, 2)])},
    )


def _pool(networks: int) -> dict[str, Any]:
    return sender(
        {**NO_WINDOW, "default_process_limit": 5000},
        addresses=[f"198.51.{number}.10" for number in range(networks)],
        address_choice="per_attempt",
        retry={"steps": [{"until": "1 d", "every": "15 min"}]},
    )


def _tries_from(networks: int) -> tuple[float, float]:
    """Give mean and standard deviation of the number of tries until a network comes for the second time."""
    chance, mean, square = 1.0, 1.0, 1.0
    for tries in range(1, networks + 1):
        chance *= (networks - tries + 1) / networks
        mean += chance
        square += (2 * tries + 1) * chance
    return mean, sqrt(max(0.0, square - mean**2))


def clock_and_hint() -> Iterable[Row]:
    """D13: a receiver asks for 42 s, or for 180 s; Postfix comes back after 300 s at the earliest, at a scan.

    Right value: all pass at the second try. With letters at any moment between two scans the delay is even over
    [300, 600) s, less up to one second that a scan allows and up to one in which the letter came; its mean is 450 s
    and its deviation 300/sqrt(12) = 86.6 s, whatever the receiver asked for.
    """
    record = greylists_of_42_and_180_s()
    for asked_s in (42, 180):
        entry = f"asked_{asked_s}"
        delays = delays_s(record, entry)
        about = f"where {asked_s} s are asked for"
        yield exactly(
            f"D13 clock and hint: letters that do not pass at the second try, {about}",
            0,
            sum(count != 2 for count in _tries(record, entry)),
            "the first retry comes later than that",
        )
        yield within(
            f"D13 clock and hint: mean delay {about}, s",
            450,
            sum(delays) / len(delays),
            4 * 300 / sqrt(12 * len(delays)),
            f"even over 300 to 600 s; {_LETTERS:,} letters; the bound is 4 standard errors",
        )
        yield at_least(
            f"D13 clock and hint: shortest delay {about}, s",
            298,
            min(delays),
            "300 s, less the second that a scan allows, less a part of the second in which the letter came",
        )
        yield at_most(
            f"D13 clock and hint: longest delay {about}, s", 601, max(delays), "600 s, up to a second"
        )


def greylists_of_42_and_180_s() -> RunRecord:
    """Send letters over four hours to two greylists."""
    return run(
        "6 h",
        senders={"shop": sender(NO_WINDOW)},
        providers={f"asks_{asked_s}": provider(greylisting=f"{asked_s} s") for asked_s in (42, 180)},
        letters={
            f"asked_{asked_s}": letters(f"asks_{asked_s}", count=_LETTERS, over="4 h")
            for asked_s in (42, 180)
        },
    )


def failover() -> Iterable[Row]:
    """D30: at 8:41 a spare machine takes over, from an address without history; at 10:06 it gets the old address.

    One letter a second, every tenth of them to receivers that put off what comes from addresses that they do not know.

    Right value: of the 5,100 letters of these 85 min a tenth is put off, 510, and all of them wait when the old address
    comes back: 0.1 x 1/s x 5,100 s. None of them has to do anything but come again, from the known address; Postfix
    comes again after maximal_backoff_time, 4,000 s, and the scan after that: 4,200 s at most. Before and after the
    85 min nothing is put off.
    """
    record = cold_for_85_minutes()
    put_off = [_first_refused(record, row) for row in range(len(record.letters["submitted_us"]))]
    submitted_s = [moment / SECOND_US for moment in record.letters["submitted_us"]]
    during = [
        refused
        for refused, moment in zip(put_off, submitted_s, strict=True)
        if _FAILED_S <= moment < _REPAIRED_S
    ]
    yield exactly(
        "D30 cold address: share of letters put off at their first try, in 85 min",
        0.1,
        sum(during) / len(during),
        "the tenth that goes to receivers that know no such address",
    )
    yield exactly(
        "D30 cold address: letters put off before and after",
        0,
        sum(put_off) - sum(during),
        "they know the old one",
    )
    late = [
        moment
        for moment, refused in zip(record.letters["delivered_us"], put_off, strict=True)
        if refused and moment >= 0
    ]
    yield exactly(
        "D30 cold address: letters that wait when the old address is back",
        510,
        sum(moment >= _REPAIRED_S * SECOND_US for moment in late),
        "0.1 x 1/s x 5,100 s",
    )
    yield exactly(
        "D30 cold address: letters not delivered", 0, len(put_off) - len(delivered_s(record)), "all arrive"
    )
    yield at_most(
        "D30 cold address: time until all of them are through, s",
        4200,
        max(late, default=0) / SECOND_US - _REPAIRED_S,
        "the longest wait between two tries",
    )


def cold_for_85_minutes() -> RunRecord:
    """Send a letter a second; for 85 min they come from an address that nobody has seen."""
    return run(
        "200 min",
        senders={
            "tickets": sender(
                addresses=["192.0.2.10"],
                address_changes=[
                    {"at": f"{_FAILED_S} s", "addresses": ["198.51.100.20"]},
                    {"at": f"{_REPAIRED_S} s", "addresses": ["192.0.2.10"]},
                ],
            )
        },
        providers={
            # Less than a letter a day is none at all: a stranger gets nothing through while the run lasts.
            "wary": provider(
                reputation={
                    "kept_by": "ip",
                    "stage": "rcpt",
                    "stranger": "0.1/d",
                    "too_fast_reply": "450 4.7.1",
                    "known": {"tickets": "8640/d"},
                }
            ),
            "open": provider(),
        },
        letters={
            "to_wary": letters("wary", "tickets", count=780, pace="6/min"),
            "to_open": letters("open", "tickets", count=7020, pace="54/min"),
        },
    )


def _first_refused(record: RunRecord, row: int) -> bool:
    """Tell whether a letter was not taken at its first try."""
    return bool(record.letters["attempts"][row] != 1)


def _tries(record: RunRecord, entry: str) -> list[int]:
    """Give how often each letter of an entry was tried."""
    wanted = record.names.entries.index(entry)
    tried = tries_us(record)
    return [len(tried[row]) for row, own in enumerate(record.letters["entry"]) if own == wanted]
