"""What the zones of a scenario answer: a name and a type give values, "no such name" or "nobody could tell".

Values are texts in the form in which zones are written: an address for A and AAAA, `10 mail.example.jp` for MX,
a name for PTR, and one text for each TXT record, its strings already joined (RFC 7208 3.3).
Names are compared without regard to case, and a dot at their end says nothing (RFC 1034 3.1).
Left out: classes, times to live, wildcards.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, Protocol

Status = Literal["found", "nxdomain", "servfail"]
"""`found` without values is a name that has no record of the type; `servfail` is also a question that timed out."""

_ALIASES: Final = 8
"""How many aliases are followed in a row, an assumption: RFC 1034 3.6.2 only asks that a loop be noticed."""
_LONGEST_NAME: Final = 253
"""Of a name as it is written (RFC 1035 2.3.4: 255 octets with the lengths of its labels)."""
_LONGEST_LABEL: Final = 63
"""RFC 1035 2.3.4."""


class Question(NamedTuple):
    """What DNS is asked: a name in its canonical form, and TXT, A, AAAA, MX or PTR."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What DNS says.

    Attributes:
        status: whether the name exists, or nobody could tell.
        values: the records, in the order in which they came; empty unless `status` is `found`.
    """

    status: Status
    values: tuple[str, ...] = ()

    @property
    def void(self) -> bool:
        """Whether the question was in vain: no such name, or no record of the type (RFC 7208 4.6.4)."""
        return self.status == "nxdomain" or (self.status == "found" and not self.values)


class Records(Protocol):
    """Whoever answers questions about names."""

    def look_up(self, name: str, kind: str) -> Answer:
        """Answer one question.

        Args:
            name: in any case, with or without a dot at its end.
            kind: TXT, A, AAAA, MX or PTR.
        """


class MemoryRecords:
    """Records from a mapping.

    Args:
        zones: name -> type -> values. The type CNAME gives one name whose records are taken instead.
        silent: names whose servers say nothing, except to the types that `zones` gives for them.
    """

    def __init__(
        self, zones: Mapping[str, Mapping[str, Sequence[str]]], silent: Collection[str] = ()
    ) -> None:
        self._values: dict[Question, tuple[str, ...]] = {}
        self._silent = frozenset(canonical(name) for name in silent)
        self._names: set[str] = set()
        for name, kinds in zones.items():
            self._names.update(_with_parents(canonical(name)))
            for kind, values in kinds.items():
                self._values[Question(canonical(name), kind)] = tuple(values)

    def look_up(self, name: str, kind: str) -> Answer:
        """Answer one question; a loop of aliases is an error of the server (RFC 1034 3.6.2)."""
        here = canonical(name)
        for _ in range(_ALIASES + 1):
            values = self._values.get(Question(here, kind))
            if values is not None:
                return Answer("found", values)
            if here in self._silent:
                return Answer("servfail")
            alias = self._values.get(Question(here, "CNAME"))
            if not alias:
                return Answer("found" if here in self._names else "nxdomain")
            here = canonical(alias[0])
        return Answer("servfail")


@dataclass(slots=True)
class Asked:
    """Records that remember what was asked of them, as the resolver of a receiver does.

    Attributes:
        records: who answers.
        answers: what was asked so far, in this order, each question once: what a receiver waits for.
    """

    records: Records
    answers: dict[Question, Answer] = field(default_factory=dict)

    def look_up(self, name: str, kind: str) -> Answer:
        """Answer one question, from memory where it was asked before."""
        question = Question(canonical(name), kind)
        if question not in self.answers:
            self.answers[question] = self.records.look_up(*question)
        return self.answers[question]

    @property
    def questions(self) -> tuple[Question, ...]:
        """All that was asked, in order."""
        return tuple(self.answers)


def canonical(name: str) -> str:
    """Give a name in the form in which it is compared: small letters, no dot at its end."""
    return name.lower().removesuffix(".")


def may_be_asked(name: str) -> bool:
    """Tell whether a question can be made of a name: labels of 1 to 63 characters, 253 in all, ASCII."""
    labels = name.removesuffix(".").split(".")
    fits = len(name.removesuffix(".")) <= _LONGEST_NAME
    return name.isascii() and fits and all(0 < len(label) <= _LONGEST_LABEL for label in labels)


def shortened(name: str) -> str:
    """Drop labels from the left until a name is no longer than 253 characters (RFC 7208 7.3)."""
    while len(name.removesuffix(".")) > _LONGEST_NAME and "." in name:
        name = name.partition(".")[2]
    return name


def _with_parents(name: str) -> Iterator[str]:
    """Give a name and all above it, which exist as well (RFC 4592 2.2.2)."""
    while name:
        yield name
        name = name.partition(".")[2]
