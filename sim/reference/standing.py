"""A sender's standing (reputation): what a provider remembers of it, and what comes of that.

Sums that fade; their laws stand in `sim.scenario.reputation` and in the manual page of reputation.
"""

from dataclasses import dataclass
from math import exp, log

from sim.reference.client import Client
from sim.reference.letter import Letter
from sim.scenario.reputation import Reputation
from sim.vocabulary.replies import ACCEPTED

DAY_US = 86_400_000_000
DAY_S = 86_400


@dataclass(slots=True)
class _Memory:
    """What is remembered of one address or one domain, as it was at the last event."""

    letters: float = 0.0
    """Accepted letters, half of which are forgotten after each half-life."""
    today: float = 0.0
    judged: float = 0.0
    complaints: float = 0.0
    unknown: float = 0.0
    blame: float = 0.0
    seen_us: int = 0


class Standing:
    """The memories of one provider; where an address and a domain have one each, the worse one counts."""

    def __init__(self, settings: Reputation, clients: list[Client]) -> None:
        self._settings = settings
        self._half_life = settings.half_life_us / DAY_US
        self._judged_over = settings.judged_over_us / DAY_US
        self._forgotten_a_day = log(2) / self._half_life
        self._headroom = 1 + log(settings.growth_per_day) / self._forgotten_a_day
        self._of_address: dict[Client, _Memory] = {}
        self._of_domain: dict[str, _Memory] = {}
        for client in clients:
            a_day = settings.known_per_s.get(client.sender, 0.0) * DAY_S
            fellows = sum(other.sender == client.sender and not other.comes_later for other in clients)
            self._of_address[client] = self._steady(0.0 if client.comes_later else a_day / fellows)
            if client.domain not in self._of_domain:
                senders = {each.sender for each in clients if each.domain == client.domain}
                known = sum(settings.known_per_s.get(name, 0.0) for name in senders)
                self._of_domain[client.domain] = self._steady(known * DAY_S)

    def ask(self, client: Client, letter: Letter, now: int) -> int:
        """Answer one more letter."""
        return self.ask_at_greeting(client, now)

    def ask_at_greeting(self, client: Client, now: int) -> int:
        """Answer one more letter, or one more connection; a refusal is held against the client, too."""
        memories = self._memories(client)
        reply = ACCEPTED
        if min(self._standing(memory, now) for memory in memories) < self._settings.refused_below_ratio:
            reply = self._settings.refused_index
        elif not all(self._has_room(memory, now) for memory in memories):
            reply = self._settings.too_fast_index
        if reply != ACCEPTED:
            self.complain(client, self._settings.pushing_complaints, now)
        return reply

    def spam_share(self, client: Client, now: int) -> float:
        """Give the share of accepted letters that goes to the spam folder."""
        low, high = self._settings.refused_below_ratio, self._settings.spam_below_ratio
        standing = min(self._standing(memory, now) for memory in self._memories(client))
        return min(1.0, max(0.0, (high - standing) / (high - low)))

    def accept(self, client: Client, now: int) -> None:
        """Remember a letter that was taken."""
        for memory in self._memories(client):
            self._fade(memory, now)
            memory.letters += 1
            memory.today += 1
            memory.judged += 1

    def complain(self, client: Client, weight: float, now: int) -> None:
        """Remember something that weighs as many complaints."""
        for memory in self._memories(client):
            self._fade(memory, now)
            memory.complaints += weight
            self._blame(memory)

    def trap(self, client: Client, now: int) -> None:
        """Remember a letter to a spam trap."""
        self.complain(client, self._settings.trap_complaints, now)

    def fail_to_identify(self, client: Client, now: int) -> None:
        """Remember a letter for which nobody vouches."""
        self.complain(client, self._settings.unauthenticated_complaints, now)

    def miss(self, client: Client, now: int) -> None:
        """Remember a letter to nobody."""
        for memory in self._memories(client):
            self._fade(memory, now)
            memory.unknown += 1
            self._blame(memory)

    def _memories(self, client: Client) -> list[_Memory]:
        address, domain = self._of_address[client], self._of_domain[client.domain]
        return {"ip": [address], "domain": [domain], "both": [address, domain]}[self._settings.kept_by]

    def _steady(self, a_day: float) -> _Memory:
        """Give the memory of one that has brought so many a day for ever."""
        return _Memory(letters=a_day / self._forgotten_a_day, today=a_day, judged=a_day * self._judged_over)

    def _fade(self, memory: _Memory, now: int) -> None:
        days = (now - memory.seen_us) / DAY_US
        memory.seen_us = now
        memory.letters *= 2 ** (-days / self._half_life)
        memory.blame *= 2 ** (-days / self._half_life)
        memory.today *= exp(-days)
        for name in ("judged", "complaints", "unknown"):
            setattr(memory, name, getattr(memory, name) * exp(-days / self._judged_over))

    def _blame(self, memory: _Memory) -> None:
        """Hold against one what the proportions deserve."""
        settings = self._settings
        complaints = _between(
            memory.complaints / max(memory.judged, settings.fewest_letters),
            settings.harmless_complaints_ratio,
            settings.fatal_complaints_ratio,
        )
        unknown = _between(
            memory.unknown / max(memory.judged + memory.unknown, settings.fewest_letters),
            settings.harmless_unknown_users_ratio,
            settings.fatal_unknown_users_ratio,
        )
        memory.blame = max(memory.blame, 1 - (1 - complaints) * (1 - unknown))

    def _standing(self, memory: _Memory, now: int) -> float:
        return 1 - memory.blame * 2 ** (-(now - memory.seen_us) / DAY_US / self._half_life)

    def _has_room(self, memory: _Memory, now: int) -> bool:
        days = (now - memory.seen_us) / DAY_US
        letters = memory.letters * 2 ** (-days / self._half_life)
        today = memory.today * exp(-days)
        usual = self._forgotten_a_day / (1 - self._forgotten_a_day) * (letters - today)
        stranger = self._settings.stranger_per_s * DAY_S
        allowance = self._standing(memory, now) * (stranger + self._headroom * usual)
        return today + 1 <= allowance


def _between(value: float, harmless: float, fatal: float) -> float:
    """Give 0 up to the harmless proportion, 1 from the fatal one on, and a straight line between."""
    return min(1.0, max(0.0, (value - harmless) / (fatal - harmless)))
