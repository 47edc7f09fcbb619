"""What the hosts of one provider ask of clients, recipients and letters, stage by stage.

Data that assembly makes; smtp_server asks it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.mail.handoff import BodyRule, ConnectionRule, RecipientRule, SortsLetters


@dataclass(frozen=True)
class Desk:
    """The rules, stage by stage.

    Attributes:
        greeting: asked when a connection comes.
        recipient: asked at RCPT.
        body: asked at the final dot.
        sorts: decides where an accepted letter lies; None is the inbox for all.
    """

    greeting: Sequence[ConnectionRule] = ()
    recipient: Sequence[RecipientRule] = ()
    body: Sequence[BodyRule] = ()
    sorts: SortsLetters | None = None
