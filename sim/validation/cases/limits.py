"""D15, D19, D20, D21, D22: limits of a receiver, and what the sender makes of being told of them.

The same limit delays letters, loses them, or stops a sender for good: that hangs on whom it counts, when it is looked
at, and which reply code says so.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sim.kernel.recorder import RunRecord
from sim.validation.cases.case_row import at_least, exactly, within
from sim.validation.cases.world import (
    NO_RETRY,
    NO_WINDOW,
    SECOND_US,
    delivered_s,
    letters,
    provider,
    run,
    sender,
    suspended,
)
from sim.validation.row import Row
from sim.vocabulary.connections import NEW
from sim.vocabulary.kinds import LETTER
from sim.vocabulary.outcomes import BOUNCED, INBOX
from sim.vocabulary.replies import ACCEPTED, TOO_MANY_CONNECTIONS, UNUSUAL_RATE

ONE_ADDRESS_COUNT: Final = 2
SESSION_COUNT: Final = 7
AFTER_THE_BODY_COUNT: Final = 5
PENALTY_COUNT: Final = 2
REPLY_CODE_COUNT: Final = 6


def office_behind_one_address() -> Iterable[Row]:
    """D15: sixty people behind one NAT address connect at once, and each holds the connection for 20 s.

    Right value: smtpd_client_connection_count_limit is (default_process_limit + 1)/2 = 50. Fifty are let in, ten are
    told 421 4.7.0.
    """
    record = run(
        "1 min",
        senders={"office": sender({**NO_WINDOW, **NO_RETRY})},
        providers={"submission": provider(accept_time="20 s", connection_limit={"per_client": 50})},
        letters={"note": letters("submission", "office", count=60)},
    )
    replies = list(record.attempts["reply"])
    yield exactly(
        "D15 one address: let in of 60 connections at once, limit 50",
        50,
        replies.count(ACCEPTED),
        "(default_process_limit + 1)/2",
    )
    yield exactly(
        "D15 one address: refused of 60 connections at once",
        10,
        replies.count(TOO_MANY_CONNECTIONS),
        "60 - 50",
    )


def hundred_in_a_session() -> Iterable[Row]:
    """D19: a carrier takes 100 recipients in one SMTP session; to more it says 554, and hangs up.

    Right value: (a) 150 in one transaction: nobody gets it. (b) Three groups of 50, each in a session of its own: all
    get it. (c) Postfix keeps a connection only once deliveries come back to back, so of four groups of 50, one after
    another, the first goes alone; the second and the third share a session, and the fourth, in the same one, is too
    much: 150 get it, 50 do not.
    """
    for name, postconf, recipients, delivered, sessions in (
        ("150 recipients in one transaction", {"default_destination_recipient_limit": 150}, 150, 0, 1),
        ("150 in groups of 50, no connection kept", {"smtp_connection_cache_on_demand": False}, 150, 150, 3),
        ("200 in groups of 50, connections kept", {"default_destination_concurrency_limit": 1}, 200, 150, 2),
    ):
        record = run(
            "1 h",
            senders={"shop": sender(postconf)},
            providers={"carrier": provider(session_limits={"recipients": 100})},
            letters={"news": letters("carrier", count=1, recipients=recipients)},
        )
        yield exactly(
            f"D19 session of 100: delivered, {name}",
            delivered,
            _ended(record, INBOX),
            "a transaction that goes beyond 100 fails as a whole",
        )
        yield exactly(
            f"D19 session of 100: sessions, {name}",
            sessions,
            list(record.attempts["connection"]).count(NEW),
            "the first is closed, as no letter has followed another yet"
            if sessions == 2
            else "one for each group",
        )
    yield exactly(
        "D19 session of 100: returned, 200 in groups of 50, connections kept",
        50,
        _ended(record, BOUNCED),
        "554 is final",
    )


def after_the_body() -> Iterable[Row]:
    """D20: 300 letters of 1 MB to a receiver that lets ten a minute through, and says 421 4.7.28 after the body.

    Right value: a refused letter has been carried as a whole, 8 Mbit over a road of 8 Mbit/s: 1 s at least. It is a
    letter's failure and no host's, so nothing is ever put off without a connection. Counted by address, three
    addresses get three allowances; counted by domain they get what one address gets.
    """
    one, by_ip, by_domain = (
        three_hundred_of_1_mb(addresses, key) for addresses, key in ((1, "ip"), (3, "ip"), (3, "domain"))
    )
    attempts = one.attempts
    refused_s = [
        (attempts["ended_us"][row] - attempts["handed_us"][row]) / SECOND_US
        for row, reply in enumerate(attempts["reply"])
        if reply == UNUSUAL_RATE
    ]
    yield at_least(
        "D20 after the body: shortest time of a refused attempt, s",
        1,
        min(refused_s, default=0),
        "8 Mbit at 8 Mbit/s",
    )
    yield exactly(
        "D20 after the body: letters put off without a connection",
        0,
        suspended(one),
        "a 4xx after the body is a letter's failure, not the host's",
    )
    yield at_least(
        "D20 after the body: letters in the first minute from three addresses, counted by address",
        len(_first_minute(one)) + 1,
        len(_first_minute(by_ip)),
        "each has an allowance of its own",
    )
    yield exactly(
        "D20 after the body: letters in the first minute from three addresses, counted by domain",
        len(_first_minute(one)),
        len(_first_minute(by_domain)),
        "as many as from one address",
    )
    yield exactly(
        "D20 after the body: letters in half an hour from three addresses, counted by domain",
        len(delivered_s(one)),
        len(delivered_s(by_domain)),
        "as many as from one address",
    )


def three_hundred_of_1_mb(addresses: int, key: str) -> RunRecord:
    """Send them to a receiver that lets ten a minute through.

    Args:
        addresses: how many addresses they come from.
        key: what the receiver counts by.
    """
    limit = {"rate": "10/min", "burst": 10, "key": key, "stage": "end_of_data"}
    return run(
        "30 min",
        senders={
            "shop": sender(
                {"smtp_connection_cache_on_demand": False},
                addresses=[f"198.51.{number}.10" for number in range(addresses)],
                address_choice="per_letter",
            )
        },
        providers={"webmail": provider(rate_limit=limit)},
        letters={"news": {**letters("webmail", count=300), "size": "1 MB"}},
        default_road={"round_trip": "0 s", "jitter": "0 s", "bandwidth": "8 Mbit/s"},
    )


def two_hours_of_penalty() -> Iterable[Row]:
    """D21: a refusal shuts a sender out for two hours, and each attempt begins them anew (an assumption, a switch).

    A letter a second, and a burst at the start that is more than the receiver takes.

    Right value: Postfix comes back with some letter every 300 s, so the two hours never end, and nothing is delivered
    after the first refusal. A sender that stays away for two hours is let in again then.
    """
    stubborn = delivered_s(knocking_at_a_shut_door())
    yield exactly(
        "D21 penalty of 2 h: letters through after the first minute, Postfix",
        0,
        sum(moment > 60 for moment in stubborn),
        "each try within the two hours begins them anew",
    )
    patient = delivered_s(knocking_at_a_shut_door(suspensions=[{"reply": "421 4.7.28", "for": "2 h"}]))
    before = [moment for moment in patient if moment <= 60]
    after = [moment for moment in patient if moment > 60]
    yield within(
        "D21 penalty of 2 h: pause of a sender that stays away for 2 h, s",
        7200,
        (after[0] if after else 0) - before[-1],
        2,
        "let in at the first try after it",
    )


def knocking_at_a_shut_door(**more: Any) -> RunRecord:
    """Send to a receiver that takes four letters a second, and nothing for two hours from whoever brings more.

    Args:
        more: of the sender.
    """
    limit = {"rate": "4/s", "burst": 20, "reply": "421 4.7.28", "penalty": "2 h"}
    one_by_one = {"smtp_destination_concurrency_limit": 1, "smtp_connection_cache_on_demand": False}
    return run(
        "2.5 h",
        senders={"shop": sender(one_by_one, **more)},
        providers={"webmail": provider(accept_time="200 ms", rate_limit=limit)},
        letters={
            "news": letters("webmail", count=9000, pace="1/s"),
            "burst": letters("webmail", count=300),
        },
    )


def reply_code() -> Iterable[Row]:
    """D22: 300 letters within ten minutes to a receiver that takes 100.

    Right value: with 554 the 200 beyond are returned; the allowance of one an hour adds none within ten minutes. With
    454, or where the sender takes a 5xx for a 4xx (soft_bounce), nothing is returned, and 100 more each hour let all
    arrive.
    """
    for name, reply, rate, postconf, delivered in (
        ("554", "554 5.7.0", "1/h", {}, 100),
        ("454", "454 4.7.0", "100/h", {}, 300),
        ("554, soft_bounce", "554 5.7.0", "100/h", {"soft_bounce": "yes"}, 300),
    ):
        record = _told_to_go_slowly(reply, rate, postconf)
        why = "a 5xx is final" if delivered < 300 else "deferred, and within the schedule of retries"
        yield exactly(f"D22 reply code: delivered of 300, {name}", delivered, _ended(record, INBOX), why)
        yield exactly(
            f"D22 reply code: returned of 300, {name}", 300 - delivered, _ended(record, BOUNCED), why
        )


def _told_to_go_slowly(reply: str, rate: str, postconf: Mapping[str, Any]) -> RunRecord:
    return run(
        "5 d",
        senders={"club": sender(postconf)},
        providers={"isp": provider(rate_limit={"rate": rate, "burst": 100, "reply": reply})},
        letters={"list": letters("isp", "club", count=300, over="10 min")},
    )


def _ended(record: RunRecord, outcome: int) -> int:
    """Count the letters that ended so, without notices."""
    columns = zip(record.letters["outcome"], record.letters["kind"], strict=True)
    return sum(found == outcome and kind == LETTER for found, kind in columns)


def _first_minute(record: RunRecord) -> list[float]:
    return [moment for moment in delivered_s(record) if moment < 60]
