"""A bucket of tokens: never more letters than burst + rate x time, and none refused that would fit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.mail.policy.rate_limit import RateLimit
from sim.scenario.receiving_rules import RateLimit as Settings
from sim.vocabulary.replies import ACCEPTED, RATE_LIMITED
from tests.mail.town import ALL_AT_ONCE, S, run

RATES = st.integers(1, 2_000).map(lambda milli: milli / 1000)
GAPS_US = st.lists(st.one_of(st.integers(0, 50_000), st.integers(0, 5 * S)), max_size=60)


def accepted_at(gaps_us: list[int], rate_per_s: float, burst: int) -> list[tuple[int, bool]]:
    """Give the moments of all letters, and whether each was taken."""
    limit = RateLimit(Settings(rate_per_s=rate_per_s, burst=burst))
    at_us, answers = 0, []
    for gap_us in gaps_us:
        at_us += gap_us
        answers.append((at_us, limit.ask(0, 0, 0, at_us) == ACCEPTED))
    return answers


@given(GAPS_US, RATES, st.integers(1, 10))
def test_n_letters_never_exceed_burst_plus_rate_times_time(
    gaps_us: list[int], rate_per_s: float, burst: int
) -> None:
    """In every stretch of time, to the last millionth of a letter: the rate is whole micro-letters a second."""
    taken = [at_us for at_us, was_taken in accepted_at(gaps_us, rate_per_s, burst) if was_taken]
    rate = Fraction(round(rate_per_s * 1_000_000), 1_000_000)
    for first, begin_us in enumerate(taken):
        for last in range(first, len(taken)):
            span_s = Fraction(taken[last] - begin_us, S)
            assert last - first + 1 <= burst + rate * span_s


@given(GAPS_US, RATES, st.integers(1, 10))
def test_the_bucket_takes_the_same_letters_as_the_virtual_schedule_of_telephony(
    gaps_us: list[int], rate_per_s: float, burst: int
) -> None:
    """ITU-T I.371, generic cell rate algorithm: with interval T = 1/rate and tolerance (burst - 1) T a cell
    conforms unless it comes before its theoretical time less the tolerance."""
    interval = 1 / Fraction(round(rate_per_s * 1_000_000), 1_000_000)
    tolerance = (burst - 1) * interval
    theoretical = Fraction(0)
    for at_us, was_taken in accepted_at(gaps_us, rate_per_s, burst):
        at = Fraction(at_us, S)
        conforms = at >= theoretical - tolerance
        assert was_taken is conforms
        if conforms:
            theoretical = max(at, theoretical) + interval


def test_a_refused_letter_takes_nothing() -> None:
    """Asking ten times a second, at 1/s with a burst of 1, gets one letter through each second."""
    answers = accepted_at([100_000] * 100, rate_per_s=1, burst=1)
    assert [at_us // 100_000 for at_us, was_taken in answers if was_taken] == list(range(1, 101, 10))


def test_each_client_has_a_bucket_of_its_own() -> None:
    limit = RateLimit(Settings(rate_per_s=1, burst=1))
    assert [limit.ask(client, 0, 0, 0) for client in (0, 0, 1)] == [ACCEPTED, RATE_LIMITED, ACCEPTED]


def test_all_entries_and_mailboxes_of_a_client_share_its_bucket() -> None:
    limit = RateLimit(Settings(rate_per_s=1, burst=2))
    assert [limit.ask(0, n, n, 0) for n in range(3)] == [ACCEPTED, ACCEPTED, RATE_LIMITED]


@pytest.mark.parametrize(("burst", "at_once"), [(1, 1), (10, 10), (1000, 100)])
def test_of_a_hundred_letters_at_once_the_burst_is_taken(burst: int, at_once: int) -> None:
    """All are there within the same millisecond; at 1/h no token comes back meanwhile."""
    changes = {
        **ALL_AT_ONCE,
        "duration": "4 min",
        "providers.office.rate_limit": {"rate": "1/h", "burst": burst},
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 100},
    }
    replies = [attempt.reply for attempt in run(changes).attempts()]
    assert (replies.count(ACCEPTED), replies.count(RATE_LIMITED)) == (at_once, 100 - at_once)


def test_the_hosts_of_a_provider_share_one_bucket() -> None:
    changes = {
        **ALL_AT_ONCE,
        "duration": "4 min",
        "providers.office.mx": [{"host": "mx1"}, {"host": "mx2"}],
        "providers.office.rate_limit": {"rate": "1/h", "burst": 10},
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 100},
    }
    attempts = run(changes).attempts()
    assert {attempt.host for attempt in attempts} == {0, 1}
    assert [attempt.reply for attempt in attempts].count(ACCEPTED) == 10


def test_letters_through_the_whole_engine_keep_to_the_rate() -> None:
    """300 letters at 3/s meet 2/s with a burst of 20: never more than 20 + 2 t in any stretch of time.

    RCPT is judged 20 ms before the delivery (the dot comes 20 ms later over this road). The last letter is
    judged 99.67 s after the first, so 20 + 2 * 99.67 = 219 are taken in the first round; the other 81
    come back at scans, all at once, and of each such wave the bucket's 20 are taken: 4 * 20 + 1.
    """
    changes = {
        **ALL_AT_ONCE,
        "duration": "3 h",
        "providers.office.rate_limit": {"rate": "2/s", "burst": 20},
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 300, "pace": "3/s"},
    }
    result = run(changes)
    delivered = [letter.delivered_us for letter in result.letters.values()]
    taken = sorted(at_us - 20_000 for at_us in delivered if at_us >= 0)
    assert sum(at_us < 200 * S for at_us in taken) == 219
    waves = [sum(300 * S * scan <= at_us < 300 * S * (scan + 1) for at_us in taken) for scan in range(1, 36)]
    assert [wave for wave in waves if wave] == [20, 20, 20, 20, 1]
    for first in range(0, 300, 7):
        for last in range(first, 300):
            assert last - first + 1 <= 20 + 2 * (taken[last] - taken[first]) / S + 1e-9
