"""How an attempt travelled: over no connection, a new or a reused one, with another recipient, or not at all."""

from typing import Final

NO_CONNECTION: Final = 0
NEW: Final = 1
REUSED: Final = 2
SUSPENDED: Final = 3
"""Deferred without trying, since the destination was dead."""
SHARED: Final = 4
"""In the same delivery as another recipient of its message, whose row tells the connection."""

CONNECTION_NAMES: Final[dict[int, str]] = {
    NO_CONNECTION: "none",
    NEW: "new",
    REUSED: "reused",
    SUSPENDED: "suspended",
    SHARED: "shared",
}
"""Connection to the word that tables use."""
