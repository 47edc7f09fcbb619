"""Turn away a part of all attempts by chance: a receiving side that is not quite well.

From: smtp_server, which asks at RCPT.
To:   smtp_server, as a reply: 450 4.2.1 comes back later, or nothing against the letter.

Each attempt of a letter is turned away with the same probability, whatever happened to those before it. The
draw belongs to the attempt, so a second host of the provider says in the same attempt what the first one
said.
See: RFC 5321 4.2.3 for 450; RFC 3463 3.3 for x.2.1.
Left out: trouble that lasts (see `faults`), and trouble with one mailbox only.
"""

from sim.kernel.draws import uniform
from sim.vocabulary.replies import ACCEPTED, MAILBOX_UNAVAILABLE


class TemporaryFailures:
    """The temporary failures of one provider.

    Args:
        ratio: share of attempts that are turned away.
        base: base of the draws.
    """

    def __init__(self, ratio: float, base: int) -> None:
        self._ratio = ratio
        self._base = base

    def ask(self, key: int, attempt: int) -> int:
        """Answer one attempt of a letter."""
        return MAILBOX_UNAVAILABLE if uniform(self._base, key, attempt) < self._ratio else ACCEPTED
