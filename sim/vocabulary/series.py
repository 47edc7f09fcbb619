"""Names of the series of a provider's memory: `webmail.standing.198.51.100.7`, a series for each client address."""

from typing import Final

STANDING: Final = "standing"
"""A client's standing, 0 to 1."""
ALLOWANCE: Final = "allowance_per_day"
"""How many letters a client may have brought within the last day."""
MOST_CLIENTS: Final = 8
"""So many client addresses have series at each provider, the first ones."""
