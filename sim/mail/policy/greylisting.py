"""Turn away a sender, envelope sender and recipient that were never seen together, for a while.

From: smtp_server, which asks at RCPT.
To:   smtp_server, as a reply: 450 4.2.0 comes back later, or nothing against the letter.

A triplet is noted at its first visit. It is let in at the first visit that comes at least `delay` and at
most `retry_window` after that, and from then on at once. A visit after the window counts as a first one.
See: RFC 6647; postgrey's defaults (300 s, 2 days).
Left out: the /24 of the client, forgetting after 35 days, the allowlist that a good client earns.
"""

from sim.scenario.provider import Greylisting as GreylistingSettings
from sim.vocabulary.replies import ACCEPTED, GREYLISTED

_PASSED = -1


class Greylisting:
    """The greylist of one provider, shared by its hosts.

    Args:
        settings: delay and retry window.
    """

    def __init__(self, settings: GreylistingSettings) -> None:
        self._delay_us = settings.delay_us
        self._window_us = settings.retry_window_us
        self._first_seen_us: dict[int, int] = {}

    def ask(self, client: int, envelope: int, mailbox: int, now_us: int) -> int:
        """Answer one recipient; `envelope` stands for the envelope sender."""
        triplet = (client << 16 | envelope) << 32 | mailbox
        first_us = self._first_seen_us.get(triplet)
        if first_us == _PASSED:
            return ACCEPTED
        if first_us is None or now_us - first_us > self._window_us:
            self._first_seen_us[triplet] = now_us
            return GREYLISTED
        if now_us - first_us < self._delay_us:
            return GREYLISTED
        self._first_seen_us[triplet] = _PASSED
        return ACCEPTED
