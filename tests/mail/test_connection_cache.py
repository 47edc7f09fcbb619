"""Connections kept for the next letter: only after back-to-back work, for 2 s idle and 300 s in all."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.kernel.alarm import ring_once
from sim.kernel.clock import Clock
from sim.mail.connection_cache import ConnectionCache
from sim.mail.delivery import Connection
from sim.mail.smtp_server import SmtpServer
from sim.vocabulary.connections import NEW, REUSED
from tests.mail.town import HOP, MS, ONE_AT_A_TIME, ROUND_TRIP, S, run, times

# A letter of 10 MB takes 10 s over 8 Mbit/s: while it is under way its destination is remembered.
BUSY_ELSEWHERE: dict[str, Any] = {
    "default_road.bandwidth": "8 Mbit/s",
    "letters.big": {"from": "school", "to": "office", "size": "10 MB", "times": ["0 s"]},
}


def kinds(at: list[float], changes: dict[str, Any] | None = None) -> list[int]:
    """Give how the letters handed in at the given seconds travelled."""
    result = run({**BUSY_ELSEWHERE, "letters.notice.times": times(*at), **(changes or {})})
    return [result.first(number).connection for number in range(1, len(at) + 1)]


@pytest.mark.parametrize(("third", "how"), [(3.29, REUSED), (3.31, NEW)])
def test_an_idle_connection_is_kept_for_two_seconds(third: float, how: int) -> None:
    """The second letter, at 1.2 s, ends at 1.3 s (five round trips): idle until 3.3 s."""
    assert kinds([1, 1.2, third]) == [NEW, NEW, how]


def test_a_time_limit_of_five_seconds_is_kept_too() -> None:
    limit = {"senders.school.postconf": {"smtp_connection_cache_time_limit": 5}}
    assert kinds([1, 1.2, 6.29], limit) == [NEW, NEW, REUSED]
    assert kinds([1, 1.2, 6.31], limit) == [NEW, NEW, NEW]


@pytest.mark.parametrize(("second", "how"), [(2.999, REUSED), (3, NEW)])
def test_caching_begins_with_a_letter_selected_by_the_next_whole_second(second: float, how: int) -> None:
    """The first letter ends in second 1: one selected in second 2 is back to back, in second 3 it is not.

    So the second letter's connection is kept, or is not, which the third letter, 200 ms later, finds.
    """
    assert kinds([1, second, second + 0.2]) == [NEW, NEW, how]


def test_without_on_demand_caching_every_letter_opens_a_connection() -> None:
    off = {"senders.school.postconf": {"smtp_connection_cache_on_demand": "no"}}
    assert kinds([1, 1.2, 1.4, 1.6], off) == [NEW] * 4


def test_a_burst_within_the_initial_concurrency_caches_nothing() -> None:
    """Five letters at once go side by side; none follows upon another."""
    result = run({"letters.notice.times": times(0, 0, 0, 0, 0)})
    assert [attempt.connection for attempt in result.attempts()] == [NEW] * 5
    # Their sender closes at 100 ms, the host knows half a round trip later.
    assert {attempt.ended_us for attempt in result.attempts()} == {5 * ROUND_TRIP}


def test_a_connection_is_reused_for_300_s_after_it_was_opened() -> None:
    """One letter after another, 10 s each at the host: the first two are new, as the second asks for caching.

    The second letter's connection opens three hops (30 ms) after its start; it ends at start + 10.1 s, and
    each reuse takes 10.06 s. At the end of the k-th reuse the connection is 10.07 + 10.06 k seconds old:
    301.87 s with k = 29, so it serves 29 reuses (28 of them end before 300 s), and letter 32 is new.
    """
    changes = {
        **ONE_AT_A_TIME,
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 70},
        "providers.office.accept_time": "10 s",
    }
    result = run(changes)
    new = [number for number in range(1, 71) if result.first(number).connection == NEW]
    assert new == [1, 2, 32, 62]


def test_no_connection_that_is_stored_is_older_than_its_reuse_limit() -> None:
    """A law, on a busy morning: before each reuse less than 20 s had passed since the connection opened."""
    changes = {
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 400},
        "providers.office.accept_time": {"exponential": "3 s"},
        "senders.school.postconf": {"smtp_connection_reuse_time_limit": 20},
    }
    attempts = run(changes).attempts()
    opened = sum(attempt.connection == NEW for attempt in attempts)
    # Each connection works for at most 20 s and one letter more, 3.06 s on the average; the 400 letters
    # take 1200 s of the hosts' time, so at least 1200 / (20 + 3.06 + more) of them are needed.
    assert 1200 / 30 < opened < 200
    assert sum(attempt.connection == REUSED for attempt in attempts) == 400 - opened


def test_a_reused_connection_saves_what_a_new_one_costs() -> None:
    """Round trips: 7 or 5 for a new one; 3 for a reused one: RSET, MAIL with RCPT and DATA, the dot."""
    at_once = {"letters.notice.times": times(0, 0, 0), **ONE_AT_A_TIME}
    result = run(at_once)
    took = [result.first(n).ended_us - result.first(n).handed_us for n in (1, 2, 3)]
    assert took == [5 * ROUND_TRIP, 5 * ROUND_TRIP, 3 * ROUND_TRIP]
    assert result.first(3).setup_us == 1 * ROUND_TRIP


def test_a_connection_kept_for_one_provider_is_not_used_for_another() -> None:
    changes = {
        **ONE_AT_A_TIME,
        "providers.webmail": {"domain": "webmail.example"},
        "letters.notice.times": times(0, 0, 0),
        "letters.other": {"from": "school", "to": "webmail", "size": "1 B", "times": ["200 ms"]},
    }
    result = run(changes)
    assert result.first(3).connection == REUSED
    assert (result.first(entry="other").connection, result.first(entry="other").setup_us) == (NEW, 60 * MS)


def test_a_connection_that_lies_idle_too_long_is_closed_and_the_host_sees_it_a_hop_later() -> None:
    """Two sessions in a row; the second is kept, expires 2 s after its end, and the host sees it a hop later.

    The host counts the first from 30 ms to 110 ms and the second from 130 ms to 2,210 ms.
    """
    result = run({**ONE_AT_A_TIME, "duration": "6 s", "letters.notice.times": times(0, 0)})
    before_us, connected_us = 0, 0.0
    for row_us, name, mean in zip(
        *(result.record.series.columns[name] for name in ("at_us", "name", "mean")), strict=True
    ):
        if result.record.names.series[name] == "office.mx.connections":
            connected_us += mean * (row_us - before_us)
            before_us = row_us
    first = 100 * MS + HOP - 3 * HOP
    second = 200 * MS + 2 * S + HOP - (100 * MS + 3 * HOP)
    assert round(connected_us) == first + second


@dataclass(frozen=True)
class Host:
    """A host as far as the cache knows one."""

    preference: int

    def session(self) -> None:
        """It limits nothing that a connection brings."""


FIRST, SECOND = Host(10), Host(20)
BY_NAME, BY_HOST, ALTERNATE, TAKE, TAKE_TO_SECOND = range(5)


@given(st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 4)), max_size=25))
def test_names_come_first_then_hosts_of_best_preference_and_nothing_after_its_time(
    steps: list[tuple[int, int]],
) -> None:
    """Against a list: the youngest that fits and is not older than 2 s.

    A connection to a host that was only an alternate is found by who looks for that host, and by nobody else.
    """
    env = Clock()
    closed: list[int] = []
    cache = ConnectionCache(env, 2000, 10, lambda connection, at_us: closed.append(connection.opened_us))
    kept: list[tuple[int, int, int]] = []
    gone: list[int] = []
    now = 0

    def expected(*kinds: int) -> int | None:
        for kind in kinds:
            for one in reversed(kept):
                if one[2] == kind:
                    kept.remove(one)
                    return one[0]
        return None

    for number, (gap, action) in enumerate(steps):
        now += gap + 1

        def step(_: object, number: int = number, action: int = action) -> None:
            gone.extend(one[0] for one in kept if one[1] <= env.now)
            kept[:] = [one for one in kept if one[1] > env.now]
            if action in (TAKE, TAKE_TO_SECOND):
                to_second = action == TAKE_TO_SECOND
                taken = cache.take_to(cast(SmtpServer, SECOND), env.now) if to_second else cache.take(env.now)
                fits = (ALTERNATE,) if to_second else (BY_NAME, BY_HOST)
                assert (None if taken is None else taken.opened_us) == expected(*fits)
                return
            host = SECOND if action == ALTERNATE else FIRST
            cache.store(Connection(cast(SmtpServer, host), 0, number), env.now, by_name=action == BY_NAME)
            kept.append((number, env.now + 2000, action))

        ring_once(env, now, step)
    env.run(until=now + 5000)
    assert closed == gone + [number for number, _, _ in kept]
    assert all(earlier < later for earlier, later in pairwise(closed))


GREYLISTED_BY_BOTH: dict[str, Any] = {
    **ONE_AT_A_TIME,
    "providers.office": {
        "domain": "office.example",
        "mx": [{"host": "mx1", "preference": 10}, {"host": "mx2", "preference": 20}],
        "greylisting": "4 min",
    },
}


def test_an_alternate_s_connection_does_not_draw_later_letters_away_from_the_first_host() -> None:
    """Each letter is told 450 by mx1 and then by mx2; each begins with mx1, over the connection that was kept.

    From the third letter on both connections are there: RSET, MAIL with RCPT, twice, is four round trips.
    """
    result = run({**GREYLISTED_BY_BOTH, "letters.notice.times": times(0, 0, 0, 0)})
    took = [result.first(number).ended_us - result.first(number).handed_us for number in (1, 2, 3, 4)]
    assert took == [8 * ROUND_TRIP, 8 * ROUND_TRIP, 4 * ROUND_TRIP, 4 * ROUND_TRIP]
    hosts = result.record.names.hosts
    assert {hosts[result.first(number).host] for number in (1, 2, 3, 4)} == {"office.mx2"}
