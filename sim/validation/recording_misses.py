"""Why a recording that is off is off, as far as that was found out; shown beside the row that misses."""

from collections.abc import Mapping
from typing import Final

KNOWN_MISSES: Final[Mapping[str, str]] = {}
