"""Limit how fast one client may bring letters: a token bucket.

From: smtp_server, which asks at RCPT.
To:   smtp_server, as a reply: 450 4.7.1 comes back later, or nothing against the letter.

Each client has a bucket that starts full with `burst` tokens and fills at `rate`. A letter takes one
token; an empty bucket refuses and takes none. Levels are whole millionths of a millionth of a token, so
that nothing is rounded.
See: RFC 5321 4.2 for the reply; Postfix's anvil(8) for the reply text's code.
Left out: buckets by netblock, domain or mailbox, and refusal at other stages.
"""

from typing import Final

from sim.scenario.provider import RateLimit as RateLimitSettings
from sim.vocabulary.replies import ACCEPTED, RATE_LIMITED

_TOKEN: Final = 10**12


class RateLimit:
    """The buckets of one provider, shared by its hosts.

    Args:
        settings: rate and burst.
    """

    def __init__(self, settings: RateLimitSettings) -> None:
        self._fill_per_us = round(settings.rate_per_s * 1_000_000)
        self._full = settings.burst * _TOKEN
        self._buckets: dict[int, tuple[int, int]] = {}

    def ask(self, client: int, envelope: int, mailbox: int, now_us: int) -> int:
        """Answer one recipient of a client."""
        level, last_us = self._buckets.get(client, (self._full, now_us))
        level += (now_us - last_us) * self._fill_per_us
        if level > self._full:
            level = self._full
        if level < _TOKEN:
            self._buckets[client] = (level, now_us)
            return RATE_LIMITED
        self._buckets[client] = (level - _TOKEN, now_us)
        return ACCEPTED
