"""Every error that mailsim raises on purpose.

    SimError                something is wrong that a person can put right
    ├── ScenarioError       a scenario file, or a --set value, is wrong: holds every Problem found, not only the first
    ├── QuantityError       a duration, size, rate, share or bandwidth cannot be read
    ├── ArgumentError       an argument of a command or of a function is wrong
    ├── OutputError         a file or folder cannot be written, or is not ours to replace
    ├── RecordingError      a recording of a real machine cannot be used
    └── AuditError          a run broke its own audit: a fault in mailsim, never in the scenario

An error carries a code and fields. `sim.analogy` puts them into words in the reader's language; whoever raises
may hand the words over in `message`, so that `str(error)` teaches as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where."""

    code: str
    """Which kind of thing is wrong; the key of its sentence."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """What the sentence needs: usually `found` and `expected`, and `nearest` for a misspelt word."""
    file: str | None = None
    """Name of the file, or `--set path=value`, or None for a scenario made in Python."""
    line: int | None = None
    """Line, counted from 1."""
    column: int | None = None
    """Column, counted from 1."""
    path: str = ""
    """Path of keys, as `letters.closure.count`."""


class SimError(Exception):
    """Something is wrong that a person can put right."""

    exit_status: ClassVar[int] = 2
    """What the command line ends with."""

    def __init__(self, code: str, message: str = "", **fields: Any) -> None:
        """Keep the code and the fields; `message` is their sentence, if the one who raises has put it into words."""
        super().__init__(message or _plain_words(code, fields))
        self.code = code
        self.message = message
        self.fields: dict[str, Any] = fields

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive the way back from another process, where exceptions are rebuilt from their arguments."""
        return _rebuild, (type(self), self.code, self.message, self.fields)


class ScenarioError(SimError):
    """A scenario is wrong; `problems` holds everything that was found in one reading."""

    def __init__(self, problems: Iterable[Problem], message: str = "") -> None:
        """Keep all problems, in the order of the file."""
        self.problems: tuple[Problem, ...] = tuple(problems)
        words = message or "\n".join(_plain_problem(problem) for problem in self.problems)
        super().__init__("scenario_is_wrong", words)

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive the way back from another process."""
        return ScenarioError, (self.problems, self.message)


class QuantityError(SimError):
    """A duration, size, rate, share or bandwidth cannot be read."""


class ArgumentError(SimError):
    """An argument of a command or of a function is wrong."""


class OutputError(SimError):
    """A file or folder cannot be written, or is not ours to replace."""


class RecordingError(SimError):
    """A recording of a real machine cannot be used."""


class AuditError(SimError):
    """A run broke its own audit."""

    exit_status = 3


def printable(text: str) -> str:
    """Show what no terminal and no file takes (lone surrogates) by its number."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _rebuild(kind: type[SimError], code: str, message: str, fields: dict[str, Any]) -> SimError:
    return kind(code, message, **fields)


def _plain_words(code: str, fields: Mapping[str, Any]) -> str:
    """Say the code and the fields as they are: the last resort, when nobody has put them into words."""
    listed = ", ".join(f"{name}={value!r}" for name, value in fields.items())
    return f"{code.replace('_', ' ')}: {listed}" if listed else code.replace("_", " ")


def _plain_problem(problem: Problem) -> str:
    place = [part for part in (problem.file, problem.line and f"line {problem.line}", problem.path) if part]
    return ", ".join(str(part) for part in place) + ": " + _plain_words(problem.code, problem.fields)
