"""What each station expects of the next: protocols, so that no station imports another.

`sim.assembly` is the one place where they are joined; the `To:` line of a station says with whom.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from sim.kernel.condition import Condition

NOBODY_US: Final = 1 << 62
"""Later than any run: the moment of acceptance of a letter where none stands in line."""


@dataclass(slots=True)
class Answer:
    """What came of one question of a stub resolver.

    Attributes:
        at_us: when the stub has it, or has lost patience.
        queries: how many questions were sent to name servers for it.
        reply: `ACCEPTED` where the way is known, else the reply's index.
        unanswered: whether the resolver itself refused to look.
        again: whether the stub asks once more, at `at_us`.
    """

    at_us: int
    queries: int
    reply: int
    unanswered: bool = False
    again: bool = False


class TakesLetters(Protocol):
    """The spool, as submission and bounce know it."""

    def take(self, rows: range, recipients: int = 1) -> None:
        """Take over messages that are submitted now, each of so many rows."""
        ...

    def take_accepted(self, rows: range, recipients: int, accepted_us: int) -> None:
        """Take messages whose moment of acceptance is given, each of so many rows."""
        ...


class WritesLetters(TakesLetters, Protocol):
    """The spool, as a filter before it knows it."""

    def admit(self, rows: range, recipients: int) -> Iterator[Sequence[int]]:
        """Refuse what is not taken; give the letters of each message that is, at this moment."""
        ...

    def write(self, messages: Iterable[Sequence[int]]) -> None:
        """Write messages, each given by its letters, in this order, and let them stand in line."""
        ...


class KeepsLettersSafe(Protocol):
    """The spool, as the machine knows it."""

    def crash(self, now_us: int, up_us: int, from_active: Sequence[int], in_hand: int | None) -> None:
        """Lose what is being written, and take back what was in memory."""
        ...


class HoldsIncoming(Protocol):
    """The spool, as the queue manager knows it."""

    head_us: int
    """When the first letter in line is or was accepted."""

    def pop(self) -> int:
        """Take the head of the line; it counts as incoming until `leave`."""
        ...

    def leave(self, now_us: int) -> None:
        """Count out the letter that was taken."""
        ...


class ReturnsLetters(Protocol):
    """The bounce station."""

    def return_to_sender(self, row: int, now_us: int) -> None:
        """Write a DSN for a letter that cannot be delivered."""
        ...

    def warn_sender(self, row: int, now_us: int) -> None:
        """Write a notice for a letter that is late."""
        ...


class KnowsWhoWantsNothing(Protocol):
    """A suppression list."""

    def holds(self, row: int) -> bool:
        """Tell whether a letter's addressee is on the list."""
        ...

    def bounced(self, row: int, now_us: int) -> None:
        """Note that a letter was refused for good."""
        ...


class HearsOfReaders(Protocol):
    """A suppression list, as those know it who tell of readers."""

    def complained(self, row: int, now_us: int) -> None:
        """Note that a letter's addressee reported it as spam, and that the receiver has told so."""
        ...

    def unsubscribed(self, row: int, now_us: int) -> None:
        """Note that a letter's addressee wants no more of them."""
        ...


class RemembersSenders(Protocol):
    """A provider's memory of how clients behaved."""

    remembers: bool
    """Whether it keeps by which client each letter came, since some will be complained about."""

    def unknown_user(self, client: int, now_us: int) -> None:
        """Note that a client named a user that does not exist."""
        ...

    def complained(self, row: int, now_us: int) -> None:
        """Note that a letter in an inbox was reported as spam."""
        ...


class KnowsStandings(Protocol):
    """A provider's memory, as far as one can look into it."""

    def standing(self, client: int, now_us: int) -> float:
        """Give a client's standing, 0 to 1."""
        ...

    def allowance(self, client: int, now_us: int) -> float:
        """Give how many letters a client may have brought within the last day."""
        ...


class HearsOfLetters(Protocol):
    """What is told of letters that lie in an inbox."""

    def filed(self, row: int, at_us: int) -> None:
        """Note that a letter lies in an inbox from `at_us` on."""
        ...


class FindsTheWay(Protocol):
    """A resolver."""

    def cached(self, provider: int, at_us: int) -> int | None:
        """Give when the answer is there, where the cache alone decides a question at `at_us`."""
        ...

    def lookup(
        self, provider: int, key: int, attempt: int, now_us: int, begun_us: int, tries_before: int
    ) -> Answer:
        """Answer one question, asked now."""
        ...


class AnswersQuestions(Protocol):
    """A name server, as a resolver knows it."""

    def ask(self, at_us: int, draw: float) -> tuple[int, int]:
        """Give its state, and how long its answer takes."""
        ...


class IsARoad(Protocol):
    """The network between a sender and a provider."""

    half_us: int
    jitter_us: int
    condition: Condition
    lossy: bool
    """Whether packets may be lost at some time."""

    def half_trip_us(self, key: int, attempt: int) -> int:
        """Give the time of a trip one way during one attempt of a letter."""
        ...

    def loss_at(self, at_us: int) -> float:
        """Give the share of packets that are lost on one way."""
        ...

    def transfer_us(self, size_bytes: int, half_us: int) -> int:
        """Give how long a body takes to pass."""
        ...

    def lossy_transfer_us(self, size_bytes: int, half_us: int, loss: float) -> int:
        """Give how long a body takes to pass where packets are lost."""
        ...


class DeliversMail(Protocol):
    """A delivery agent."""

    is_a_queue: bool
    """Whether it must be asked at the very moment of acceptance."""

    def deliver(self, row: int, accepted_us: int) -> None:
        """Take over an accepted letter."""
        ...


class FilesLetters(Protocol):
    """A mailbox store."""

    def file(self, row: int, at_us: int) -> None:
        """Put a letter into its box."""
        ...


class RecipientRule(Protocol):
    """A receiving rule, asked at RCPT: gives a reply's index, `ACCEPTED` for nothing against it."""

    def __call__(self, client: int, envelope: int, mailbox: int, now_us: int, /) -> int:
        """Answer one recipient at the moment it is named."""
        ...


class IsServed(Protocol):
    """A connection in a host's accept queue."""

    call: Callable[[], None]
    patience_us: int
    served: bool


class ConnectionRule(Protocol):
    """A receiving rule, asked at the greeting: gives a reply's index, `ACCEPTED` for nothing against it."""

    def __call__(self, client: int, now_us: int, /) -> int:
        """Answer one connection at the moment it comes."""
        ...


class BodyRule(Protocol):
    """A receiving rule, asked at the final dot: gives a reply's index, `ACCEPTED` for nothing against it."""

    def __call__(self, row: int, client: int, now_us: int, /) -> int:
        """Answer one letter at the moment its last byte comes."""
        ...


class SortsLetters(Protocol):
    """What decides where an accepted letter lies: an outcome, `INBOX`, `SPAM` or `DISCARDED`."""

    def __call__(self, row: int, client: int, now_us: int, /) -> int:
        """Decide about one letter at the moment its last byte comes."""
        ...


class SlowsInflow(Protocol):
    """Flow control, as the host knows it that takes letters."""

    def pause_us(self) -> int:
        """Give how long a letter that comes now must wait."""
        ...


class HearsOfImports(Protocol):
    """Flow control, as the queue manager knows it."""

    def imported(self) -> None:
        """Note that a letter was imported."""
        ...

    def line_is_empty(self) -> None:
        """Note that nothing is left to import."""
        ...


class ServesConnections(Protocol):
    """The processes of an MX host, as those know them who connect."""

    half_open: bool
    """Whether a client that finds the accept queue full believes that it is connected."""

    @property
    def timeout_us(self) -> int:
        """How long a client that is taken up now may say nothing."""
        ...

    def take_place(self) -> bool:
        """Take a place for a connection that is being opened, if there is one."""
        ...

    def give_up_place(self) -> None:
        """Give the place back of a connection that was never opened."""
        ...

    def take_process(self) -> bool:
        """Take a process for a connection that is open now, if one is free."""
        ...

    def release(self, now_us: int) -> None:
        """Give a process back."""
        ...

    def wait(self, call: Callable[[], None], patience_us: int, now_us: int) -> IsServed:
        """Let an open connection wait for a process, until the client gives up."""
        ...


class CountsASession(Protocol):
    """What one connection has brought so far, where that is limited."""

    closes: bool
    """Whether the host closes the connection after its last answer."""

    def ask(self, recipients: int = 1) -> int:
        """Answer one transaction that names so many recipients."""
        ...


class ReceivesMail(Protocol):
    """An MX host, as the SMTP client knows it."""

    index: int
    name: str
    preference: int
    condition: Condition
    agent: DeliversMail
    remembers_letters: bool
    """Whether RCPT must be asked at the very moment of arrival."""
    asks_at_dot: bool
    """Whether the end of data must be told at the very moment of arrival."""
    lookup_us: int
    """How much later the first RCPT is answered, because others are asked about the client."""
    letter: ConnectionRule | None
    """Asked with the client and the moment, once for each letter, before its first recipient."""

    def session(self) -> CountsASession | None:
        """Begin to count what a new connection brings, where that is limited."""
        ...

    @property
    def processes(self) -> ServesConnections | None:
        """Those that serve connections, where they are few."""
        ...

    def admit(self, client: int, now_us: int) -> int:
        """Answer a new connection."""
        ...

    def close(self, client: int, opened_us: int, at_us: int) -> None:
        """Note that a connection will be closed."""
        ...

    def recipient(self, row: int, attempt: int, client: int, now_us: int) -> int:
        """Answer RCPT."""
        ...

    def body(self, rows: Sequence[int], client: int, now_us: int) -> int:
        """Answer the final dot of a letter, or of one letter to several, before it is taken."""
        ...

    def decided_us(self, row: int, attempt: int, now_us: int, reply: int) -> int:
        """Give when a body that is there now has its reply."""
        ...

    def end_of_data(self, row: int, attempt: int, arrival_us: int, slow_us: int) -> int | None:
        """Work on a body; give the moment of the 250, or None where a crash comes before."""
        ...
