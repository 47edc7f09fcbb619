"""D26, D28, D29: many letters from one hand: how many there are, and who stands behind them.

Copies multiply with recipients, replies to a list with its members; and where one line serves everybody, whoever
comes after them waits until they are through.
"""

from collections.abc import Iterable, Mapping
from math import sqrt
from statistics import fmean
from typing import Any, Final

from sim.kernel.recorder import RunRecord
from sim.validation.cases.case_row import at_most, exactly, left_out, within
from sim.validation.cases.world import SECOND_US, delays_s, delivered_s, letters, provider, run, sender
from sim.validation.row import Row
from sim.vocabulary.connections import SHARED
from sim.vocabulary.kinds import LETTER
from sim.vocabulary.outcomes import BOUNCED, INBOX
from sim.vocabulary.replies import ACCEPTED

COPIES_COUNT: Final = 8
NEWSLETTER_COUNT: Final = 4
STORM_COUNT: Final = 5
SUBSCRIBERS: Final = 1_506
INVALID: Final = 102
NEWSLETTER: Final = 20_000
MEMBERS: Final = 84
REPLIES: Final = 300
REPLYING_S: Final = 4500
_BODY_BYTES: Final = 9_500_000
_ONE_DELIVERY: Final = {
    "initial_destination_concurrency": 1,
    "default_destination_concurrency_limit": 1,
    "default_destination_recipient_limit": 25,
}
_TWENTY_AT_ONCE: Final = {
    "initial_destination_concurrency": 20,
    "default_destination_concurrency_limit": 20,
    "qmgr_message_active_limit": 40_000,
}
_IN_GROUPS: Final = {"first": {"count": 2, "recipients": 1000}, "second": {"count": 2, "recipients": 506}}
"""1,506 recipients in two messages, as Postfix takes a thousand in one: 40 and 21 groups, as of 1,506."""
_FOR_EACH: Final = {"first": {"count": 2 * SUBSCRIBERS}}


def personalised_copies() -> Iterable[Row]:
    """D26: two messages of 9.5 MB to 1,506 subscribers over 100 Mbit/s, in groups of 25, and with a copy for each.

    Right value: 1,506 / 25, rounded up, is 61 groups: 2 x 61 = 122 copies against 2 x 1,506 = 3,012; times 9.5 MB,
    1.159 GB against 28.614 GB; at 12.5 MB/s, one delivery at a time, 92.7 s against 2,289 s. Of 1,506 addresses 102
    do not exist: twice 102 letters are returned.
    """
    for name, messages, copies in (("in groups of 25", _IN_GROUPS, 122), ("one for each", _FOR_EACH, 3_012)):
        record = two_messages(messages)
        bodies = _bodies_bytes(record)
        note = "2 x 1,506 / 25, rounded up" if messages is _IN_GROUPS else "2 x 1,506"
        yield exactly(f"D26 personalised copies: copies sent, {name}", copies, len(bodies), note)
        yield within(
            f"D26 personalised copies: GB sent, {name}",
            copies * _BODY_BYTES / 1e9,
            sum(bodies) / 1e9,
            1e-9,
            "9.5 MB each",
        )
        yield within(
            f"D26 personalised copies: seconds on the wire, {name}",
            copies * _BODY_BYTES * 8 / 100e6,
            delivered_s(record)[-1],
            0.001,
            "at 100 Mbit/s, one delivery at a time",
            relative=True,
        )
    share = INVALID / SUBSCRIBERS
    yield within(
        "D26 personalised copies: letters returned, of 3,012",
        2 * INVALID,
        sum(outcome == BOUNCED for outcome in two_messages(_IN_GROUPS, share).letters["outcome"]),
        4 * sqrt(2 * INVALID * (1 - share)),
        "102 of 1,506 do not exist; the bound is 4 standard errors",
    )
    yield left_out(
        "D26 personalised copies: seconds on the wire, 20 deliveries at once",
        "connections do not share the bandwidth of a road here, nor copies the disk",
    )


def two_messages(messages: Mapping[str, Mapping[str, Any]], unknown: float = 0.0) -> RunRecord:
    """Send two messages of 9.5 MB over 100 Mbit/s, one delivery after another.

    Args:
        messages: how many there are of how many recipients.
        unknown: the share of addresses that do not exist.
    """
    mail = {**letters(), "size": "9500 kB", "unknown_users": f"{100 * unknown:.6f} %"}
    return run(
        "1 h",
        senders={"shop": sender(_ONE_DELIVERY)},
        providers={"office": provider()},
        letters={name: {**mail, **how} for name, how in messages.items()},
        default_road={"round_trip": "0 s", "jitter": "0 s", "bandwidth": "100 Mbit/s"},
    )


def _bodies_bytes(record: RunRecord) -> list[int]:
    """Give the sizes of the bodies that went out, one for each delivery."""
    attempts = record.attempts
    return [
        record.letters["size_bytes"][letter]
        for letter, how, reply in zip(
            attempts["letter"], attempts["connection"], attempts["reply"], strict=True
        )
        if how != SHARED and reply == ACCEPTED
    ]


def newsletter_in_front() -> Iterable[Row]:
    """D28: a confirmation each 10 s, and a newsletter of 20,000 at 20 letters a second, in one queue and in two.

    Right value: who comes at t finds 20,000 - 20 t letters before him, so he waits (20,000 - 20 t) / 20 s: 1,000 s
    at t = 0, and 500 s on average until the newsletter is through. (A confirmation each 10 s takes 0.1 of the 20 a
    second: half a percent more.) In a queue of its own each goes at once, and takes its service time of 1 s.
    """
    in_line = [delay - 1 for delay in delays_s(confirmations("shop"), "confirmation")]
    yield exactly(
        "D28 newsletter in front: wait of a confirmation written just after 20,000 letters, one queue, s",
        1000,
        in_line[0],
        "20,000 / 20",
    )
    yield within(
        "D28 newsletter in front: mean wait of confirmations until the newsletter is through, one queue, s",
        500,
        fmean(wait for place, wait in enumerate(in_line) if 10 * place <= 1000),
        0.01,
        "half of it; the confirmations themselves add 0.5 %",
        relative=True,
    )
    yield at_most(
        "D28 newsletter in front: longest delay of a confirmation with a queue of its own, s",
        1,
        max(delays_s(confirmations("desk"), "confirmation")),
        "one service time",
    )
    yield left_out(
        "D28 newsletter in front: the same in one queue with two priorities",
        "Postfix has none; a message of many recipients lets small ones pass there instead",
    )


def confirmations(origin: str) -> RunRecord:
    """Send a newsletter of 20,000 from the shop, and a confirmation each 10 s from the shop or its desk.

    Args:
        origin: who sends the confirmations; each of the two has a queue of its own.
    """
    return run(
        "1 h",
        senders={"shop": sender(_TWENTY_AT_ONCE), "desk": sender(domain="desk.example")},
        providers={"office": provider(accept_time="1 s")},
        letters={
            "newsletter": letters(count=NEWSLETTER),
            "confirmation": letters(origin=origin, count=150, pace="0.1/s"),
        },
    )


def reply_all_storm() -> Iterable[Row]:
    """D29: a list of 840,000, 300 of whom answer to all within 75 min, and servers that deliver 10,000 a second.

    The world here is 10,000 times as small: a list of 84, and a server that delivers one letter a second. A reply
    keeps the servers busy for M / C = 84 s in both, and replies come at the same moments, so the backlog in seconds
    of work is the same at every moment; what differs is that a letter takes 1 s of seven hours and not 0.1 ms. The
    same world at half the size must tell the same.

    Right value: 300 x 84 = 25,200 deliveries (252 million), 25,200 s at one a second: 7.0 h from the first reply on,
    since 84 s of work come every 15 s. Somebody else's letter that comes after 4,500 s finds 25,200 - 4,500 =
    20,700 s of work: 5.75 h. Deletions, which came on top of that, are left out.
    """
    record = storm(MEMBERS, "1 s")
    ended_s = _in_mailbox_s(record, "reply")
    yield exactly(
        "D29 reply-all storm: deliveries of 300 replies to a list of 84",
        REPLIES * MEMBERS,
        len(ended_s),
        "300 x 84; the list was 10,000 times as long",
    )
    yield within(
        "D29 reply-all storm: time until all are delivered, h",
        7,
        ended_s[-1] / 3600,
        0.001,
        "300 x 84 s, the server being busy from the first reply on",
    )
    yield within(
        "D29 reply-all storm: the same with half the list and half the speed, h",
        7,
        _in_mailbox_s(storm(MEMBERS // 2, "2 s"), "reply")[-1] / 3600,
        0.001,
        "it hangs on members / letters a second alone",
    )
    [other_s] = _in_mailbox_s(record, "other")
    yield within(
        "D29 reply-all storm: time to somebody else who is written to when the replies end, h",
        5.75,
        (other_s - REPLYING_S) / 3600,
        0.001,
        "25,200 - 4,500 s of work stand before it",
    )
    yield left_out("D29 reply-all storm: load of deleting them", "mailboxes cost no time here")


def storm(members: int, each: str) -> RunRecord:
    """Let 300 members of a list reply to all within 75 min, and somebody else write just after.

    Args:
        members: how many are on the list.
        each: how long the one process takes to put a letter into a mailbox.
    """
    return run(
        "12 h",
        senders={"list": sender({"default_destination_recipient_limit": MEMBERS})},
        providers={"staff": provider(users=members, delivery={"time": each, "workers": 1})},
        letters={
            "reply": letters("staff", "list", count=REPLIES, over=f"{REPLYING_S} s", recipients=members),
            "other": letters("staff", "list", at=f"{REPLYING_S} s", count=1),
        },
    )


def _in_mailbox_s(record: RunRecord, entry: str) -> list[float]:
    """Give when letters of an entry were in a mailbox, in seconds, in order."""
    wanted = record.names.entries.index(entry)
    table = record.letters
    columns = zip(table["ended_us"], table["entry"], table["outcome"], table["kind"], strict=True)
    return sorted(
        ended / SECOND_US
        for ended, index, outcome, kind in columns
        if (index, outcome, kind) == (wanted, INBOX, LETTER)
    )
