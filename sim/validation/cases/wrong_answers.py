"""D25, D31, D39: answers that say too much: a 5xx where a 4xx was meant, an error that is taken for a listing.

What a trouble costs hangs on the code that it is told with: letters wait or are lost, and addresses with them.
"""

from collections.abc import Iterable
from math import sqrt
from typing import Any, Final

from sim.kernel.recorder import RunRecord
from sim.validation.cases.case_row import at_most, exactly, within
from sim.validation.cases.world import (
    NO_WINDOW,
    SECOND_US,
    delivered_s,
    fault,
    letters,
    provider,
    run,
    sender,
)
from sim.validation.row import Row
from sim.vocabulary.kinds import LETTER
from sim.vocabulary.outcomes import BOUNCED, INBOX

DISK_COUNT: Final = 4
BLOCKLIST_COUNT: Final = 5
SUPPRESSED_COUNT: Final = 2
_FULL_S: Final = 1800
_WRONG_MIN: Final = (142, 259)
"""22:16 to 00:38, and 19:38 to 23:57, on 14 and 15 December 2020: 6 h 41 min in all."""


def full_disk() -> Iterable[Row]:
    """D25: a letter a second, and a disk that is full for half an hour.

    Right value: told with 552 the 1,800 letters of that time are lost. Told with 452 none is. The last try before
    there is room again was at an age of 0, g, or g + 600 (g + 1,800 is past 1,800 s), so the next one comes 1,200 s
    later at most.
    """
    final, later = a_disk_is_full("disk_full_final"), a_disk_is_full("disk_full")
    yield exactly(
        "D25 full disk: returned of 7,200 letters, told with 552",
        _FULL_S,
        _ended(final, BOUNCED),
        "1/s x 1,800 s",
    )
    yield exactly(
        "D25 full disk: returned of 7,200 letters, told with 452", 0, _ended(later, BOUNCED), "deferred"
    )
    yield exactly(
        "D25 full disk: delivered of 7,200 letters, told with 452", 7200, _ended(later, INBOX), "all arrive"
    )
    room_us = 2 * _FULL_S * SECOND_US
    deferred_us = [
        moment
        for moment, submitted in zip(
            later.letters["delivered_us"], later.letters["submitted_us"], strict=True
        )
        if submitted < room_us <= moment
    ]
    yield at_most(
        "D25 full disk: time until the last of them is through, from when there is room, s",
        1200,
        (max(deferred_us, default=0) - room_us) / SECOND_US,
        "from an age of g + 600 to g + 1800",
    )


def a_disk_is_full(what: str) -> RunRecord:
    """Send a letter a second for two hours, with such a fault from the first half hour to the second."""
    return run(
        "3 h",
        senders={"shop": sender()},
        providers={"office": provider()},
        letters={"note": letters(count=7200, pace="1/s")},
        faults=[fault("providers.office", what, f"{_FULL_S} s", f"{_FULL_S} s")],
    )


def error_for_a_listing() -> Iterable[Row]:
    """D31: a blocklist that is asked through a public resolver answers 127.255.255.254, whoever is asked about.

    Right value: where any answer is a match everybody is refused, for good; where the codes of listings alone are,
    nobody. A list that does not answer lets everybody in, after its time-out of 10 s.
    """
    for answers, match, refused in (
        ("error_code", "any", 200),
        ("error_code", "listing_codes", 0),
        ("silent", "any", 0),
        ("well", "any", 0),
    ):
        record = run(
            "1 h",
            senders={"shop": sender(NO_WINDOW)},
            providers={
                "office": provider(blocklists=[{"answers": answers, "match": match, "timeout": "10 s"}])
            },
            letters={"note": letters(count=200)},
        )
        yield exactly(
            f"D31 blocklist: returned of 200, answers {answers}, match {match}",
            refused,
            _ended(record, BOUNCED),
            "an error code is no listing, but an answer"
            if answers == "error_code"
            else "nobody is on the list"
            if answers == "well"
            else "no answer lets in",
        )
        if answers == "silent":
            yield exactly(
                "D31 blocklist: first letter through where the list is silent, s",
                10,
                round(min(delivered_s(record), default=0), 6),
                "its time-out",
            )


def wrongly_unknown() -> Iterable[Row]:
    """D39: 1,000 letters an hour; in two windows of 6.683 h together half are answered 550 5.1.1 by mistake.

    Right value: an address that is taken off the list at its first bounce is lost: 1,000 x 6.683 x 0.5 = 3,342, with
    a deviation of 41. One that must bounce twice, a week apart, is not: none. (The windows lie closer together here
    than they did; what is sent between them loses nothing.)
    """
    wrong = 1000 * sum(_WRONG_MIN) / 60
    for name, handling, right, bound in (
        ("at the first bounce", {"suppress_after": 1}, wrong / 2, 4 * sqrt(wrong / 4)),
        ("at the second, 7 d apart", {"suppress_after": 2, "apart": "7 d"}, 0, 0),
    ):
        record = denied_by_mistake(handling)
        yield within(
            f"D39 wrongly unknown: addresses taken off the list {name}",
            right,
            len(record.suppressions),
            bound,
            "1,000 an hour x 6.683 h x 0.5; the bound is 4 standard errors"
            if bound
            else "none bounces so long after",
        )


def denied_by_mistake(handling: dict[str, Any]) -> RunRecord:
    """Send a letter to each address of a list; the provider denies half of those whose turn comes in two windows."""
    first, second = _WRONG_MIN
    return run(
        "9 h",
        senders={"shop": sender(bounce_handling=handling)},
        providers={"webmail": provider(users=1_000_000)},
        letters={"news": letters("webmail", count=9000, over="9 h")},
        faults=[
            fault("providers.webmail", "denying_users", "30 min", f"{first} min", share="50 %"),
            fault("providers.webmail", "denying_users", "240 min", f"{second} min", share="50 %"),
        ],
    )


def _ended(record: RunRecord, outcome: int) -> int:
    """Count the letters that ended so, without notices."""
    columns = zip(record.letters["outcome"], record.letters["kind"], strict=True)
    return sum(found == outcome and kind == LETTER for found, kind in columns)
