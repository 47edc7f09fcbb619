"""How many round trips a letter costs (RFC 5321, 2920, 3207, 8446), and what else takes time on its way."""

import pytest

from sim.vocabulary.connections import NEW, REUSED
from sim.vocabulary.stages import END_OF_DATA
from tests.reference.small import MS, S, letter, run_small

ROUND_TRIP = 20 * MS


@pytest.mark.parametrize(
    ("round_trips", "pipelining", "offers_tls", "tls"),
    [
        (7, False, False, "1.3"),
        (5, True, False, "1.3"),
        (8, True, True, "1.3"),
        (9, True, True, "1.2"),
        (10, False, True, "1.3"),
        (5, True, True, "none"),
    ],
)
def test_a_new_connection_costs_so_many_round_trips(
    round_trips: int, pipelining: bool, offers_tls: bool, tls: str
) -> None:
    result = run_small(
        {
            "providers.office.pipelining": pipelining,
            "providers.office.tls": offers_tls,
            "senders.school.tls": tls,
        }
    )
    attempt = letter(result).attempts[0]
    assert round_trips * ROUND_TRIP == attempt.ended_us
    assert (attempt.connection, attempt.stage) == (NEW, END_OF_DATA)
    # The last hop brings the answer back.
    assert letter(result).delivered_us == attempt.ended_us - ROUND_TRIP // 2


def test_a_reused_connection_costs_three_round_trips() -> None:
    result = run_small(
        {
            "letters.notice.times": ["0 s", "0 s", "0 s"],
            "senders.school.postconf": {"initial_destination_concurrency": 1},
            "senders.school.postconf.default_destination_concurrency_limit": 1,
        }
    )
    attempts = [letter(result, number).attempts[0] for number in (1, 2, 3)]
    # Only what follows upon work is parked: the second letter asks for it, the third finds it.
    assert [attempt.connection for attempt in attempts] == [NEW, NEW, REUSED]
    assert attempts[2].ended_us - attempts[2].handed_us == 3 * ROUND_TRIP
    assert attempts[2].setup_us == 1 * ROUND_TRIP
    assert attempts[1].setup_us == 3 * ROUND_TRIP


def test_each_piece_of_work_takes_its_time_once() -> None:
    result = run_small(
        {
            "letters.notice.size": "10 kB",
            "letters.notice.count": 1,
            "letters.notice.times": None,
            "default_road.bandwidth": "8 Mbit/s",
            "senders.school.host": {
                "commit_time": "7 s",
                "import_time": "11 s",
                "serial_time": "13 s",
                "letter_time": "17 s",
                "process_start": "19 s",
            },
            "providers.office": {
                "domain": "office.example",
                "banner_delay": "1 min",
                "command_time": "100 s",
                "accept_time": "500 s",
                "delivery": {"time": "10 s"},
            },
        }
    )
    only = letter(result)
    attempt = only.attempts[0]
    assert only.accepted_us == 7 * S
    assert attempt.activated_us == (7 + 11) * S
    assert attempt.handed_us == (7 + 11 + 13 + 19) * S
    # Letter time, banner, EHLO; then MAIL with RCPT, DATA, the letter's bytes, and the answer.
    assert attempt.setup_us == (17 + 60 + 100) * S + 3 * ROUND_TRIP
    transfer_us = 10 * MS
    assert 3 * 100 * S + transfer_us + 500 * S + 2 * ROUND_TRIP == (
        attempt.ended_us - attempt.handed_us - attempt.setup_us
    )
    assert only.ended_us == only.delivered_us + 10 * S


def test_the_answers_of_the_directory_come_before_the_call() -> None:
    result = run_small(
        {
            "senders.school.resolver": "campus",
            "resolvers.campus": {"lookup_time": "30 ms", "hit_time": "1 ms"},
            "providers.office.mx": [{"host": "mx1"}, {"host": "mx2", "preference": 20}],
            "letters.notice.times": ["0 s", "10 ms", "10 s"],
        }
    )
    first, second, third = (letter(result, number).attempts[0] for number in (1, 2, 3))
    # One question for the MX records, one for each host.
    assert (first.dns_us, first.dns_queries) == (91 * MS, 3)
    # The second letter comes while these are under way, and waits for the same answers.
    assert (second.dns_us, second.dns_queries) == (81 * MS, 0)
    assert (third.dns_us, third.dns_queries) == (1 * MS, 0)
    assert first.ended_us == 5 * ROUND_TRIP + 91 * MS


@pytest.mark.parametrize(
    ("kilobytes", "flights"), [(14.6, 0), (14.7, 1), (43.8, 1), (43.9, 2), (102.2, 2), (102.3, 3)]
)
def test_a_body_starts_slowly(kilobytes: float, flights: int) -> None:
    """TCP sends 10 segments of 1460 bytes, then 20, 40, ... (RFC 6928, RFC 5681): 14.6, 43.8, 102.2 kB in 1, 2, 3.

    Over a road without end of bandwidth a body takes a round trip more for each flight but its first.
    """
    result = run_small(
        {"letters.notice.size": f"{round(kilobytes * 1000)} B", "default_road.bandwidth": "1000 Gbit/s"}
    )
    ended_us = letter(result).attempts[0].ended_us
    assert ended_us - (5 + flights) * ROUND_TRIP in range(2)


def test_a_body_is_no_faster_than_its_road() -> None:
    """At 8 Mbit/s a byte takes 1 us, and 20 ms hold 20 kB: after the first flight of 14.6 kB the road is full."""
    result = run_small({"letters.notice.size": "100 kB", "default_road.bandwidth": "8 Mbit/s"})
    assert letter(result).attempts[0].ended_us == 5 * ROUND_TRIP + ROUND_TRIP + (100_000 - 14_600)
