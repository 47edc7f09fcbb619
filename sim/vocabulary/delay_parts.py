"""The parts of a letter's delay, by which it is told where the time went.

A wait for another attempt belongs to the answer that put the letter off; `WAITING_AFTER` stands before that one's name.
"""

from typing import Final

from sim.vocabulary.connections import CONNECTION_NAMES, SUSPENDED
from sim.vocabulary.replies import REPLIES

PARTS: Final = ("submission", "queue", "dns", "connection", "transfer")
"""The parts that are no wait after a refusal, in the order of a letter's way."""
UNFINISHED: Final = "unfinished"
"""In an attempt that was not over when the run ended."""
WAITING_AFTER: Final = "waiting_"
PUT_OFF_UNTRIED: Final = len(REPLIES)
"""The cause of a wait after an attempt that was suspended, since the destination was taken for dead."""
AFTER_A_CRASH: Final = PUT_OFF_UNTRIED + 1
"""The cause of a wait after a try that a crash of the sender's machine broke off, or kept from beginning."""
CAUSES: Final = (*(reply.name for reply in REPLIES), CONNECTION_NAMES[SUSPENDED], "crash")
"""What letters wait after, by its number."""
