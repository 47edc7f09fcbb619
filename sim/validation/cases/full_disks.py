"""D24: a disk with room enough, on which nothing is accepted."""

from collections.abc import Iterable
from typing import Final

from sim.kernel.recorder import RunRecord
from sim.validation.cases.case_row import exactly
from sim.validation.cases.world import NO_RETRY, letters, provider, run, sender
from sim.validation.row import Row
from sim.vocabulary.replies import DISK_FULL

SPACE_COUNT: Final = 6
FREE_BYTES: Final = 9_679_581_184


def free_but_not_enough() -> Iterable[Row]:
    """D24: 9.68 GB are free, a letter has 2 kB, and what decides is the largest letter that might come.

    Right value: refused if and only if free <= 1.5 x message_size_limit. 1 TB: 1.5 TB are asked for. 6.5 GB: 9.75 GB,
    refused. 6.4 GB: 9.6 GB, accepted. With 26,214,400 (25 MiB) the threshold is 39,321,600: with that, refused, and
    with a byte more, accepted.
    """
    for limit, limit_bytes, free_bytes, refused in (
        ("1 TB", 10**12, FREE_BYTES, 1),
        ("6.5 GB", 6_500_000_000, FREE_BYTES, 1),
        ("6.4 GB", 6_400_000_000, FREE_BYTES, 0),
        ("25 MiB", 26_214_400, FREE_BYTES, 0),
    ):
        yield exactly(
            f"D24 space on the disk: refused with 452 4.3.1 of one letter, limit {limit}",
            refused,
            _refused(one_small_letter(limit_bytes, free_bytes)),
            "9,679,581,184 bytes free against 1.5 x the limit",
        )
    for free, free_bytes, refused in (("39,321,600", 39_321_600, 1), ("39,321,601", 39_321_601, 0)):
        yield exactly(
            f"D24 space on the disk: refused with 452 4.3.1 of one letter, limit 25 MiB and {free} bytes free",
            refused,
            _refused(one_small_letter(26_214_400, free_bytes)),
            "1.5 x 26,214,400 = 39,321,600, and more must be free",
        )


def one_small_letter(limit_bytes: int, free_bytes: int) -> RunRecord:
    """Send a letter of 2 kB to a host with a disk.

    Args:
        limit_bytes: its message_size_limit.
        free_bytes: what is free on the disk.
    """
    return run(
        "1 min",
        senders={"shop": sender(NO_RETRY)},
        providers={
            "office": provider(disk={"free": f"{free_bytes} B", "message_size_limit": f"{limit_bytes} B"})
        },
        letters={"note": letters(count=1)},
    )


def _refused(record: RunRecord) -> int:
    return list(record.attempts["reply"]).count(DISK_FULL)
