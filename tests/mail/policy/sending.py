"""Senders for the tests of reputation: so many letters over a time, and those of them that are let in."""

from collections.abc import Iterable

from sim.mail.policy.reputation import Reputation
from sim.vocabulary.replies import ACCEPTED

DAY = 86_400_000_000
HOUR = DAY // 24
ONE = [0]
"""One sender with one address."""


def evenly(count: int, over_us: int, begin_us: int = 0) -> Iterable[int]:
    return (begin_us + before * over_us // count for before in range(count))


def taken(rule: Reputation, times_us: Iterable[int], client: int = 0) -> list[int]:
    """Send a letter at each time and give the times of those that were let in."""
    let_in = []
    for at_us in times_us:
        if rule.ask(client, at_us) == ACCEPTED:
            rule.accepted(client, at_us)
            let_in.append(at_us)
    return let_in
