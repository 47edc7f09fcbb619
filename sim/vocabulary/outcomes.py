"""How a letter ends: each one in exactly one of these.

`UNDER_WAY` exists only while a run lasts; what is still under way at its end is `QUEUED`.
"""

from typing import Final

UNDER_WAY: Final = 0
INBOX: Final = 1
SPAM: Final = 2
DISCARDED: Final = 3
REFUSED: Final = 4
BOUNCED: Final = 5
EXPIRED: Final = 6
QUEUED: Final = 7

OUTCOME_NAMES: Final[dict[int, str]] = {
    INBOX: "inbox",
    SPAM: "spam",
    DISCARDED: "discarded",
    REFUSED: "refused",
    BOUNCED: "bounced",
    EXPIRED: "expired",
    QUEUED: "queued",
}
"""Outcome to the word that tables and summaries use."""
