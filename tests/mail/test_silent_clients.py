"""Clients that connect and say nothing, and how long a host's processes wait for them."""

from typing import Any

from sim.results.audit import audit
from tests.mail.town import HOP, MS, S, run

GREETED_TO_ACCEPTED = 60 * MS
"""From the moment at which a process takes a connection up: greeting, EHLO, envelope and body, six hops."""


def accepted_us(count: int, processes: dict[str, Any], **silent: Any) -> int:
    """Give when a letter was accepted that comes at 1 s, when silent clients have been there from 0 on."""
    result = run(
        {
            "duration": "2 h",
            "senders.school.postconf.smtp_helo_timeout": "2000s",
            "providers.office.server_processes": processes,
            "letters.notice.times": ["1 s"],
            "silent_clients": {"robots": {"from": "school", "to": "office", "count": count, **silent}},
        }
    )
    assert audit(result.record).failures == ()
    return result.letter().delivered_us


def test_a_process_waits_300_s_for_a_silent_client() -> None:
    assert accepted_us(2, {"limit": 2, "stress_mode": False}) == 300 * S + GREETED_TO_ACCEPTED


def test_who_is_taken_up_when_all_processes_are_busy_gets_10_s() -> None:
    """STRESS_README: 300 s without stress, 10 s with it. Only the last of the two was taken up under stress."""
    assert accepted_us(2, {"limit": 2}) == 10 * S + GREETED_TO_ACCEPTED


def test_a_process_that_is_free_serves_at_once() -> None:
    assert accepted_us(2, {"limit": 3}) == S + 3 * HOP + GREETED_TO_ACCEPTED


def test_silent_clients_wait_in_the_accept_queue_like_everybody() -> None:
    """Two processes, 5 s for each: of three or four of them those who wait are taken up at 5 s."""
    processes = {"limit": 2, "stress_mode": False, "silence_timeout": "5 s"}
    assert accepted_us(3, processes) == 5 * S + GREETED_TO_ACCEPTED
    assert accepted_us(4, processes) == 10 * S + GREETED_TO_ACCEPTED


def test_who_returns_stands_behind_those_who_wait() -> None:
    """One process: each time that it hangs up, the letter's connection is the next in line."""
    processes = {"limit": 1, "stress_mode": False, "silence_timeout": "5 s"}
    assert accepted_us(1, processes, returns=True) == 5 * S + GREETED_TO_ACCEPTED
    assert accepted_us(2, processes, returns=True) == 10 * S + GREETED_TO_ACCEPTED


def test_a_host_without_a_limit_of_processes_does_not_notice() -> None:
    result = run({"silent_clients": {"robots": {"from": "school", "to": "office", "count": 50}}})
    assert result.letter().delivered_us == 90 * MS
