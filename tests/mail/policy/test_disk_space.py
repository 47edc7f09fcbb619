"""What Postfix's smtpd_check_queue asks, and how much lies on the disk at each moment."""

from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.kernel.recorder import INCIDENT_COLUMNS, RunRecord, Table
from sim.mail.policy.disk_space import DiskSpace
from sim.results.audit import audit
from sim.scenario.disk import Disk
from sim.validation.cases.world import NO_RETRY, SECOND_US, letters, provider, run, sender
from sim.vocabulary.outcomes import BOUNCED, INBOX
from sim.vocabulary.replies import ACCEPTED, DISK_FULL, MESSAGE_TOO_BIG

MB = 1_000_000


class Store:
    """Files nothing."""

    def file(self, row: int, at_us: int) -> None:
        """Do nothing."""


class Letters:
    """Three letters of 4 MB, the first two of one message."""

    message = (0, 0, 2)
    size_bytes = (4 * MB, 4 * MB, 4 * MB)
    delivered_us = (10, 10, 20)


def disk(incidents: Table | None = None, **settings: Any) -> DiskSpace:
    given = {"free": "50 MB", "message_size_limit": "10 MB", **settings}
    return DiskSpace(
        Disk.model_validate(given),
        Letters(),  # type: ignore[arg-type]
        Store(),
        Table(lists=INCIDENT_COLUMNS) if incidents is None else incidents,
        "providers.office",
    )


def test_a_message_lies_there_from_its_250_until_its_last_copy_is_filed() -> None:
    room = disk()
    room.file(0, 100)
    room.file(1, 300)
    room.file(2, 200)
    free = [room.free_bytes(moment) / MB for moment in (9, 10, 20, 100, 200, 299, 300)]
    assert free == [50, 46, 42, 42, 46, 46, 50]


def test_where_mailboxes_lie_on_the_same_disk_each_copy_stays() -> None:
    room = disk(mailboxes=True)
    for row, at_us in ((0, 100), (1, 300), (2, 200)):
        room.file(row, at_us)
    assert [room.free_bytes(moment) / MB for moment in (10, 100, 200, 300)] == [46, 38, 38, 38]


@pytest.mark.parametrize(
    ("free", "more", "reply"),
    [
        ("15 MB", {}, DISK_FULL),
        ("15000001 B", {}, ACCEPTED),
        ("50 MB", {"queue_minfree": "50 MB"}, DISK_FULL),
        ("50 MB", {"queue_minfree": "49 MB"}, ACCEPTED),
    ],
)
def test_more_than_one_and_a_half_of_the_largest_letter_must_be_free_and_more_than_queue_minfree(
    free: str, more: dict[str, Any], reply: int
) -> None:
    """As block counts are compared in smtpd_check_queue: with exactly so much, nothing is accepted."""
    assert disk(free=free, **more).ask(0, 0, 0, 0) == reply


def test_refusals_up_to_300_s_apart_are_one_incident() -> None:
    told = Table(lists=INCIDENT_COLUMNS)
    room = disk(told, free="15 MB")
    for second in (0, 200, 500, 801):
        room.ask(0, 0, 0, second * SECOND_US)
    assert set(told["where"]) == {"providers.office"}
    assert [*zip(told["from_us"], told["to_us"], strict=True)] == [
        (0, 500 * SECOND_US + 1),
        (801 * SECOND_US, 801 * SECOND_US + 1),
    ]


def office(size: str, **room: Any) -> RunRecord:
    """Send six letters to an office that files one in 10 s."""
    return run(
        "1 h",
        senders={"shop": sender({"message_size_limit": 0})},
        providers={"office": provider(delivery={"time": "10 s", "workers": 1}, disk=room)},
        letters={"note": {**letters(count=6, pace="1/s"), "size": size}},
    )


def test_who_finds_no_room_comes_back_and_is_there_in_the_end() -> None:
    """25 MB free and 15 to be kept: of letters of 4 MB three are taken within 10 s, and then there is no room."""
    record = office("4 MB", free="25 MB", message_size_limit="10 MB")
    assert list(record.attempts["reply"])[:6] == [ACCEPTED] * 3 + [DISK_FULL] * 3
    assert list(record.letters["outcome"]) == [INBOX] * 6
    assert audit(record).ok
    assert "office.disk_free_bytes" in record.names.series


def test_a_letter_that_is_larger_than_the_largest_goes_back() -> None:
    record = office("11 MB", free="1 GB", message_size_limit="10 MB")
    assert list(record.attempts["reply"]).count(MESSAGE_TOO_BIG) == 6
    assert list(record.letters["outcome"]).count(BOUNCED) == 6
    assert audit(record).ok


def test_a_host_that_carries_letters_on_has_no_disk_of_its_own() -> None:
    relay = {"by": "shop", "to": "inner"}
    with pytest.raises(ScenarioError) as refused:
        run(
            "1 min",
            senders={"shop": sender(NO_RETRY)},
            providers={"office": provider(relay=relay, disk={"free": "1 GB"}), "inner": provider()},
            letters={"note": letters(count=1)},
        )
    assert [problem.path for problem in refused.value.problems] == ["providers.office.disk"]
