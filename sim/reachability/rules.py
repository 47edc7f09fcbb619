"""Letters that no rule lets through: the sender's own, the provider's, and the length of the road."""

from collections.abc import Iterator
from typing import Final

from sim.reachability.finding import Finding
from sim.reachability.timetable import first_submission_us, submitted_too_late
from sim.reachability.ways import road_of
from sim.scenario.schema import Scenario
from sim.scenario.sender import Sender
from sim.scenario.volume import expected_letters
from sim.units import format_duration, format_rate, format_size

_S: Final = 1_000_000


def of_stream(scenario: Scenario, name: str) -> Iterator[Finding]:
    """Yield what holds for all letters of a stream, wherever they go."""
    letters = scenario.letters[name]
    end_us, first_us = scenario.duration_us, first_submission_us(letters)
    sender = scenario.senders[letters.sender]
    if first_us >= end_us:
        times = {"found": format_duration(first_us), "expected": format_duration(end_us)}
        yield Finding("reach_after_the_end", name, None, True, times)
        return
    late = submitted_too_late(letters, end_us)
    if late:
        fields = {"count": f"{late:,}", "expected": format_duration(end_us)}
        yield Finding("reach_some_after_the_end", name, None, False, fields)
    limit = sender.postconf.message_size_limit
    if limit and letters.size.median_bytes > limit and letters.size.p90_bytes is None:
        fields = {"found": format_size(letters.size.median_bytes), "expected": format_size(limit)}
        yield Finding("reach_too_big", name, None, True, fields)
    elif limit and letters.size.p90_bytes is not None and letters.size.p90_bytes > limit:
        fields = {"found": format_size(letters.size.p90_bytes), "expected": format_size(limit)}
        yield Finding("reach_many_too_big", name, None, False, fields)
    if sender.outbound_port_25 == "blocked" and all(scenario.providers[to].port == 25 for to in letters.to):
        yield Finding("reach_port_25_blocked", name, None, True, {"sender": letters.sender})
    if letters.unknown_users_ratio == 1:
        yield Finding("reach_all_unknown", name, None, True)


def of_provider(scenario: Scenario, name: str, provider_name: str) -> Iterator[Finding]:
    """Yield the provider's rules that let nothing through."""
    letters, provider = scenario.letters[name], scenario.providers[provider_name]
    if provider.user_filter_ratio == 1:
        yield Finding("reach_all_filtered", name, provider_name, True)
    elif letters.unknown_users_ratio < 1 and provider.user_filter_ratio + letters.unknown_users_ratio > 0.5:
        yield Finding("reach_many_filtered", name, provider_name, False)
    if provider.temporary_failures_ratio == 1:
        yield Finding("reach_all_fail", name, provider_name, True)
    disk = provider.disk
    if disk is not None and disk.free_bytes <= disk.refuses_at_bytes:
        fields = {"found": format_size(disk.free_bytes), "expected": format_size(disk.refuses_at_bytes)}
        yield Finding("reach_disk_full", name, provider_name, True, fields)
    yield from _greylisting(scenario, name, provider_name)


def _greylisting(scenario: Scenario, name: str, provider_name: str) -> Iterator[Finding]:
    letters, rule = scenario.letters[name], scenario.providers[provider_name].greylisting
    if rule is None:
        return
    left_us = scenario.duration_us - first_submission_us(letters)
    delay = format_duration(rule.delay_us)
    if rule.delay_us >= left_us:
        fields = {"found": delay, "expected": format_duration(left_us)}
        yield Finding("reach_greylisted_to_the_end", name, provider_name, True, fields)
        return
    if letters.arrival == "everyday":
        return  # another letter to the same mailbox may have opened the door
    sender = scenario.senders[letters.sender]
    first_us, any_us = _waits_us(sender)
    if _tries_once(sender) or first_us >= left_us:
        yield Finding("reach_no_second_attempt", name, provider_name, True, {"found": delay})
    elif any_us > rule.retry_window_us:
        window = format_duration(rule.retry_window_us)
        back = any_us if sender.retry is not None else any_us + 2 * _S
        fields = {"found": format_duration(back), "expected": window}
        yield Finding("reach_retried_too_late", name, provider_name, True, fields)


def _waits_us(sender: Sender) -> tuple[int, int]:
    """Return what a letter waits at least after its first attempt, and what after any."""
    if sender.retry is not None:
        steps = sender.retry.steps
        return steps[0].every_us, min(step.every_us for step in steps)
    # Postfix's whole seconds make its shortest backoff up to two seconds less
    shortest_us = (sender.postconf.minimal_backoff_time - 2) * _S
    return shortest_us, shortest_us


def _tries_once(sender: Sender) -> bool:
    return sender.retry is None and sender.postconf.maximal_queue_lifetime == 0


def too_many(scenario: Scenario, name: str, provider_name: str) -> Iterator[Finding]:
    """Yield a warning where a provider's rate limit is too low for a stream, even if it were alone."""
    limit, letters = scenario.providers[provider_name].rate_limit, scenario.letters[name]
    if limit is None:
        return
    seconds = (scenario.duration_us - first_submission_us(letters)) / _S
    wanted = expected_letters(scenario, name) * letters.to[provider_name]
    most = limit.burst + limit.rate_per_s * seconds
    if letters.arrival != "everyday" and wanted > most:
        fields = {
            "found": format_rate(limit.rate_per_s),
            "count": f"{most:,.0f}",
            "expected": f"{wanted:,.0f}",
        }
        yield Finding("reach_rate_too_low", name, provider_name, False, fields)


def too_far(scenario: Scenario, name: str, provider_name: str) -> Iterator[Finding]:
    """Yield a road that is too long for any letter to be at its other end in time."""
    letters = scenario.letters[name]
    left_us = scenario.duration_us - first_submission_us(letters)
    shortest_us = _shortest_us(scenario, letters.sender, provider_name)
    if shortest_us >= left_us:
        fields = {"found": format_duration(left_us), "expected": format_duration(shortest_us)}
        yield Finding("reach_no_time", name, provider_name, True, fields)


def _shortest_us(scenario: Scenario, sender: str, provider: str) -> int:
    """Return a time that no letter can beat: five half round trips on a connection that is open already."""
    road = road_of(scenario, sender, provider)
    named = scenario.roads.get(road.removeprefix("roads.")) if road.startswith("roads.") else None
    round_trip_us = named.round_trip_us if named is not None else scenario.default_road.round_trip_us
    return round_trip_us // 2 * 5
