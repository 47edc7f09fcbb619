"""All three checks of one letter, in the order in which a receiver makes them."""

from dataclasses import dataclass

from sim.mail.authentication.dkim import DkimResult, verify
from sim.mail.authentication.dmarc import DmarcResult, evaluate
from sim.mail.authentication.forwarding import Presented
from sim.mail.authentication.records import Asked, Question, Records
from sim.mail.authentication.spf import SpfResult, check_host, identity


@dataclass(frozen=True, slots=True)
class Authentication:
    """What a receiver found out about a letter.

    Attributes:
        spf: of the envelope's sender, or of the greeting where that is empty.
        dkim: for each signature.
        dmarc: of the domain in From.
        questions: what the receiver asked in all, in order, each question once.
    """

    spf: SpfResult
    dkim: tuple[DkimResult, ...]
    dmarc: DmarcResult
    questions: tuple[Question, ...]


def authenticate(letter: Presented, records: Records, draw: float) -> Authentication:
    """Check SPF, DKIM and DMARC of a letter.

    Args:
        letter: what it shows.
        records: who answers.
        draw: chance for `pct`, in [0, 1).

    Raises:
        ValueError: the address of the client is none.
    """
    asked = Asked(records)
    domain, sender = identity(letter.mail_from, letter.helo)
    spf = check_host(letter.ip, domain, sender, letter.helo, asked)
    dkim = tuple(verify(signature, asked) for signature in letter.signatures)
    dmarc = evaluate(letter.from_domain, spf.result, domain, dkim, asked, draw)
    return Authentication(spf, dkim, dmarc, asked.questions)
