"""What a plain run leaves behind: each letter with its attempts, and the readings."""

from dataclasses import dataclass, field

from sim.vocabulary.connections import NO_CONNECTION
from sim.vocabulary.kinds import NO_HOST
from sim.vocabulary.outcomes import UNDER_WAY
from sim.vocabulary.replies import ACCEPTED
from sim.vocabulary.stages import NONE

LetterName = tuple[str, int, int]
"""An entry of `letters:`, the letter's number in it, and its kind."""

Reading = tuple[str, int, int, int, int, int]
"""Entry, number, fetched_us, opened_us (-1: never), reader, device."""


@dataclass(slots=True)
class PlainAttempt:
    """One finished attempt to deliver a letter; times are microseconds since the scenario's start."""

    activated_us: int
    handed_us: int
    ended_us: int
    host: int = NO_HOST
    """Position in `PlainResult.hosts`."""
    connection: int = NO_CONNECTION
    dns_us: int = 0
    dns_queries: int = 0
    setup_us: int = 0
    stage: int = NONE
    reply: int = ACCEPTED


@dataclass(frozen=True, slots=True)
class PlainBreak:
    """A stay in the active queue that a crash of the sender's machine ended."""

    activated_us: int
    handed_us: int
    """When its trip began, or the crash where it waited for its turn to; -1 where it was not called."""
    at_us: int


@dataclass(slots=True)
class PlainCopy:
    """A copy of a letter that had arrived already."""

    delivered_us: int
    ended_us: int = -1


@dataclass(slots=True)
class PlainLetter:
    """One letter's fate; -1 is a time that never came."""

    provider: int
    """Position in `PlainResult.providers`, or `LOCAL`."""
    mailbox: int
    size_bytes: int
    submitted_us: int
    accepted_us: int = -1
    delivered_us: int = -1
    ended_us: int = -1
    outcome: int = UNDER_WAY
    attempts: list[PlainAttempt] = field(default_factory=list)
    broken_off: list[PlainBreak] = field(default_factory=list)
    copies: list[PlainCopy] = field(default_factory=list)
    """What arrived once more, in order, because the sender had not heard that the letter was taken."""


Death = tuple[str, int, str]
"""A machine whose memory was used up, when, and who took most of it."""


@dataclass(slots=True)
class PlainResult:
    """All letters and readings of one plain run, and the names behind the positions."""

    providers: list[str]
    hosts: list[str]
    letters: dict[LetterName, PlainLetter] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    deaths: list[Death] = field(default_factory=list)
