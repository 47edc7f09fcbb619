"""A scenario as written: one mapping, and for each key the place where it stands.

A file may start from another one (`extends: base.yaml`), and `--set path=value` may change a value: whatever is
written later is laid over what was there, mapping by mapping. Shares (`to`, `with`) and words in two languages
(`title`, `question`) are one statement each, and are replaced as a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from sim.errors import Problem, ScenarioError
from sim.scenario.fields import value_at
from sim.scenario.findings import shown as readable
from sim.scenario.full_width import plain_form, structural_slips
from sim.scenario.text_file import read_text
from sim.yaml_io import Document, KeyPath, Mark, dotted, parse

_WHOLE: Final = frozenset({"to", "with", "title", "question"})
_SHORT_FORMS: Final = {
    "host": "preset",
    "default_road": "preset",
    "costs": "preset",
    "size": "median",
    "greylisting": "delay",
}
"""Keys that may be written as one word, and the key inside that the word stands for."""
_FORMS: Final = frozenset({"exponential", "uniform", "lognormal"})


@dataclass(frozen=True)
class Place:
    """Where a key or value stands."""

    file: str | None = None
    line: int | None = None
    column: int | None = None


@dataclass
class Source:
    """A mapping as written, with the place of each key and value."""

    data: dict[str, Any]
    keys: dict[KeyPath, Place] = field(default_factory=dict)
    values: dict[KeyPath, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    """Files and `--set` arguments, in the order in which they were read."""

    def place(self, path: KeyPath, *, of_key: bool = False) -> Place:
        """Return the place of a value (or of its key); of what holds it, if it does not stand anywhere itself."""
        for end in range(len(path), -1, -1):
            below_a_word = not isinstance(value_at(self.data, path[:end]), dict | list)
            key_first = of_key or (end < len(path) and not below_a_word)
            marks = (self.keys, self.values) if key_first else (self.values, self.keys)
            for one in marks:
                if path[:end] in one:
                    return one[path[:end]]
        return Place(self.files[-1] if self.files else None)

    def as_written(self, path: KeyPath) -> KeyPath:
        """Return the part of a path that is written: `size` alone where `size: 20 kB` stands for `size.median`."""
        for end in range(1, len(path)):
            if path[:end] in self.values and not isinstance(value_at(self.data, path[:end]), dict | list):
                return path[:end]
        return path

    def is_older(self, path: KeyPath, other: KeyPath) -> bool:
        """Tell whether a value stands in a file, and another value in a later file or in a `--set`."""
        first, second = self.place(path).file, self.place(other).file
        if first not in self.files or second not in self.files or str(first).startswith("--set "):
            return False
        return self.files.index(first) < self.files.index(second)

    def forget(self, path: KeyPath) -> None:
        """Forget where a value and all that it holds stood."""
        for marks in (self.keys, self.values):
            for place in [place for place in marks if place[: len(path)] == path]:
                del marks[place]

    def lay_over(self, other: "Source") -> None:
        """Lay what another source says over this one."""
        self.files += [file for file in other.files if file not in self.files]
        self.problems += other.problems
        self._merge(self.data, other.data, (), other)

    def _merge(self, mine: dict[str, Any], theirs: dict[str, Any], path: KeyPath, other: "Source") -> None:
        for key, value in theirs.items():
            here = (*path, key)
            self.keys[here] = other.keys.get(here, self.keys.get(here, Place()))
            old = mine.get(key)
            if isinstance(value, dict) and isinstance(old, str) and key in _SHORT_FORMS:
                old = mine[key] = {_SHORT_FORMS[key]: old}
            if isinstance(old, dict) and isinstance(value, dict) and not _is_whole(key, old, value):
                self._merge(old, value, here, other)
                continue
            self.forget(here)
            mine[key] = value
            self.keys.update(
                (place, mark) for place, mark in other.keys.items() if place[: len(here)] == here
            )
            self.values.update(
                (place, mark) for place, mark in other.values.items() if place[: len(here)] == here
            )


def _is_whole(key: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    return key in _WHOLE or bool(_FORMS & (set(old) | set(new)))


def read_source(path: Path, shown: str) -> Source:
    """Read a scenario file and everything it extends."""
    return _read(path, shown, ())


def _read(path: Path, shown: str, below: tuple[tuple[Path, str], ...]) -> Source:
    text = read_text(path, shown)
    source = _source_of(_parse(text, shown), text, shown)
    if "extends" not in source.data:
        return source
    base = source.data.pop("extends")
    place = source.place(("extends",))
    chain = (*below, (path.resolve(), shown))
    problem = _wrong_base(base, path, shown, chain)
    if problem is None:
        try:
            foundation = _read(path.parent / base, str(Path(shown).parent / base), chain)
        except ScenarioError as error:
            problem = error.problems[0]
            if problem.code != "file_missing":
                raise
            fields = {**problem.fields, "found": base}
            problem = Problem("extends_missing", fields)
        else:
            foundation.lay_over(source)
            return foundation
    wrong = Problem(problem.code, problem.fields, place.file, place.line, place.column, "extends")
    raise ScenarioError(
        [*source.problems, wrong]
    )  # without its foundation, half of the rest would seem missing


def _wrong_base(base: Any, path: Path, shown: str, chain: tuple[tuple[Path, str], ...]) -> Problem | None:
    """Return what is wrong with an `extends:`, if anything."""
    if not isinstance(base, str) or not base or "\0" in base:
        return Problem("extends_is_no_name", {"found": readable(base), "expected": "extends: base.yaml"})
    files = [file for file, _ in chain]
    target = (path.parent / base).resolve()
    if target in files:
        names = [name for _, name in chain][files.index(target) :]
        return Problem("extends_loop", {"found": " → ".join([*names, names[0]])})
    return None


def _parse(text: str, shown: str) -> Document:
    """Parse a text; where full-width characters are the cause of trouble, name them instead."""
    try:
        return parse(text, shown)
    except ScenarioError as error:
        line = error.problems[0].line or 0
        slips = list(structural_slips(text, shown, line - 1, line))
        raise ScenarioError(slips or error.problems) from None


def _source_of(document: Document, text: str, shown: str) -> Source:
    if document.data is None:
        raise ScenarioError([Problem("file_is_empty", {"expected": "format: 1"}, shown)])
    if not isinstance(document.data, dict):
        slips = list(structural_slips(text, shown, 1, 1))
        kind = readable(document.data)
        wrong = Problem("file_is_no_mapping", {"found": kind, "expected": "format: 1"}, shown, 1, 1)
        raise ScenarioError(slips or [wrong])

    def places(marks: dict[KeyPath, Mark]) -> dict[KeyPath, Place]:
        return {path: Place(shown, mark.line, mark.column) for path, mark in marks.items()}

    return Source(
        document.data, places(document.key_marks), places(document.value_marks), document.problems, [shown]
    )


def set_values(source: Source, overrides: Sequence[str]) -> None:
    """Lay each `path=value` over a source."""
    for override in overrides:
        name = f"--set {override if len(override) < 200 else override[:200] + '…'}"
        path_text, equals, value_text = override.partition("=")
        path = tuple(
            int(part) if part.isdecimal() and part.isascii() else part
            for part in path_text.strip().split(".")
        )
        if not equals or "" in path:
            wide = plain_form(override)
            code = "set_full_width" if wide and "=" in wide else "set_is_no_assignment"
            fields = {
                "found": override,
                "expected": "letters.closure.count=1000",
                **({"nearest": wide} if wide else {}),
            }
            source.problems.append(Problem(code, fields, name))
            continue
        if path[0] == "extends":
            source.problems.append(Problem("extends_in_set", {}, name, path=path_text.strip()))
            continue
        try:
            document = parse(value_text, name)
        except ScenarioError as error:
            source.problems += error.problems
            continue
        source.problems += [Problem(one.code, one.fields, name, path=path_text) for one in document.problems]
        _set(source, path, document.data, name)


def _set(source: Source, path: KeyPath, value: Any, name: str) -> None:
    """Put one value in its place; mappings on the way are made."""
    place = Place(name)
    if name not in source.files:
        source.files.append(name)
    at: Any = source.data
    for depth, part in enumerate(path):
        here = path[: depth + 1]
        key: Any = part if isinstance(at, list) else str(part)
        if isinstance(at, list) and (not isinstance(key, int) or key >= len(at)):
            whole = {"found": str(part), "expected": f"{dotted(path[:depth])}=[…]"}
            fields = {"found": str(part), "expected": f"0 … {len(at) - 1}"}
            wrong = Problem("set_no_such_item", fields) if at else Problem("set_list_is_empty", whole)
            source.problems.append(replace(wrong, file=name, path=dotted(here)))
            return
        if here == path:
            source.forget(path)
            source.keys[path] = source.values[path] = place
            at[key] = value
            return
        inside = at.get(key) if isinstance(at, dict) else at[key]
        if isinstance(inside, str) and key in _SHORT_FORMS:
            inside = {_SHORT_FORMS[str(key)]: inside}
        elif inside is None:
            inside = {}
            source.keys.setdefault(here, place)
        elif not isinstance(inside, dict | list):
            fields = {"found": readable(inside), "expected": dotted(here)}
            source.problems.append(Problem("set_below_a_value", fields, name, path=dotted(path)))
            return
        at[key] = inside
        at = inside
