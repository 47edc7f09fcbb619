"""What the hosts of one provider ask of clients, recipients and letters, stage by stage.

Data that assembly makes; smtp_server asks it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.mail.handoff import (
    BodyRule,
    ConnectionRule,
    KnowsStandings,
    RecipientRule,
    RemembersSenders,
    SortsLetters,
)


@dataclass(frozen=True)
class Desk:
    """The rules, stage by stage.

    Attributes:
        greeting: asked when a connection comes.
        recipient: asked at RCPT.
        body: asked at the final dot.
        sorts: decides where an accepted letter lies; None is the inbox for all.
        lookup_us: how long the host asks others about a client before it answers the first RCPT.
        hears: told of users that do not exist and of complaints; None where nobody remembers.
        memory: how each client stands; None likewise.
        envelope: asked once for each letter, however many recipients it has; None where nobody counts letters.
    """

    greeting: Sequence[ConnectionRule] = ()
    recipient: Sequence[RecipientRule] = ()
    body: Sequence[BodyRule] = ()
    sorts: SortsLetters | None = None
    lookup_us: int = 0
    hears: RemembersSenders | None = None
    memory: KnowsStandings | None = None
    envelope: ConnectionRule | None = None
