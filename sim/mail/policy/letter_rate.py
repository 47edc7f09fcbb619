"""Limit how many letters one client may bring within a time, as Postfix's anvil counts them.

From: smtp_server, which asks before the first RCPT (Postfix at MAIL, which is the same to the client).
To:   smtp_server, as a reply: 450 4.7.1 comes back later, or nothing against the letter.

A client's first letter begins a window. Letters are counted, each once however many recipients it has, those that are
refused as well, and more than `limit` of them are refused until the window is over and a letter begins the next one.
The clock shows whole seconds.
See: connection_rate for how anvil counts; smtpd_client_message_rate_limit and anvil_rate_time_unit in postconf(5).
Left out: that connections begin the same window; clients that are exempt.
"""

from typing import Final

from sim.scenario.receiving_rules import LetterRate as LetterRateSettings
from sim.vocabulary.replies import ACCEPTED, RATE_LIMITED

_SECOND_US: Final = 1_000_000


class LetterRate:
    """The counts of one provider.

    Args:
        settings: the limit and the time in which it holds.
        epoch_us: the run's time 0 by the wall clock, whose seconds count.
    """

    def __init__(self, settings: LetterRateSettings, epoch_us: int = 0) -> None:
        self._epoch_us = epoch_us
        self._limit = settings.limit
        self._unit_us = settings.time_unit_us
        self._windows: dict[int, tuple[int, int]] = {}
        """The beginning of each client's window, and how many letters it has counted."""

    def ask(self, client: int, now_us: int) -> int:
        """Answer one letter of a client."""
        now_us += self._epoch_us
        now_us -= now_us % _SECOND_US
        begin_us, count = self._windows.get(client, (now_us, 0))
        if now_us - begin_us > self._unit_us:
            begin_us, count = now_us, 0
        self._windows[client] = (begin_us, count + 1)
        return ACCEPTED if count < self._limit else RATE_LIMITED
