"""Incidents that come about by themselves, and are on no timetable."""

from typing import Final

OUT_OF_MEMORY: Final = "out_of_memory"
"""A sender's machine has crashed because its memory was used up; `why` names who took most."""
MEMORY_PARTS: Final = ("content_filter", "delivery_processes", "active_queue")
"""Who takes memory."""
