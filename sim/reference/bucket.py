"""Token buckets (rate limits): a letter or a connection takes a token, or is told to come later."""

from collections.abc import Hashable

from sim.reference.client import Client
from sim.reference.letter import Letter
from sim.scenario.receiving_rules import RateLimit
from sim.vocabulary.replies import ACCEPTED

TOKEN = 10**12
"""A token bucket counts in millionths of millionths, so that it fills by whole numbers each microsecond."""


class _Bucket:
    """The bucket of one who is counted."""

    def __init__(self, limit: RateLimit) -> None:
        self._full = limit.burst * TOKEN
        self._a_microsecond = round(limit.rate_per_s * 1e6)
        self._level = self._full
        self._seen_us = 0
        self._penalty_us = limit.penalty_us
        self._penalty_until_us = 0

    def take(self, now: int) -> bool:
        """Take a token if there is one, and no penalty to sit out."""
        self._level = min(self._full, self._level + (now - self._seen_us) * self._a_microsecond)
        self._seen_us = now
        if self._level >= TOKEN and now >= self._penalty_until_us:
            self._level -= TOKEN
            return True
        if self._penalty_us is not None:
            self._penalty_until_us = now + self._penalty_us
        return False


class Buckets:
    """One limit of a provider: a bucket for each who is counted."""

    def __init__(self, limit: RateLimit) -> None:
        self._limit = limit
        self._reply = limit.reply_index
        self._buckets: dict[Hashable, _Bucket] = {}

    def ask(self, client: Client, letter: Letter, now: int) -> int:
        """Answer a letter."""
        return self._take(letter.record.mailbox if self._limit.key == "mailbox" else self._key(client), now)

    def ask_at_greeting(self, client: Client, now: int) -> int:
        """Answer a connection."""
        return self._take(self._key(client), now)

    def _key(self, client: Client) -> Hashable:
        keys: dict[str, Hashable] = {"ip": client, "netblock": client.network, "domain": client.domain}
        return keys[self._limit.key]

    def _take(self, key: Hashable, now: int) -> int:
        if key not in self._buckets:
            self._buckets[key] = _Bucket(self._limit)
        return ACCEPTED if self._buckets[key].take(now) else self._reply
