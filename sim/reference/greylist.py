"""The greylist: strangers are asked to come again, neither soon nor late (postgrey)."""

from dataclasses import dataclass

from sim.reference.client import Client
from sim.reference.letter import Letter
from sim.scenario.receiving_rules import Greylisting
from sim.vocabulary.replies import ACCEPTED, GREYLISTED

HOUR_US = 3_600_000_000


@dataclass(slots=True)
class _Acquaintance:
    """What is known of a (client, envelope sender, recipient)."""

    first_seen_us: int
    passed: bool = False
    last_seen_us: int = 0


@dataclass(slots=True)
class _Record:
    """How often a client has waited well."""

    waits: int
    last_seen_us: int


class Greylist:
    """The greylist of one provider."""

    def __init__(self, rule: Greylisting) -> None:
        self._rule = rule
        self._known: dict[tuple[Client | str, str, int], _Acquaintance] = {}
        self._records: dict[Client, _Record] = {}

    def ask(self, client: Client, letter: Letter, now: int) -> int:
        """Answer a letter."""
        return GREYLISTED if self._holds_back(client, letter, now) else ACCEPTED

    def _holds_back(self, client: Client, letter: Letter, now: int) -> bool:
        rule = self._rule
        if rule.auto_allowlist is not None and self._is_on_the_allowlist(client, rule.auto_allowlist, now):
            return False
        who = client.network if rule.network == 24 else client
        key = (who, letter.entry, letter.record.mailbox)
        known = self._known.get(key)
        if known is None or (known.passed and self._is_forgotten(known.last_seen_us, now)):
            self._known[key] = _Acquaintance(now)
            return True
        known.last_seen_us = now
        if known.passed:
            return False
        waited = now - known.first_seen_us
        if waited > rule.retry_window_us:
            known.first_seen_us = now
            return True
        if waited < rule.delay_us:
            return True
        known.passed = True
        if rule.auto_allowlist is not None:
            self._count_a_wait(client, now)
        return False

    def _is_on_the_allowlist(self, client: Client, enough: int, now: int) -> bool:
        record = self._records.get(client)
        if record is None:
            return False
        if self._is_forgotten(record.last_seen_us, now):
            del self._records[client]
            return False
        if record.waits < enough:
            return False
        if now - record.last_seen_us >= HOUR_US:
            record.last_seen_us = now
        return True

    def _count_a_wait(self, client: Client, now: int) -> None:
        """Count a wait that ended well, one an hour."""
        record = self._records.get(client)
        if record is None:
            self._records[client] = _Record(1, now)
        elif now - record.last_seen_us >= HOUR_US:
            record.waits += 1
            record.last_seen_us = now

    def _is_forgotten(self, last_seen_us: int, now: int) -> bool:
        most = self._rule.forget_after_us
        return most is not None and now - last_seen_us > most
