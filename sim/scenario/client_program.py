"""A sender that is a plain SMTP client program, such as a script that sends mail, and no mail server."""

from sim.scenario.settings import Count, Flag, Settings, graded
from sim.units import PositiveDuration


class ClientProgram(Settings):
    """A program with some threads, each of which sends its letters one after another."""

    threads: Count = graded(1, "assumption", "the plainest program does one thing after another")
    """How many threads send side by side; letters are dealt to them in turn."""
    reuse_connections: Flag = graded(
        False, "assumption", "the plainest program connects, sends one letter and says QUIT"
    )
    """Whether a thread sends its next letter over the same connection; one on which it was refused is closed."""
    retry_after_us: PositiveDuration = graded(
        5_000_000, "assumption", "a short pause; programs have no common habit"
    )
    """How long a thread waits after a failure that may pass before it tries the same letter again."""
