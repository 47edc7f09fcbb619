"""Turn away a sender, envelope sender and recipient that were never seen together, for a while.

From: smtp_server, which asks at RCPT.
To:   smtp_server, as a reply: 450 4.2.0 comes back later, or nothing against the letter.

A triplet is noted at its first visit. It is let in at the first visit that comes at least `delay` and at
most `retry_window` after that, and from then on at once. A visit after the window counts as a first one.
With `network: 24` all addresses of one network are one sender, so that a provider may retry from another
of them; a provider with several networks waits until it comes from one of them for the second time.

With `auto_allowlist` each address has a count of the triplets that were let in after a wait, of which only
one an hour counts; once it is reached, everything of the address is let in and leaves no trace. This goes by
address, also where the triplets go by network. With `forget_after` a triplet that was let in, and an address
that is counted, is forgotten when it was not seen for longer than that (an address is seen when it is
counted, and once an hour when its count lets it in).
See: RFC 6647; postgrey's source and its defaults (300 s, 2 days, /24, 5 clients, 35 days).
Left out: lists of clients and recipients that never wait; that postgrey takes dynamic addresses one by one,
and that it forgets at night only.
"""

from typing import Final

from sim.mail.policy.client_key import ClientKey, as_function
from sim.scenario.receiving_rules import Greylisting as GreylistingSettings
from sim.vocabulary.replies import ACCEPTED, GREYLISTED

_HOUR_US: Final = 3_600_000_000
_NEVER_US: Final = 1 << 62


class Greylisting:
    """The greylist of one provider, shared by its hosts.

    Args:
        settings: delay, retry window, and what else counts.
        client_key: the network of a client; asked where `network` is 24. Left out, each client is one of its own.
        reply: what a stranger gets, as a place in `REPLIES`.
    """

    def __init__(
        self, settings: GreylistingSettings, client_key: ClientKey | None = None, reply: int = GREYLISTED
    ) -> None:
        self._delay_us = settings.delay_us
        self._window_us = settings.retry_window_us
        self._forget_us = _NEVER_US if settings.forget_after_us is None else settings.forget_after_us
        self._enough = settings.auto_allowlist or 0
        self._key_of = as_function(client_key) if settings.network == 24 else None
        self._reply = reply
        self._first_seen_us: dict[int, int] = {}
        self._known_us: dict[int, int] = {}
        """When each triplet that was let in was seen last."""
        self._good: dict[int, tuple[int, int]] = {}
        """How many waits of each client ended well, and when it was seen last."""

    def ask(self, client: int, envelope: int, mailbox: int, now_us: int) -> int:
        """Answer one recipient; `envelope` stands for the envelope sender."""
        if self._enough and self._is_allowed(client, now_us):
            return ACCEPTED
        key = client if self._key_of is None else self._key_of(client)
        triplet = (key << 16 | envelope) << 32 | mailbox
        known_us = self._known_us.get(triplet)
        if known_us is not None:
            if now_us - known_us <= self._forget_us:
                self._known_us[triplet] = now_us
                return ACCEPTED
            del self._known_us[triplet]
        first_us = self._first_seen_us.get(triplet)
        if first_us is None or now_us - first_us > self._window_us:
            self._first_seen_us[triplet] = now_us
            return self._reply
        if now_us - first_us < self._delay_us:
            return self._reply
        del self._first_seen_us[triplet]
        self._known_us[triplet] = now_us
        if self._enough:
            self._count(client, now_us)
        return ACCEPTED

    def _is_allowed(self, client: int, now_us: int) -> bool:
        """Tell whether a client has earned its way in."""
        count, seen_us = self._good.get(client, (0, now_us))
        if now_us - seen_us > self._forget_us:
            del self._good[client]
            return False
        if count < self._enough:
            return False
        if now_us - seen_us >= _HOUR_US:
            self._good[client] = (count, now_us)
        return True

    def _count(self, client: int, now_us: int) -> None:
        """Count a wait that ended well, unless one was counted within the hour."""
        count, seen_us = self._good.get(client, (0, now_us - _HOUR_US))
        if now_us - seen_us >= _HOUR_US:
            self._good[client] = (count + 1, now_us)
