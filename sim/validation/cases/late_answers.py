"""D38: an answer that comes too late: the letter is there, its sender does not know, and sends it again."""

from collections.abc import Iterable
from typing import Final

from sim.kernel.recorder import RunRecord
from sim.validation.cases.case_row import exactly
from sim.validation.cases.world import letters, provider, run, sender
from sim.validation.row import Row
from sim.vocabulary.kinds import DUPLICATE
from sim.vocabulary.outcomes import EXPIRED

SLOW_FILTER_COUNT: Final = 6


def slow_filter() -> Iterable[Row]:
    """D38: a filter that looks into a letter for 70 s before the 250, and a sender that waits for 60 s, or for 600 s.

    Right value: each try fails 60 s after its start and leaves a copy in the mailbox. Tries come at 0, 600, 1,500,
    3,300, 6,900 and 11,100 s, on the grid of scans; the last is the first that fails at an age of 2 h or more, the
    letter's lifetime here: six tries, six copies, and a sender that believes that it failed. With the 600 s of
    RFC 5321 (4.5.3.2.6) the 250 is heard: one try, one copy.
    """
    for timeout_s, tries, failed, why in (
        (60, 6, 1, "0, 600, 1500, 3300, 6900 and 11,100 s, past a lifetime of 2 h"),
        (600, 1, 0, "the 250 comes after 70 s, and is heard"),
    ):
        record = behind_a_slow_filter(timeout_s)
        copies = 1 + list(record.letters["kind"]).count(DUPLICATE)
        doubts = list(record.doubts["outcome"])
        patience = f"the sender waits {timeout_s} s"
        yield exactly(f"D38 slow filter: tries, {patience}", tries, record.letters["attempts"][0], why)
        yield exactly(f"D38 slow filter: copies in the mailbox, {patience}", tries, copies, "one a try")
        yield exactly(
            f"D38 slow filter: letters that failed as their sender sees it, {patience}",
            failed,
            doubts.count(EXPIRED),
            "it has never heard a 250" if failed else "it has heard it",
        )


def behind_a_slow_filter(timeout_s: int) -> RunRecord:
    """Send one letter, with a lifetime of 2 h, to a provider that takes 70 s from the final dot to its 250.

    Args:
        timeout_s: smtp_data_done_timeout, for so long the sender waits for the 250.
    """
    return run(
        "4 h",
        senders={"shop": sender({"smtp_data_done_timeout": timeout_s, "maximal_queue_lifetime": "2h"})},
        providers={"office": provider(accept_time="70 s")},
        letters={"note": letters(count=1)},
    )
