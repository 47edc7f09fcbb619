"""D04, D16, D17, D18: pauses between deliveries, and what they are counted by.

`default_destination_rate_delay` lets one delivery at a time go to a destination, with a pause after each. What a
destination is depends on the recipient limit: with 1, every recipient is one of its own, and neither the pause
nor a concurrency limit holds anything back between different recipients. What then still holds is the limit of
processes.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sim.kernel.recorder import RunRecord
from sim.validation.cases.case_row import at_least, exactly, left_out, within
from sim.validation.cases.world import (
    NO_RETRY,
    SECOND_US,
    delivered_s,
    fault,
    letters,
    provider,
    run,
    sender,
    suspended,
    tries_us,
)
from sim.validation.row import Row
from sim.vocabulary.connections import NEW, SUSPENDED
from sim.vocabulary.outcomes import QUEUED

REFUSED_COUNT: Final = 7
RATE_DELAY_COUNT: Final = 5
LANES_COUNT: Final = 7
CARRIER_COUNT: Final = 3
SERVICE_S: Final = 0.5


def paced_and_refused() -> Iterable[Row]:
    """D04: one refused connection puts a whole paced queue off."""
    record = refused_after_three({})
    yield exactly(
        "D04 paced and refused: delivered of 70", 3, len(delivered_s(record)), "the three that were let in"
    )
    yield exactly(
        "D04 paced and refused: letters put off without a connection",
        66,
        suspended(record),
        "one failure at window 1 is a whole cohort: the destination is dead, and what waits is deferred",
    )
    yield exactly(
        "D04 paced and refused: connections made", 4, _called(record), "three deliveries and one refusal"
    )
    patient = refused_after_three({"default_destination_concurrency_failed_cohort_limit": 10})
    refused = _called(patient) - len(delivered_s(patient))
    yield exactly(
        "D04 paced and refused: put off without a connection, cohort limit 10",
        0,
        suspended(patient),
        "the refusals end after 6, before ten in a row are together",
    )
    yield exactly(
        "D04 paced and refused: letters that are late, cohort limit 10, less those really refused",
        0,
        sum(outcome == QUEUED for outcome in patient.letters["outcome"]) - refused,
        "only what was refused is deferred",
    )
    yield exactly("D04 paced and refused: refusals in 18 s, cohort limit 10", 6, refused, "one every 3 s")
    stubborn = refused_after_three({"default_destination_concurrency_failed_cohort_limit": 10}, lasts="1 h")
    yield exactly(
        "D04 paced and refused: refusals until all is put off, cohort limit 10",
        10,
        _called(stubborn) - len(delivered_s(stubborn)),
        "each failure at window 1 adds one cohort",
    )


def refused_after_three(postconf: Mapping[str, Any], lasts: str = "18 s") -> RunRecord:
    """Send 70 letters, 3 s apart, to a host that greets with 421 after it has taken three.

    Args:
        postconf: further parameters of the sender.
        lasts: how long the host refuses.
    """
    paced = {
        **NO_RETRY,
        "default_destination_rate_delay": "3s",
        "smtp_destination_concurrency_limit": 1,
        **postconf,
    }
    return run(
        "10 min",
        senders={"shop": sender(paced)},
        providers={"office": provider()},
        letters={"note": letters(count=70)},
        # Deliveries begin at 0, 3, 6, 9 s and so on.
        faults=[fault("providers.office", "greets_421", "8 s", lasts)],
    )


def rate_delay() -> Iterable[Row]:
    """D16: 5 s between two letters to one domain, and to one mailbox."""
    one_domain = fifty_letters()
    yield within(
        "D16 rate delay 5 s: 50 letters to one domain, s",
        49 * 5 + 50 * SERVICE_S,
        delivered_s(one_domain)[-1],
        0.001,
        f"49 pauses and 50 deliveries of {SERVICE_S} s; the concurrency limit of 2 has no effect",
    )
    together = fifty_letters(recipients=50)
    yield within(
        "D16 rate delay 5 s: one message with 50 recipients at one domain, s",
        SERVICE_S,
        delivered_s(together)[-1],
        0.001,
        "one delivery, no pause",
    )
    by_recipient = fifty_letters({"smtp_destination_recipient_limit": 1})
    yield within(
        "D16 rate delay 5 s: 50 letters to one domain, recipient limit 1, s",
        SERVICE_S,
        delivered_s(by_recipient)[-1],
        0.001,
        "each recipient is a destination of its own: all go side by side",
    )
    local = twenty_to_one_mailbox()
    first, *_, last = delivered_s(local)
    yield exactly("D16 rate delay 5 s: letters to one local mailbox", 20, len(delivered_s(local)), "all")
    yield within(
        "D16 rate delay 5 s: first to last of 20 letters to one local mailbox, recipient limit 1, s",
        19 * 5,
        last - first,
        0.001,
        "default_destination_rate_delay holds for local transports, too",
    )


def fifty_letters(postconf: Mapping[str, Any] | None = None, recipients: int = 1) -> RunRecord:
    """Send 50 letters to as many people of one domain, with a rate delay of 5 s and a concurrency limit of 2.

    So many of them are one message.
    """
    return run(
        "10 min",
        senders={
            "forum": sender(
                {
                    "smtp_destination_concurrency_limit": 2,
                    "default_destination_rate_delay": "5s",
                    **(postconf or {}),
                }
            )
        },
        providers={"office": provider(accept_time=f"{SERVICE_S} s")},
        letters={"news": letters(origin="forum", count=50 // recipients, recipients=recipients)},
    )


def twenty_to_one_mailbox() -> RunRecord:
    """Send 20 letters to one person of the own house.

    The transport into local mailboxes has a queue like that of SMTP; here it is written as a provider next door.
    """
    house = {"default_destination_rate_delay": "5s", "default_destination_recipient_limit": 1}
    return run(
        "10 min",
        senders={"house": sender(house)},
        providers={"mailboxes": provider(users=1)},
        # The first letter of each stream goes to the same mailbox.
        letters={f"note_{number}": letters("mailboxes", "house", count=1) for number in range(20)},
    )


def lanes() -> Iterable[Row]:
    """D17: several transports to one place, each with a pause of its own."""
    service_s = 0.4
    for count, formula in (
        (1, "11 pauses of 1 s and 12 deliveries"),
        (4, "2 pauses of 1 s and 3 deliveries"),
    ):
        took_s = delivered_s(twelve_letters(count, service_s))[-1]
        each = 12 // count
        yield within(
            f"D17 paced lanes: 12 letters over {count}, s",
            (each - 1) * 1 + each * service_s,
            took_s,
            0.001,
            f"{formula} of {service_s} s; each lane is a sender of its own here",
        )
    yield at_least(
        "D17 paced lanes: 12 letters over one lane, s",
        11,
        delivered_s(twelve_letters(1, 0.0))[-1],
        "11 pauses, however fast a delivery is; its authors measured 11 s",
    )
    ages = [moment // SECOND_US for moment in tries_us(often_tried())[0]]
    yield exactly(
        "D17 paced lanes: age at try 8, backoff of 120 to 1800 s on scans every 120 s, s",
        5520,
        ages[7],
        "0, 120, 240, 480, 960, 1920, 3720, 5520",
    )
    with_cache, without = (_new_connections(steady_stream(reuse)) for reuse in (True, False))
    yield exactly(
        "D17 paced lanes: connections for 20 letters with a pause of 1 s, kept for 45 s",
        2,
        with_cache,
        "the first is closed, as no letter has followed another yet; the second serves the rest",
    )
    yield exactly(
        "D17 paced lanes: connections for 20 letters, none kept", 20, without, "one for each letter"
    )
    yield left_out(
        "D17 paced lanes: sockets at a concurrency of 1, 2 and 4",
        "2, 4 and 8 measured with smtp_connection_cache_destinations, which is not simulated",
    )


def twelve_letters(lanes: int, service_s: float) -> RunRecord:
    """Send 12 letters evenly over transports with a rate delay of 1 s.

    Transports of one machine that differ in name only share nothing here, so each is written as a sender.
    """
    names = [f"lane_{number}" for number in range(lanes)]
    return run(
        "2 min",
        senders={name: sender({"default_destination_rate_delay": "1s"}) for name in names},
        providers={"relay": provider(accept_time=f"{service_s} s")},
        letters={f"note_{name}": letters("relay", name, count=12 // lanes) for name in names},
    )


def often_tried() -> RunRecord:
    """Send one letter that is never taken, with short cool-offs."""
    short = {"queue_run_delay": "120s", "minimal_backoff_time": "120s", "maximal_backoff_time": "1800s"}
    return run(
        "2 h",
        senders={"shop": sender(short)},
        providers={"office": provider()},
        letters={"note": letters(times=["0 s"])},
        faults=[fault("providers.office", "down", "0 s", "3 h")],
    )


def steady_stream(reuse: bool) -> RunRecord:
    """Send 20 letters over TLS with a pause of 1 s after each, keeping connections for 45 s or not at all."""
    return run(
        "2 min",
        senders={
            "shop": sender(
                {
                    "default_destination_rate_delay": "1s",
                    "smtp_connection_cache_time_limit": "45s",
                    "smtp_tls_connection_reuse": reuse,
                }
            )
        },
        providers={"relay": provider(tls=True, accept_time="50 ms")},
        letters={"note": letters("relay", count=20)},
    )


def carrier() -> Iterable[Row]:
    """D18: one process for a carrier is what paces, its concurrency limit paces nothing."""
    for processes, right_s in ((1, 5000), (100, 50)):
        record = to_carrier(processes)
        yield within(
            f"D18 mobile carrier: 10,000 recipients, each a destination of its own, {processes} processes, s",
            right_s,
            delivered_s(record)[-1],
            0.001,
            f"10,000 x {SERVICE_S} s / {processes}; the concurrency limit is 1 in both",
            relative=True,
        )
    paced = to_carrier(100, recipient_limit=50)
    yield within(
        "D18 mobile carrier: the same with recipient limit 50 and 100 processes, s",
        5000,
        delivered_s(paced)[-1],
        0.001,
        "now the carrier is one destination, and its concurrency limit of 1 paces",
        relative=True,
    )


def to_carrier(processes: int, recipient_limit: int = 1) -> RunRecord:
    """Send 10,000 letters to as many people of a carrier, with a concurrency limit of 1."""
    return run(
        "2 h",
        senders={
            "shop": sender(
                {
                    "default_process_limit": processes,
                    "smtp_destination_concurrency_limit": 1,
                    "smtp_destination_recipient_limit": recipient_limit,
                }
            )
        },
        providers={"carrier": provider(accept_time=f"{SERVICE_S} s")},
        letters={"news": letters("carrier", count=10_000)},
    )


def _called(record: RunRecord) -> int:
    """Count the tries at which a connection was made, or refused at the greeting."""
    return sum(kind != SUSPENDED for kind in record.attempts["connection"])


def _new_connections(record: RunRecord) -> int:
    return sum(kind == NEW for kind in record.attempts["connection"])
