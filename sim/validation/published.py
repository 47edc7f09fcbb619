"""Figures that others have published, got again from real scenarios.

Golden retry times, window arithmetic and the measurements of a server that takes five connections are
Postfix's (its source, SCHEDULER_README); the round trips of a conversation follow from RFC 5321, 2920 and 3207
and from Postfix's connection cache. Each scenario switches off what the figure leaves out: the sender's machine
costs no time, and the road is as long as the figure wants it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sim.kernel.recorder import RunRecord
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.validation import published_full_queue
from sim.validation.row import Row, compared
from sim.vocabulary.connections import SUSPENDED

GOLDEN_RETRIES_MIN: Final[Mapping[int, tuple[float, ...]]] = {
    0: (0, 5, 10, 20, 40, 80, 150, 220, 290),
    60: (0, 6, 16, 36, 76, 146, 216),
    150: (0, 7.5, 17.5, 37.5, 77.5, 147.5),
}
"""Phase of the deferred scan in seconds -> minutes at which a letter that always gets a 450 is tried."""
GOLDEN_ATTEMPTS: Final[Mapping[int, int]] = {0: 108, 60: 107, 150: 107}
"""Phase of the deferred scan in seconds -> attempts before such a letter expires after 5 days."""
FAILURES_UNTIL_DEAD: Final = (
    (1, "1", 1, 1),
    (2, "1", 1, 2),
    (5, "1", 1, 3),
    (10, "1", 1, 7),
    (20, "1", 1, 13),
    (5, "1/concurrency", 1, 5),
    (20, "1/concurrency", 1, 20),
    (5, "1", 10, 12),
    (20, "1", 10, 26),
)
"""Window at first, negative feedback, cohort limit, and how many failures in a row make the destination dead."""
DELIVERIES_5_TO_20: Final = 15
ROUND_TRIPS: Final = (
    ("new connection, no TLS, no pipelining", False, None, False, 7),
    ("new connection, no TLS, pipelining", True, None, False, 5),
    ("new connection, STARTTLS and TLS 1.3, pipelining", True, "1.3", False, 8),
    ("new connection, STARTTLS and TLS 1.2, pipelining", True, "1.2", False, 9),
    ("new connection, STARTTLS and TLS 1.3, no pipelining", False, "1.3", False, 10),
    ("cached connection, pipelining", True, None, True, 3),
)
"""What, whether pipelining, which TLS, whether a connection is reused, and round trips to the 250 after the dot."""
FIVE_CONNECTIONS: Final = (("1/concurrency", 0.165), ("1/sqrt_concurrency", 0.245), ("1", 0.497))
"""Feedback, and the share of 2,000 letters that a server of five connections deferred (SCHEDULER_README)."""
FIVE_CONNECTIONS_BOUND: Final = 0.02
ONE_OF_TWO_DEAD_PER_S: Final = (
    (20, 3 * 3600, 1.3, "about 1.3; Postfix, QSHAPE_README"),
    (100, 3600, 100 * 2 / 30, "6 to 7 at most, 100 x 2 hosts / 30 s; Postfix, TUNING_README"),
)
"""Deliveries at once, how long to look, letters/s to two equal hosts of which one never answers for 30 s, source."""
_FIVE_CONNECTIONS_NOTE: Final = (
    "2,000 letters of 0.5 to 1.5 s, 1 s on average, so that no two end together; Postfix, SCHEDULER_README. The "
    "publication's arithmetic is that of its pseudo-code; mailsim follows today's source, whose rounding guard opens "
    "the window sooner and shuts it by two"
)

_SECOND: Final = 1_000_000
_MINUTE: Final = 60 * _SECOND


def rows(advance: Callable[[], None] | None = None) -> list[Row]:
    """Run every published check."""
    found: list[Row] = []
    for check in CHECKS:
        for row in check():
            found.append(row)
            if advance is not None:
                advance()
    return found


COUNT: Final = (
    2 * len(GOLDEN_ATTEMPTS)
    + len(FAILURES_UNTIL_DEAD)
    + 1
    + len(ROUND_TRIPS)
    + len(FIVE_CONNECTIONS)
    + published_full_queue.COUNT
    + len(ONE_OF_TWO_DEAD_PER_S)
)
"""How many rows `rows` gives."""


def _world(
    *,
    duration: str,
    times: int = 1,
    sender: Mapping[str, Any] | None = None,
    postconf: Mapping[str, Any] | None = None,
    provider: Mapping[str, Any] | None = None,
    round_trip: str = "0 s",
    jitter: str = "0 s",
    faults: Iterable[Mapping[str, Any]] = (),
) -> RunRecord:
    """Run a small world of one sender and one provider with `times` letters accepted at the very beginning."""
    return run_once(
        scenario_from_mapping(
            {
                "format": 1,
                "duration": duration,
                "senders": {
                    "school": {
                        "domain": "school.example",
                        "host": "instant",
                        "scan_phase": "0 s",
                        "postconf": dict(postconf or {}),
                        **(sender or {}),
                    }
                },
                "providers": {"office": {"domain": "office.example", **(provider or {})}},
                "default_road": {"round_trip": round_trip, "jitter": jitter, "bandwidth": "1000 Gbit/s"},
                "letters": {
                    "notice": {"from": "school", "times": ["0 s"] * times, "size": "2 kB", "to": "office"}
                },
                "faults": [dict(fault) for fault in faults],
            },
            stem="published",
        )
    )


def _retry_times() -> Iterable[Row]:
    for phase_s, golden_min in GOLDEN_RETRIES_MIN.items():
        record = _world(
            duration="6 d",
            sender={"scan_phase": f"{phase_s} s"},
            provider={"greylisting": {"delay": "30 d", "retry_window": "60 d"}},
        )
        letters, activated = record.attempts["letter"], record.attempts["activated_us"]
        tried_min = [activated[row] / _MINUTE for row, letter in enumerate(letters) if letter == 0]
        error = max(abs(a - b) for a, b in zip(golden_min, tried_min, strict=False))
        yield Row(
            "published",
            f"retry times with scans at {phase_s} s: try number {len(golden_min)}, min",
            golden_min[-1],
            tried_min[len(golden_min) - 1],
            error,
            1 / 60,
            error <= 1 / 60,
            "largest error over all tries up to this one, in minutes; Postfix, qmgr_active.c",
        )
        yield compared(
            "published",
            f"attempts before a letter expires, scans at {phase_s} s",
            GOLDEN_ATTEMPTS[phase_s],
            len(tried_min),
            0,
            "maximal_queue_lifetime 5 d",
        )


def _windows() -> Iterable[Row]:
    for window, feedback, cohort_limit, golden in FAILURES_UNTIL_DEAD:
        record = _world(
            duration="10 min",
            times=200,
            postconf={
                "initial_destination_concurrency": window,
                "default_destination_concurrency_negative_feedback": feedback,
                "default_destination_concurrency_failed_cohort_limit": cohort_limit,
            },
            # Different round trips let one failure come after the other.
            round_trip="100 ms",
            jitter="100 ms",
            faults=[{"at": "0 s", "for": "10 min", "where": "providers.office", "what": "down"}],
        )
        yield compared(
            "published",
            f"failures until a destination is dead: window {window}, feedback {feedback}, cohort limit {cohort_limit}",
            golden,
            _failures_before_suspension(record),
            0,
            "Postfix, qmgr_queue.c",
        )
    record = _world(
        duration="10 min", times=200, provider={"accept_time": "1 s"}, round_trip="10 ms", jitter="100 ms"
    )
    yield compared(
        "published",
        "deliveries until the window has grown from 5 to 20",
        DELIVERIES_5_TO_20,
        _deliveries_before(record, 20),
        0,
        "Postfix, qmgr_queue.c",
    )


def _failures_before_suspension(record: RunRecord) -> int:
    ended, connection = record.attempts["ended_us"], record.attempts["connection"]
    dead_us = min(moment for moment, kind in zip(ended, connection, strict=True) if kind == SUSPENDED)
    return sum(
        moment <= dead_us and kind != SUSPENDED for moment, kind in zip(ended, connection, strict=True)
    )


def _deliveries_before(record: RunRecord, wanted: int) -> int:
    """Count the deliveries that had ended when `wanted` first went on side by side."""
    began, ended = record.attempts["handed_us"], record.attempts["ended_us"]
    # At one moment an end comes before the beginnings that it makes room for.
    moments = sorted([(moment, 1) for moment in began] + [(moment, 0) for moment in ended])
    under_way = done = 0
    for _, begins in moments:
        under_way += 1 if begins else -1
        done += not begins
        if under_way == wanted:
            return done
    return -1


def _round_trips() -> Iterable[Row]:
    for what, pipelining, tls, reused, golden in ROUND_TRIPS:
        record = _world(
            duration="10 min",
            times=3 if reused else 1,
            sender={"tls": tls or "none"},
            postconf={"initial_destination_concurrency": 1, "default_destination_concurrency_limit": 1},
            provider={"pipelining": pipelining, "tls": tls is not None},
            round_trip="100 ms",
        )
        # The first letter opens a connection, the second shows that letters follow each other, the third reuses.
        row = len(record.attempts) - 1
        took_us = record.attempts["ended_us"][row] - record.attempts["handed_us"][row]
        yield compared(
            "published",
            f"round trips to the 250 after the dot: {what}",
            golden,
            took_us / 100_000,
            0,
            "RFC 5321, 2920, 3207",
        )


def _five_connections() -> Iterable[Row]:
    for feedback, published in FIVE_CONNECTIONS:
        record = _world(
            duration="3 h",
            times=2000,
            postconf={
                "default_destination_concurrency_positive_feedback": feedback,
                "default_destination_concurrency_negative_feedback": feedback,
                # The published figure counts first tries only.
                "queue_run_delay": "10000s",
            },
            # Real deliveries do not march in step; if they did, several failures would come at one moment.
            provider={"connection_limit": {"total": 5}, "accept_time": {"uniform": ["500 ms", "1500 ms"]}},
            round_trip="1 ms",
        )
        yield compared(
            "published",
            f"share deferred by a server that takes 5 connections, feedback {feedback}",
            published,
            _refused_at_first(record) / 2000,
            FIVE_CONNECTIONS_BOUND,
            _FIVE_CONNECTIONS_NOTE,
        )


def _refused_at_first(record: RunRecord) -> int:
    first_end: dict[int, tuple[int, bool]] = {}
    delivered = record.letters["delivered_us"]
    for letter, ended_us in zip(record.attempts["letter"], record.attempts["ended_us"], strict=True):
        # A first try that delivered ends with the letter's delivery; any other first try was a deferral.
        known = first_end.get(letter)
        if known is None or ended_us < known[0]:
            first_end[letter] = (ended_us, 0 <= delivered[letter] <= ended_us)
    return sum(not delivered_at_once for _, delivered_at_once in first_end.values())


def _one_of_two_dead() -> Iterable[Row]:
    """Two equal MX hosts, one of which never answers: every second attempt first waits 30 s for it."""
    for at_once, duration_s, published, source in ONE_OF_TWO_DEAD_PER_S:
        yield compared(
            "published",
            f"two equal MX hosts, one dead, {at_once} deliveries at once: letters/s",
            published,
            _to_one_of_two(at_once, duration_s),
            0.05,
            f"{source}; connection cache off",
            relative=True,
        )


def _to_one_of_two(at_once: int, duration_s: int) -> float:
    record = _world(
        duration=f"{duration_s} s",
        times=1_000 * at_once,
        postconf={
            "smtp_connection_cache_on_demand": False,
            "smtp_destination_concurrency_limit": at_once,
            "qmgr_message_active_limit": 1_000 * at_once,
        },
        provider={"mx": [{"host": "mx1"}, {"host": "mx2"}]},
        round_trip="20 ms",
        jitter="20 ms",
        faults=[{"at": "0 s", "for": "4 h", "where": "providers.office.mx2", "what": "silent"}],
    )
    delivered_us = sorted(moment for moment in record.letters["delivered_us"] if moment >= 0)
    # The window is open after ten minutes, and letters still wait at the end: over 10,000 have gone by then,
    # so that which host came first, a coin for each, hardly matters.
    steady = [moment for moment in delivered_us if 10 * _MINUTE <= moment < duration_s * _SECOND]
    return len(steady) / (duration_s - 10 * 60)


CHECKS: Final[tuple[Callable[[], Iterable[Row]], ...]] = (
    _retry_times,
    _windows,
    _round_trips,
    _five_connections,
    published_full_queue.rows,
    _one_of_two_dead,
)
"""The groups of published figures, each with a run or some of its own."""
