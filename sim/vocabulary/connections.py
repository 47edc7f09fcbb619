"""How an attempt travelled: over no connection, a new one, a reused one, or suspended without trying."""

from typing import Final

NO_CONNECTION: Final = 0
NEW: Final = 1
REUSED: Final = 2
SUSPENDED: Final = 3

CONNECTION_NAMES: Final[dict[int, str]] = {
    NO_CONNECTION: "none",
    NEW: "new",
    REUSED: "reused",
    SUSPENDED: "suspended",
}
"""Connection to the word that tables use."""
