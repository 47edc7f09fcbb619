"""D10, D11, D23: what cannot be reached for a while, or ever.

Silence, SERVFAIL and refused connections defer a letter; only the answer that there is no such domain sends it
back. A deferred letter is tried until its lifetime is over, so that a few dead addresses cost more attempts than
all sound ones, and an outage longer than the lifetime loses what came in its first part.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sim.kernel.recorder import RunRecord
from sim.validation.cases.case_row import at_least, at_most, exactly, within
from sim.validation.cases.world import (
    SECOND_US,
    delays_s,
    fault,
    letters,
    provider,
    run,
    sender,
    tries_us,
)
from sim.validation.row import Row
from sim.vocabulary.kinds import LETTER
from sim.vocabulary.outcomes import BOUNCED, EXPIRED

FAILING_RESOLVER_COUNT: Final = 7
MISSPELT_COUNT: Final = 5
LONG_OUTAGE_COUNT: Final = 3
FAILING_S: Final = 420
MISSED: Final = 2 * FAILING_S
DEAD_A_DAY: Final = 20
SOUND_A_DAY: Final = 980
DAY_US: Final = 86_400 * SECOND_US
OUTAGE_S: Final = 172_800


def failing_resolver() -> Iterable[Row]:
    """D10: seven minutes of SERVFAIL, and the same minutes with answers that say "no such domain"."""
    many = failing_for_420_s({"default_destination_recipient_limit": 1})
    yield exactly(
        "D10 failing resolver: returned letters, of 840 to 840 domains", 0, _ended(many, BOUNCED), "deferred"
    )
    yield exactly("D10 failing resolver: letters not delivered", 0, _undelivered(many), "all arrive")
    early, late = _by_second_120(many)
    yield at_most(
        "D10 failing resolver: longest delay of letters from the first 120 s, s",
        1200,
        max(early),
        "some come back once more while it fails: second retry",
    )
    yield at_most(
        "D10 failing resolver: longest delay of letters after that, s",
        600,
        max(late),
        "the first retry, 299 to 600 s later, finds it in order",
    )
    yield at_least(
        "D10 failing resolver: shortest delay of letters after that, s",
        298,
        min(late),
        "300 s, less the second that a scan allows, less a part of the second in which the letter came",
    )
    one = failing_for_420_s({})
    yield exactly(
        "D10 failing resolver: returned letters, of 840 to one domain",
        0,
        _ended(one, BOUNCED),
        "deferred, most of them without asking: the destination is dead in between",
    )
    wrong = failing_for_420_s({}, {"where": "name_servers.registry", "what": "nxdomain"})
    yield exactly(
        "D10 failing resolver: returned letters where the answer is NXDOMAIN instead",
        MISSED,
        _ended(wrong, BOUNCED),
        "2/s x 420 s, as with a sender that takes a failure for an answer",
    )


def failing_for_420_s(postconf: Mapping[str, Any], trouble: Mapping[str, Any] | None = None) -> RunRecord:
    """Send two letters a second for ten minutes; DNS fails in the first seven.

    Args:
        postconf: the sender's parameters; a recipient limit of 1 makes each letter one to a place of its own.
        trouble: what fails, and how; None is the resolver, with SERVFAIL.
    """
    failing = trouble or {"where": "resolvers.own", "what": "servfail"}
    return run(
        "1 h",
        senders={"shop": sender(postconf, resolver="own", scan_phase="100 s")},
        resolvers={"own": {"servfail_ttl": "0 s"}},
        name_servers={"registry": {"answer_time": "10 ms"}},
        # A wrong answer is not kept, as a sender's own mistake would not be.
        providers={"office": provider(name_servers=["registry"], negative_ttl="0 s")},
        letters={"note": letters(count=1200, pace="2/s")},
        faults=[{**failing, "at": "0 s", "for": f"{FAILING_S} s"}],
    )


def misspelt_domains() -> Iterable[Row]:
    """D11: a fiftieth of the letters makes two thirds of the attempts."""
    record = ten_days_of_mail()
    dead = record.names.entries.index("misspelt")
    last_us = 10 * DAY_US
    steady = [
        record.letters["entry"][letter]
        for letter, moment in zip(record.attempts["letter"], record.attempts["handed_us"], strict=True)
        if record.letters["kind"][letter] == LETTER and 6 * DAY_US <= moment < last_us
    ]
    in_vain = sum(entry == dead for entry in steady) / 4
    yield within(
        "D11 misspelt domains: tries in vain a day, once five days are over",
        20 * 107,
        in_vain,
        0.01,
        "20 letters a day, each tried 107 times in its life; 20.6 times on each day but the first",
        relative=True,
    )
    yield within(
        "D11 misspelt domains: tries that deliver, a day",
        SOUND_A_DAY,
        len(steady) / 4 - in_vain,
        0.01,
        "one for each sound letter",
        relative=True,
    )
    yield within(
        "D11 misspelt domains: share of tries in vain",
        2140 / 3120,
        in_vain / (len(steady) / 4),
        0.01,
        "2 % of the letters; in a real log 1.8 % made 21 % of the tries, as its first days were not seen",
    )
    waiting = _waiting(record, dead, last_us)
    yield within(
        "D11 misspelt domains: letters that always wait in the deferred queue",
        DEAD_A_DAY * 433_050 / 86_400,
        waiting,
        1,
        "20 a day x 5.012 days: 450 + 103 x 4200 = 433,050 s to the last try",
    )
    tried = tries_us(record)
    lives = [len(tried[row]) for row in _rows(record, dead) if record.letters["outcome"][row] == EXPIRED]
    yield exactly(
        "D11 misspelt domains: tries of an expired letter, largest difference from 107",
        0,
        max(abs(life - 107) for life in lives),
        "first gaps between 302 and 600 s",
    )


def ten_days_of_mail() -> RunRecord:
    """Send 1,000 letters a day for ten days, of which twenty go to a host that refuses connections."""
    return run(
        "10 d",
        senders={"list": sender()},
        providers={"sound": provider(), "typing_error": provider()},
        letters={
            "sound": letters("sound", "list", count=10 * SOUND_A_DAY, over="10 d"),
            # Not a whole number of scans apart, and never within a second of one.
            "misspelt": letters("typing_error", "list", at="150 s", count=10 * DEAD_A_DAY, over="10 d"),
        },
        faults=[fault("providers.typing_error", "down", "0 s", "11 d")],
    )


def long_outage() -> Iterable[Row]:
    """D23: an outage of two days against lifetimes of one day and of five."""
    short = outage_of_two_days("1d")
    yield within(
        "D23 long outage: share of two days' letters that expire after 1 d",
        (OUTAGE_S - 86_400 - 2250) / OUTAGE_S,
        _ended(short, EXPIRED) / 2880,
        0.003,
        "(D - L - U) / D with U of 2,100 to 2,400 s, up to 300 s less as the destination rests past the end",
    )
    ages = [
        (short.letters["ended_us"][row] - short.letters["accepted_us"][row]) / SECOND_US
        for row in _rows(short, 0)
        if short.letters["outcome"][row] == EXPIRED
    ]
    yield within(
        "D23 long outage: age at which letters expire after 1 d, s",
        88_650,
        max(ages, key=lambda age: abs(age - 88_650)),
        152,
        "the try farthest from the middle: g + 21 x 4200 with a first gap g of 300 to 600 s, not 86,400",
    )
    long = outage_of_two_days("5d")
    yield exactly(
        "D23 long outage: letters lost with a lifetime of 5 d", 0, _undelivered(long), "48 h < 120 h"
    )


def outage_of_two_days(lifetime: str) -> RunRecord:
    """Send a letter a minute to a provider that is down for 48 hours.

    Args:
        lifetime: the sender's maximal_queue_lifetime.
    """
    return run(
        "4 d",
        senders={"shop": sender({"maximal_queue_lifetime": lifetime})},
        providers={"office": provider()},
        letters={"note": letters(count=2880, over="2 d")},
        faults=[fault("providers.office", "down", "0 s", "2 d")],
    )


def _rows(record: RunRecord, entry: int) -> list[int]:
    """Give the rows of an entry's letters, without the mail that came of them."""
    return [
        row
        for row, index in enumerate(record.letters["entry"])
        if index == entry and record.letters["kind"][row] == LETTER
    ]


def _ended(record: RunRecord, outcome: int) -> int:
    return sum(found == outcome for found in record.letters["outcome"])


def _undelivered(record: RunRecord) -> int:
    return sum(
        moment < 0
        for moment, kind in zip(record.letters["delivered_us"], record.letters["kind"], strict=True)
        if kind == LETTER
    )


def _by_second_120(record: RunRecord) -> tuple[list[float], list[float]]:
    """Give the delays of letters that met the failing resolver: those of its first 120 s, and the others."""
    delays = delays_s(record, "note")
    return delays[:240], delays[240:MISSED]


def _waiting(record: RunRecord, entry: int, end_us: int) -> float:
    """Give how many letters of an entry were under way on average in the four days up to `end_us`."""
    begin_us = end_us - 4 * DAY_US
    time_us = 0
    for row in _rows(record, entry):
        accepted, ended = record.letters["accepted_us"][row], record.letters["ended_us"][row]
        left = ended if ended >= 0 else end_us
        time_us += max(0, min(left, end_us) - max(accepted, begin_us))
    return time_us / (4 * DAY_US)
