"""A provider's post office: its counters, the rules that all of them share, and its PO boxes."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from simpy import Event, Resource

from sim.kernel.draws import KIND_OFFSET, MASK
from sim.kernel.variates import sample_us
from sim.reference.chance import Chance
from sim.reference.clock import Clock
from sim.reference.counter import Counter
from sim.reference.letter import Letter
from sim.reference.records import PlainCopy
from sim.scenario.provider import Provider
from sim.scenario.receiving_rules import RateLimit
from sim.vocabulary.kinds import DUPLICATE
from sim.vocabulary.outcomes import INBOX
from sim.vocabulary.replies import ACCEPTED, GREYLISTED, MAILBOX_UNAVAILABLE, RATE_LIMITED, UNKNOWN_USER

TOKEN = 10**12
"""A token bucket counts in millionths of millionths, so that it fills by whole numbers each microsecond."""


@dataclass(slots=True)
class _Acquaintance:
    """What the greylist knows of a (sender, envelope sender, recipient)."""

    first_seen_us: int
    passed: bool = False


class _Bucket:
    """A token bucket of one sender: a letter takes a token or is told to come later."""

    def __init__(self, limit: RateLimit) -> None:
        self._full = limit.burst * TOKEN
        self._a_microsecond = round(limit.rate_per_s * 1e6)
        self._level = self._full
        self._seen_us = 0

    def take(self, now: int) -> bool:
        """Take a token if there is one."""
        self._level = min(self._full, self._level + (now - self._seen_us) * self._a_microsecond)
        self._seen_us = now
        if self._level < TOKEN:
            return False
        self._level -= TOKEN
        return True


class PostOffice:
    """One provider."""

    def __init__(self, env: Clock, name: str, provider: Provider, hosts: list[str], chance: Chance) -> None:
        self.settings = provider
        self.counters = [
            Counter(env, name, mx, hosts.index(f"{name}.{mx.host}"), provider) for mx in provider.mx
        ]
        self._env = env
        self._chance = chance
        self._greylist: dict[tuple[str, str, int], _Acquaintance] = {}
        self._buckets: dict[str, _Bucket] = {}
        workers = provider.delivery.workers
        self._carriers = None if workers is None else Resource(env, workers)

    def judge(self, letter: Letter, attempt: int) -> int:
        """Ask the rules in order, as a recipient is named."""
        if self._is_greylisted(letter):
            return GREYLISTED
        if self._is_too_fast(letter):
            return RATE_LIMITED
        if self._chance.u("temporary_failure", letter.key, attempt) < self.settings.temporary_failures_ratio:
            return MAILBOX_UNAVAILABLE
        if letter.unknown_user or letter.user_filter:
            return UNKNOWN_USER
        return ACCEPTED

    def check(self, letter: Letter, attempt: int, counter: Counter) -> Generator[Event, Any, None]:
        """Have the letter looked through at the host, before it is accepted."""
        checking = self.settings.checking
        if checking is None or counter.checkers is None:
            return
        with counter.checkers.request() as checker:
            yield checker
            yield self._env.timeout(sample_us(checking.time, self._chance.u("checking", letter.key, attempt)))

    def deliver(self, letter: Letter) -> Generator[Event, Any, None]:
        """Carry an accepted letter to its PO box."""
        yield from self._carry(letter.key)
        letter.record.outcome = INBOX
        letter.record.ended_us = self._env.now

    def deliver_again(self, letter: Letter, copy: PlainCopy) -> Generator[Event, Any, None]:
        """Carry one more copy of a letter to its PO box."""
        yield from self._carry((letter.key + DUPLICATE * KIND_OFFSET) & MASK)
        copy.ended_us = self._env.now

    def _carry(self, key: int) -> Generator[Event, Any, None]:
        service = sample_us(self.settings.delivery.time, self._chance.u("delivery", key))
        if self._carriers is None:
            yield self._env.timeout(service)
        else:
            with self._carriers.request() as carrier:
                yield carrier
                yield self._env.timeout(service)

    def _is_greylisted(self, letter: Letter) -> bool:
        """Ask an unknown (sender, envelope sender, recipient) to come again, neither soon nor late."""
        rule = self.settings.greylisting
        if rule is None:
            return False
        now = self._env.now
        who = (letter.sender, letter.entry, letter.record.mailbox)
        known = self._greylist.get(who)
        if known is None:
            self._greylist[who] = _Acquaintance(now)
            return True
        if known.passed:
            return False
        if now - known.first_seen_us > rule.retry_window_us:
            known.first_seen_us = now
            return True
        known.passed = now - known.first_seen_us >= rule.delay_us
        return not known.passed

    def _is_too_fast(self, letter: Letter) -> bool:
        limit = self.settings.rate_limit
        if limit is None:
            return False
        if letter.sender not in self._buckets:
            self._buckets[letter.sender] = _Bucket(limit)
        return not self._buckets[letter.sender].take(self._env.now)
