"""D05, D06, D07, D14: deliveries at once are few, and who holds them decides what waits.

A delivery that waits for a time-out holds its process as long as one that works. Processes are shared by all
destinations; a limit for each destination keeps a sick one from taking them all. And a limit of deliveries at
once is a limit of letters a second, by Little's law: deliveries at once = letters a second x seconds each.
"""

from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import Any, Final

from sim.kernel.recorder import RunRecord
from sim.validation.cases.case_row import at_least, at_most, exactly, left_out, within
from sim.validation.cases.world import (
    NO_RETRY,
    NO_WINDOW,
    SECOND_US,
    delays_s,
    delivered_s,
    fault,
    letters,
    provider,
    run,
    sender,
)
from sim.validation.row import Row
from sim.vocabulary.replies import SERVER_BUSY

RELEASED_COUNT: Final = 5
SICK_COUNT: Final = 4
WINDOW_COUNT: Final = 3
FULL_HOST_COUNT: Final = 6
RELEASED: Final = 20_000
CAMPAIGN_S: Final = 1800
BURST: Final = 6_886
_ONE_CONNECTION: Final = {
    "initial_destination_concurrency": 1,
    "default_destination_concurrency_limit": 1,
    "smtp_connection_cache_on_demand": True,
}
_ROOM: Final = {"qmgr_message_active_limit": 40_000}


def released_together() -> Iterable[Row]:
    """D05: mail for a dead host that is due all at once stands before everybody else's."""
    record = black_hole({**NO_WINDOW, **_ROOM})
    started = max(
        handed
        for letter, handed in zip(record.attempts["letter"], record.attempts["handed_us"], strict=True)
        if record.letters["entry"][letter] == 0
    )
    yield exactly(
        "D05 released together: start of the last of 20,000 calls into the void, s",
        570,
        started / SECOND_US,
        "1,000 processes, 30 s each: the twentieth thousand begins after 19 x 30 s",
    )
    healthy = delays_s(record, "healthy")
    yield exactly(
        "D05 released together: wait of the letter that follows a second later, s",
        599,
        healthy[0],
        "the last thousand holds every process until 600 s",
    )
    yield at_most(
        "D05 released together: longest wait of healthy mail with 20 deliveries a destination, s",
        1,
        max(delays_s(black_hole(_ROOM), "healthy")),
        "980 of the 1,000 processes stay free",
    )
    yield exactly(
        "D05 released together: the same where the active queue holds 20,000, s",
        29,
        max(delays_s(black_hole({}), "healthy")),
        "the 20,000 fill it; room is made when their destination is dead, after one time-out of 30 s",
    )
    unlimited = black_hole({**NO_WINDOW, **_ROOM, "default_process_limit": 100_000})
    first_over_us = min(unlimited.attempts["ended_us"])
    yield exactly(
        "D05 released together: deliveries at once without a limit of processes",
        RELEASED,
        sum(
            unlimited.letters["entry"][letter] == 0 and handed < first_over_us <= ended
            for letter, handed, ended in zip(
                unlimited.attempts["letter"],
                unlimited.attempts["handed_us"],
                unlimited.attempts["ended_us"],
                strict=True,
            )
        ),
        "one process for each of them: as many as are due",
    )


def black_hole(postconf: Mapping[str, Any]) -> RunRecord:
    """Let 20,000 letters to a silent host become due at once, and one letter a second go to a sound one."""
    return run(
        "15 min",
        senders={"relay": sender({**NO_RETRY, "default_process_limit": 1000, **postconf})},
        providers={"void": provider(), "sound": provider()},
        letters={
            "due": letters("void", "relay", count=RELEASED),
            "healthy": letters("sound", "relay", at="1 s", count=240, pace="1/s"),
        },
        faults=[fault("providers.void", "silent", "0 s", "1 h")],
    )


def one_sick_provider() -> Iterable[Row]:
    """D06: a pool of workers that one sick destination fills."""
    pooled = sick_provider(1_000_000)
    delays = delays_s(pooled, "healthy")
    # A minute's 1,200 letters at a time.
    ten_min, twenty_min, half_an_hour = (
        fmean(delays[minute * 1200 - 1200 : minute * 1200]) for minute in (10, 20, 30)
    )
    yield at_least(
        "D06 one sick provider: delay of healthy mail after half an hour, min",
        15,
        half_an_hour / 60,
        "first tries alone fill 20 x 1 s + 4 x 20 s = 100 of 100 workers; 15 to 30 min were reported",
    )
    yield at_least(
        "D06 one sick provider: growth of that delay in the last ten minutes, of that in the ten before",
        0.95,
        (half_an_hour - twenty_min) / (twenty_min - ten_min),
        "it grows without bound: every minute more letters are being retried",
    )
    capped = sick_provider(20)
    yield within(
        "D06 one sick provider: delay of healthy mail with 20 workers a destination at most, s",
        1,
        fmean(delays_s(capped, "healthy")),
        0.05,
        "its own service time; 20 x 1 s healthy + 20 sick of 100 workers",
    )
    busy_s = _busy_until(capped, CAMPAIGN_S * SECOND_US) / SECOND_US
    yield within(
        "D06 one sick provider: workers busy then, of 100",
        40,
        busy_s / CAMPAIGN_S,
        0.5,
        "20 x 1 s of healthy mail and the 20 that the sick one may have: load 0.40",
    )


def _busy_until(record: RunRecord, end_us: int) -> int:
    """Give how long all workers together were busy up to a moment, in microseconds."""
    attempts = record.attempts
    return sum(
        min(ended, end_us) - handed
        for handed, ended in zip(attempts["handed_us"], attempts["ended_us"], strict=True)
        if handed < end_us
    )


def sick_provider(limit: int) -> RunRecord:
    """Send 20 letters/s to a sound provider and 4/s to one that keeps each caller 20 s and says 421, for half an hour.

    Args:
        limit: how many of the hundred workers one destination may take.
    """
    every_minute = {"queue_run_delay": "60s", "minimal_backoff_time": "60s", "maximal_backoff_time": "60s"}
    pool = {
        **NO_WINDOW,
        **every_minute,
        "initial_destination_concurrency": limit,
        "default_destination_concurrency_limit": limit,
        "default_process_limit": 100,
        "qmgr_message_active_limit": 1_000_000,
    }
    return run(
        "1 h",
        senders={"service": sender(pool)},
        providers={"sound": provider(accept_time="1 s"), "sick": provider(banner_delay="20 s")},
        letters={
            "healthy": letters("sound", "service", count=36_000, pace="20/s"),
            "ill_fated": letters("sick", "service", count=7_200, pace="4/s"),
        },
        faults=[fault("providers.sick", "greets_421", "0 s", "1 h")],
    )


def behind_a_window() -> Iterable[Row]:
    """D07: with a window of 20, letters wait in the queue manager and not in the network."""
    record = relayed_burst({"smtp_connection_cache_on_demand": False})
    last = max(range(len(record.attempts)), key=lambda row: record.attempts["handed_us"][row])
    attempts = record.attempts
    yield within(
        f"D07 behind a window: wait of the last of {BURST:,} letters in the active queue, s",
        964,
        (attempts["handed_us"][last] - attempts["activated_us"][last]) / SECOND_US,
        0.05,
        "6,886 letters at 20 / (1.5 s + 1.3 s) = 7.14 letters/s; a log said delays=0/964/1.5/1.3",
        relative=True,
    )
    yield within(
        "D07 behind a window: the last letter's time to connect and to transmit, s",
        1.5 + 1.3,
        (attempts["ended_us"][last] - attempts["handed_us"][last]) / SECOND_US,
        0.001,
        "c = 1.5 s, d = 1.3 s",
    )
    reused = relayed_burst({})
    yield within(
        "D07 behind a window: the same with connections reused, s",
        BURST * 1.3 / 20,
        max(reused.attempts["handed_us"]) / SECOND_US,
        0.05,
        "20 / 1.3 s = 15.4 letters/s",
        relative=True,
    )


def relayed_burst(postconf: Mapping[str, Any]) -> RunRecord:
    """Send 6,886 letters through one relay, which takes 1.5 s to be talked to and 1.3 s for a letter."""
    return run(
        "1 h",
        senders={"bulk": sender(postconf)},
        providers={"relay": provider(banner_delay="1500 ms", accept_time="1300 ms")},
        letters={"mailing": letters("relay", "bulk", count=BURST)},
    )


def full_host() -> Iterable[Row]:
    """D14: a host that takes a hundred connections."""
    at_once = knocking(250)
    yield exactly(
        "D14 full host: let in of 250 connections at once, limit 100",
        100,
        len(delivered_s(at_once)),
        "smtp_accept_max = 100",
    )
    yield exactly("D14 full host: refused of 250 connections at once", 150, _refused(at_once), "250 - 100")
    yield exactly(
        "D14 full host: refused of 1,200 connections, 9 a second held 10 s each",
        0,
        _refused(knocking(1200, pace="9/s")),
        "9 x 10 = 90 are open at a time",
    )
    yield exactly(
        "D14 full host: refused of 1,200 connections, 12 a second held 10 s each",
        200,
        _refused(knocking(1200, pace="12/s")),
        "of the 120 that come within 10 s, 100 find a place",
    )
    yield exactly(
        "D14 full host: refused of 250 letters over one connection",
        0,
        _refused(knocking(250, postconf=_ONE_CONNECTION)),
        "one connection at a time never meets the limit",
    )
    yield left_out(
        "D14 full host: delivered at once of 250 letters over one connection",
        "30, by Exim's smtp_accept_queue_per_connection; a receiver's queue of its own is not simulated",
    )


def knocking(count: int, pace: str | None = None, postconf: Mapping[str, Any] | None = None) -> RunRecord:
    """Open a connection for each letter to a host that takes 100 and keeps each for 10 s; nobody comes back.

    Args:
        count: how many letters.
        pace: how many a second; None for all at once.
        postconf: further parameters of the sender.
    """
    impatient = {
        **NO_RETRY,
        **NO_WINDOW,
        "default_process_limit": 10_000,
        "smtp_connection_cache_on_demand": False,
        **(postconf or {}),
    }
    return run(
        "1 h",
        senders={"tool": sender(impatient)},
        providers={"office": provider(accept_time="10 s", connection_limit={"total": 100})},
        letters={"news": letters(origin="tool", count=count, **({"pace": pace} if pace else {}))},
    )


def _refused(record: RunRecord) -> int:
    return sum(reply == SERVER_BUSY for reply in record.attempts["reply"])
