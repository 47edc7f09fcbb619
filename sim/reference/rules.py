"""The rules of one provider, in the order in which its hosts ask them: of callers, of recipients, of letters."""

from collections.abc import Callable, Mapping
from functools import partial

from sim.reference.blocklist import Blocklist
from sim.reference.bucket import Buckets
from sim.reference.chance import Chance
from sim.reference.client import Client
from sim.reference.greylist import Greylist
from sim.reference.letter import Letter
from sim.reference.origin import IdentityCheck
from sim.reference.spam import SpamFilter
from sim.reference.standing import Standing
from sim.reference.visits import Visits
from sim.scenario.letters import Letters
from sim.scenario.provider import Provider
from sim.scenario.sender import Sender
from sim.vocabulary.outcomes import INBOX, SPAM
from sim.vocabulary.replies import (
    ACCEPTED,
    CONNECTING_TOO_OFTEN,
    NO_REVERSE_DNS,
    NO_REVERSE_DNS_YET,
    RATE_LIMITED,
    SPAM_REFUSED,
)

CallerRule = Callable[[Client, int], int]
"""Gives the reply to a client that calls now, ACCEPTED for nothing against it."""
LetterRule = Callable[[Client, Letter, int], int]
"""The same for a letter that a client brings."""
NAMELESS = {"put_off": NO_REVERSE_DNS_YET, "refused": NO_REVERSE_DNS}


class Rules:
    """What one provider asks; all of its hosts share the memory of it."""

    def __init__(
        self,
        provider: Provider,
        letters: Mapping[str, Letters],
        senders: Mapping[str, Sender],
        clients: list[Client],
        chance: Chance,
        seconds: Callable[[int], int],
    ) -> None:
        self._letters = letters
        self._chance = chance
        rate, letter_rate = provider.connection_rate, provider.letter_rate
        self.of_callers: list[CallerRule] = []
        if rate is not None:
            visits = Visits(rate.limit, rate.time_unit_us, CONNECTING_TOO_OFTEN, seconds)
            self.of_callers.append(visits.ask)
        self.of_messages: list[CallerRule] = []
        """Asked once for each message, before anything is asked of its recipients."""
        if letter_rate is not None:
            counted = Visits(letter_rate.limit, letter_rate.time_unit_us, RATE_LIMITED, seconds)
            self.of_messages.append(counted.ask)
        self.of_recipients: list[LetterRule] = []
        self.of_letters: list[LetterRule] = []
        self.lookup_us = 0
        """How long a host asks others before it answers the first recipient."""
        if provider.reverse_dns is not None and provider.reverse_dns.missing != "let_in":
            self.of_recipients.append(partial(_ask_for_a_name, NAMELESS[provider.reverse_dns.missing]))
        for settings in provider.blocklists:
            blocklist = Blocklist(settings)
            self.lookup_us += blocklist.answers_after_us
            self.of_recipients.append(blocklist.ask)
        if provider.greylisting is not None:
            self.of_recipients.append(Greylist(provider.greylisting).ask)
        for limit in provider.rate_limits:
            buckets = Buckets(limit)
            if limit.stage == "greeting":
                self.of_callers.append(buckets.ask_at_greeting)
            else:
                self._rules_at(limit.stage).append(buckets.ask)
        self._identity = None
        if provider.authentication is not None:
            self._identity = IdentityCheck(provider.authentication, letters, senders)
            self.of_letters.append(self._identity.ask)
        self._spam_filter = None
        if provider.content_filter is not None:
            self._spam_filter = SpamFilter(provider.content_filter, letters, chance)
            self.of_letters.append(self._ask_the_spam_filter)
        self.standing = None
        if provider.reputation is not None:
            self.standing = Standing(provider.reputation, clients)
            if provider.reputation.stage == "greeting":
                self.of_callers.append(self.standing.ask_at_greeting)
            else:
                self._rules_at(provider.reputation.stage).append(self.standing.ask)
        self.looks_at_letters = bool(self.of_letters) or self.standing is not None
        """Whether anything is asked, or remembered, of letters that are there."""

    def place(self, client: Client, letter: Letter, now: int) -> int:
        """Remember a letter that is taken now, and say where it shall lie, as an outcome."""
        if self.standing is not None:
            self.standing.accept(client, now)
            if self._chance.u("spam_trap", letter.key) < self._letters[letter.entry].spam_traps_ratio:
                self.standing.trap(client, now)
            if self._identity is not None and self._identity.nobody_vouches(client, letter):
                self.standing.fail_to_identify(client, now)
        place = INBOX if self._identity is None else self._identity.place(client, letter, now)
        if place == INBOX and self._spam_filter is not None:
            place = self._spam_filter.place(letter)
        if place != INBOX or self.standing is None:
            return place
        is_spam = self._chance.u("placed", letter.key) < self.standing.spam_share(client, now)
        return SPAM if is_spam else INBOX

    def _rules_at(self, stage: str) -> list[LetterRule]:
        return self.of_recipients if stage == "rcpt" else self.of_letters

    def _ask_the_spam_filter(self, client: Client, letter: Letter, now: int) -> int:
        assert self._spam_filter is not None
        return SPAM_REFUSED if self._spam_filter.refuses(letter) else ACCEPTED


def _ask_for_a_name(reply: int, client: Client, letter: Letter, now: int) -> int:
    return ACCEPTED if client.has_name else reply
