"""Decide where an accepted letter lies, and remember how its sender behaved.

Part of smtp_server's desk: what authenticity, content and reputation say is put together here. The first that does not
say inbox decides. What is remembered of a sender is told to its reputation at that moment: a letter more, one to a
trap, one that nothing vouches for, before it is decided where it lies; and later, when a reader reports it, a
complaint.
"""

from collections.abc import Sequence

from sim.kernel.draws import uniform
from sim.kernel.world import World
from sim.mail.policy.authenticity import Authenticity
from sim.mail.policy.content_filter import ContentFilter
from sim.mail.policy.reputation import Reputation
from sim.vocabulary.outcomes import INBOX, SPAM


class Placement:
    """The last look of one provider at letters.

    Args:
        world: the run.
        authenticity: who vouches for a letter; None where nobody asks.
        content: the filter; None where there is none.
        reputation: what is remembered of senders; None where nothing is.
        traps: share of addresses that are traps, entry by entry.
    """

    def __init__(
        self,
        world: World,
        authenticity: Authenticity | None,
        content: ContentFilter | None,
        reputation: Reputation | None,
        traps: Sequence[float],
    ) -> None:
        self._letters = world.letters
        self._authenticity, self._content, self._reputation = authenticity, content, reputation
        self._traps = traps
        self._trap_base = world.draws.purpose("spam_trap")
        self._placed_base = world.draws.purpose("placed")
        self._client_of: dict[int, int] = {}
        self.remembers = False
        """Whether it keeps by which client each letter came, since some will be complained about."""

    def sort(self, row: int, client: int, now_us: int) -> int:
        """Give where a letter shall lie that is accepted now."""
        if self._reputation is not None:
            self._tell(self._reputation, row, client, now_us)
        for rule in (self._authenticity, self._content):
            if rule is not None and (outcome := rule.sort(row, client, now_us)) != INBOX:
                return outcome
        if self._reputation is not None:
            share = self._reputation.spam_share(client, now_us)
            if share and uniform(self._placed_base, self._letters.key(row)) < share:
                return SPAM
        if self.remembers:
            self._client_of[row] = client
        return INBOX

    def _tell(self, reputation: Reputation, row: int, client: int, now_us: int) -> None:
        letters = self._letters
        reputation.accepted(client, now_us)
        trapped = self._traps[letters.entry[row]]
        if trapped and uniform(self._trap_base, letters.key(row)) < trapped:
            reputation.trap(client, now_us)
        if self._authenticity is not None and self._authenticity.is_nobody_s(row, client):
            reputation.authentication_failed(client, now_us)

    def complained(self, row: int, now_us: int) -> None:
        """A letter that lies in an inbox is reported as spam."""
        client = self._client_of.pop(row, None)
        if client is not None and self._reputation is not None:
            self._reputation.complaint(client, now_us)

    def unknown_user(self, client: int, now_us: int) -> None:
        """A client has named a user that does not exist."""
        if self._reputation is not None:
            self._reputation.unknown_user(client, now_us)
