"""Names of series that are no queue's, such as `school.memory_bytes` and `webmail.standing.198.51.100.7`."""

from typing import Final

STANDING: Final = "standing"
"""A client's standing, 0 to 1, by its address."""
ALLOWANCE: Final = "allowance_per_day"
"""How many letters a client may have brought within the last day."""
MEMORY: Final = "memory_bytes"
"""How much of its memory a sender's machine has used at most since the value before."""
DISK_FREE: Final = "disk_free_bytes"
"""How much of a provider's disk is free: `office.disk_free_bytes`."""
MOST_CLIENTS: Final = 8
"""So many client addresses have series at each provider, the first ones."""
