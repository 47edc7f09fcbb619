"""Limit how many letters one client may bring within a time, as Postfix's anvil counts them.

From: smtp_server, which asks before the first RCPT (Postfix at MAIL, which is the same to the client).
To:   smtp_server, as a reply: 450 4.7.1 comes back later, or nothing against the letter.

A client's first letter begins a window. Letters are counted, each once however many recipients it has, those that are
refused as well, and more than `limit` of them are refused until the window is over and a letter begins the next one.
The clock shows whole seconds.
See: connection_rate for how anvil counts; smtpd_client_message_rate_limit and anvil_rate_time_unit in postconf(5).
Left out: that connections begin the same window; clients that are exempt.
"""

from sim.mail.policy.anvil import Anvil
from sim.scenario.receiving_rules import LetterRate as LetterRateSettings
from sim.vocabulary.replies import ACCEPTED, RATE_LIMITED


class LetterRate:
    """The counts of one provider.

    Args:
        settings: the limit and the time in which it holds.
        epoch_us: the run's time 0 by the wall clock, whose seconds count.
    """

    def __init__(self, settings: LetterRateSettings, epoch_us: int = 0) -> None:
        self._limit = settings.limit
        self._counts = Anvil(settings.time_unit_us, epoch_us)

    def ask(self, client: int, now_us: int) -> int:
        """Answer one letter of a client."""
        return ACCEPTED if self._counts.count(client, now_us) <= self._limit else RATE_LIMITED
