"""The addresses to which a sender does not write any more.

From: queue_manager, with each refusal for good; readers, with what a receiver tells of their complaints.
To:   submission, which leaves these addresses out.

An address is put on the list after `suppress_after` bounces, each counted only if it comes `apart` after the one
before; or at once when its owner complains or unsubscribes. It stays there. A receiver that answers "no such user"
for a living address (a filter of the user, a fault) thus costs the sender a reader for good.
See: RFC 5965 for feedback reports, RFC 8058 for one-click unsubscription; case D39 of Gmail's 14 December 2020.
Left out: taking addresses off the list again; soft bounces (4xx, expiry).
"""

from typing import Final

from sim.kernel.letters import Letters
from sim.kernel.recorder import Table
from sim.scenario.bounce_handling import BounceHandling

BOUNCED_WHY: Final = "bounced"
COMPLAINED_WHY: Final = "complained"
UNSUBSCRIBED_WHY: Final = "unsubscribed"


class SuppressionList:
    """The suppression list of one sender.

    Args:
        letters: the world's letters.
        settings: after how many bounces, and whether complaints count.
        record: the table of addresses that were put on a list.
    """

    def __init__(self, letters: Letters, settings: BounceHandling, record: Table) -> None:
        self._letters = letters
        self._after = settings.suppress_after
        self._apart_us = settings.apart_us
        self._obeys_complaints = settings.obeys_complaints
        self._record = record
        self._bounces: dict[tuple[int, int], tuple[int, int]] = {}
        self._listed: set[tuple[int, int]] = set()

    def holds(self, row: int) -> bool:
        """Tell whether a letter's addressee is on the list."""
        return bool(self._listed) and self._address(row) in self._listed

    def bounced(self, row: int, now_us: int) -> None:
        """Note that a letter was refused for good."""
        address = self._address(row)
        count, last_us = self._bounces.get(address, (0, now_us))
        if count and now_us - last_us < self._apart_us:
            return
        self._bounces[address] = (count + 1, now_us)
        if count + 1 >= self._after:
            self._put(row, now_us, BOUNCED_WHY)

    def complained(self, row: int, now_us: int) -> None:
        """Note that a letter's addressee reported it as spam, and that the receiver has told so."""
        if self._obeys_complaints:
            self._put(row, now_us, COMPLAINED_WHY)

    def unsubscribed(self, row: int, now_us: int) -> None:
        """Note that a letter's addressee wants no more of them."""
        self._put(row, now_us, UNSUBSCRIBED_WHY)

    def _address(self, row: int) -> tuple[int, int]:
        return self._letters.provider[row], self._letters.mailbox[row]

    def _put(self, row: int, now_us: int, why: str) -> None:
        address = self._address(row)
        if address not in self._listed:
            self._listed.add(address)
            self._record.add(row, now_us, why)
