"""The rules of one provider in the order in which its hosts ask them: what a receiving MTA has on its desk.

Part of smtp_server, whose hosts share it. At the greeting it looks at the client; at RCPT at client, envelope sender
and recipient; at the final dot at the letter as a whole, and then at where it shall lie.
"""

from collections.abc import Sequence

from sim.kernel.world import World
from sim.mail.desk import Desk
from sim.mail.handoff import BodyRule, RecipientRule, SortsLetters
from sim.mail.policy.content_filter import ContentFilter
from sim.mail.policy.greylisting import Greylisting
from sim.mail.policy.rate_limit import RateLimit
from sim.scenario.provider import Provider


def desk_of(provider: Provider, world: World, spam_ratios: Sequence[float]) -> Desk:
    """Give the rules of a provider.

    Args:
        provider: its settings.
        world: the run.
        spam_ratios: share of spam, entry by entry of `letters:`.
    """
    recipient: list[RecipientRule] = []
    body: list[BodyRule] = []
    sorts: SortsLetters | None = None
    if provider.greylisting is not None:
        recipient.append(Greylisting(provider.greylisting).ask)
    if provider.rate_limit is not None:
        recipient.append(RateLimit(provider.rate_limit).ask)
    if provider.content_filter is not None:
        found = ContentFilter(provider.content_filter, world.letters, spam_ratios, world.draws)
        body.append(found.ask)
        sorts = found.sort
    return Desk((), recipient, body, sorts)
