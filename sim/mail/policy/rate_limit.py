"""Limit how fast one client may bring letters: a token bucket.

From: smtp_server, which asks at the greeting, at RCPT or at the final dot, as `stage` says.
To:   smtp_server, as a reply (450 4.7.1 comes back later, unless another one is set), or nothing against it.

Each key (an address, a netblock, a sending domain, or a mailbox, whoever writes to it) has a bucket that
starts full with `burst` tokens and fills at `rate`. A letter takes one token, at the greeting a connection
does; an empty bucket refuses and takes none. Levels are whole millionths of a millionth of a token, so
that nothing is rounded.

Several limits may stand side by side, each with its own buckets; a host asks them in turn and stops at the
first that refuses. So a letter that is refused takes no token from those after it. What it took from those
before it is gone: they count attempts, as Postfix's anvil does, and not deliveries. The same goes for a
letter that another rule refuses later.
With a `penalty` a refusal is followed by a time in which everything is refused, and which each further attempt
begins anew: who keeps knocking is never let in.
See: RFC 5321 4.2 for the reply; Postfix's anvil(8) and smtpd.c for 450 4.7.1; Gmail for the keys, 421 4.7.28
and the final dot.
Left out: quotas that start anew with each hour or day; 450 4.2.1, Gmail's answer for a mailbox.
"""

from typing import Final

from sim.mail.policy.client_key import ClientKey, as_function
from sim.scenario.receiving_rules import RateLimit as RateLimitSettings
from sim.vocabulary.replies import ACCEPTED, RATE_LIMITED

_TOKEN: Final = 10**12


class RateLimit:
    """The buckets of one limit of a provider, shared by its hosts.

    Args:
        settings: rate, burst and key.
        reply: what an empty bucket answers, as a place in `REPLIES`: `settings.reply_index`.
        client_key: the netblock or the sender of a client, where the key is one of those; else left out.
        mailbox_of: the mailbox of a row, where the key is `mailbox` and the limit is asked at the final dot.
    """

    def __init__(
        self,
        settings: RateLimitSettings,
        reply: int = RATE_LIMITED,
        client_key: ClientKey | None = None,
        mailbox_of: ClientKey | None = None,
    ) -> None:
        self._fill_per_us = round(settings.rate_per_s * 1_000_000)
        self._full = settings.burst * _TOKEN
        self._reply = reply
        self._by_mailbox = settings.key == "mailbox"
        self._key_of = as_function(client_key)
        self._mailbox_of = as_function(mailbox_of)
        self._buckets: dict[int, tuple[int, int]] = {}
        self._penalty_us = settings.penalty_us
        self._until_us: dict[int, int] = {}
        """Until when each key is refused whatever it brings."""

    def ask(self, client: int, envelope: int, mailbox: int, now_us: int) -> int:
        """Answer one recipient of a client."""
        key = mailbox if self._by_mailbox else client if self._key_of is None else self._key_of(client)
        return self._take(key, now_us)

    def ask_at_greeting(self, client: int, now_us: int) -> int:
        """Answer one connection of a client."""
        return self._take(client if self._key_of is None else self._key_of(client), now_us)

    def ask_at_dot(self, row: int, client: int, now_us: int) -> int:
        """Answer one letter, all of whose body is there."""
        if self._by_mailbox:
            if self._mailbox_of is None:
                raise ValueError("a limit for each mailbox must know the mailbox of a row: give mailbox_of")
            return self._take(self._mailbox_of(row), now_us)
        return self._take(client if self._key_of is None else self._key_of(client), now_us)

    def _take(self, key: int, now_us: int) -> int:
        """Take a token from a bucket, if there is one."""
        if self._penalty_us is not None and now_us < self._until_us.get(key, now_us):
            self._until_us[key] = now_us + self._penalty_us
            return self._reply
        level, last_us = self._buckets.get(key, (self._full, now_us))
        level += (now_us - last_us) * self._fill_per_us
        if level > self._full:
            level = self._full
        if level < _TOKEN:
            self._buckets[key] = (level, now_us)
            if self._penalty_us is not None:
                self._until_us[key] = now_us + self._penalty_us
            return self._reply
        self._buckets[key] = (level - _TOKEN, now_us)
        return ACCEPTED
