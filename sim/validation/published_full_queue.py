"""What Postfix's scheduler document measured with a busy server: connections that nobody takes up.

A server of five processes takes two seconds for each message of two recipients; a client has twenty deliveries at
once. Five are served and some stand in the server's accept queue; the others wait for a connection that does not
come, or for a greeting. See SCHEDULER_README, "Results for delivery to concurrency limited servers".
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, NamedTuple

from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.validation.row import Row, compared
from sim.vocabulary.replies import ACCEPTED


class Server(NamedTuple):
    """A server whose accept queue is full: how long that is, what it does then, and how many recipients it got."""

    name: str
    accept_queue: int
    when_full: str
    recipients: int
    bound: float


FREEBSD: Final = Server("30 s connect time-out", 7, "drop", 2_000, 0.02)
"""FreeBSD lets one and a half times the backlog of 5 wait, and drops what is more."""
LINUX: Final = Server("300 s greeting time-out", 6, "half_open", 20_000, 0.002)
"""Linux of that time let one more than the backlog wait, and answered what was more and forgot it."""

DEFERRED: Final = (
    (FREEBSD, "1/concurrency", False, 0.099),
    (FREEBSD, "1/concurrency", True, 0.103),
    (FREEBSD, "1/sqrt_concurrency", False, 0.104),
    (FREEBSD, "1/sqrt_concurrency", True, 0.106),
    (FREEBSD, "1", False, 0.101),
    (FREEBSD, "1", True, 0.108),
    (LINUX, "1/concurrency", False, 0.0116),
    (LINUX, "1/concurrency", True, 0.0136),
    (LINUX, "1/sqrt_concurrency", False, 0.0121),
    (LINUX, "1/sqrt_concurrency", True, 0.0136),
    (LINUX, "1", False, 0.0118),
    (LINUX, "1", True, 0.0139),
)
"""Server, feedback, whether connections are kept, and the share of recipients that were deferred."""
COUNT: Final = len(DEFERRED)
_NOTE: Final = (
    "Postfix, SCHEDULER_README: 20 deliveries at once, 5 server processes, 1 s a recipient, 2 a delivery"
)

_REASON: Final = (
    "a connection that is kept is used for 300 s, as long as a client waits for its greeting: here nobody in line "
    "comes up before he gives up. In the measurement about a third did; what let them in was not published"
)


def rows() -> Iterable[Row]:
    """Send as many recipients to each server as its table did, and count who was deferred."""
    for server, feedback, keeps, published in DEFERRED:
        row = compared(
            "published",
            f"share deferred by a full accept queue, {server.name}, feedback {feedback}, "
            f"connections {'kept' if keeps else 'not kept'}",
            published,
            _deferred(server, feedback, keeps),
            server.bound,
            _NOTE,
        )
        yield row if row.ok else replace(row, reason=_REASON)


def _deferred(server: Server, feedback: str, keeps: bool) -> float:
    """Give the share of recipients whose first try failed; the deferred queue is not looked at before the end."""
    record = run_once(
        scenario_from_mapping(
            {
                "format": 1,
                "duration": "5 h",
                "senders": {
                    "client": {
                        "domain": "client.example",
                        "host": "instant",
                        "tls": "none",
                        "scan_phase": "5 h",
                        "postconf": {
                            "smtp_destination_recipient_limit": 2,
                            "smtp_destination_concurrency_limit": 20,
                            "initial_destination_concurrency": 20,
                            "default_destination_concurrency_positive_feedback": feedback,
                            "default_destination_concurrency_negative_feedback": feedback,
                            "smtp_connection_cache_on_demand": keeps,
                        },
                    }
                },
                "providers": {
                    "server": {
                        "domain": "server.example",
                        "accept_time": "2 s",
                        "server_processes": {
                            "limit": 5,
                            "accept_queue": server.accept_queue,
                            "when_full": server.when_full,
                        },
                    }
                },
                "default_road": {"round_trip": "1 ms", "bandwidth": "1000 Gbit/s"},
                "letters": {
                    "notice": {
                        "from": "client",
                        "count": server.recipients // 1000,
                        "recipients": 1000,
                        "size": "2 kB",
                        "to": "server",
                    }
                },
            },
            stem="published",
        )
    )
    refused: int = sum(reply != ACCEPTED for reply in record.attempts["reply"])
    return refused / server.recipients
