"""YAML in and out: the only module that knows ruamel.yaml.

A text becomes plain Python values plus a mark (line and column) for each key and each value, so that whatever is
found wrong later can be shown in its place. It is YAML 1.2: `no` and `10:30` stay words. What YAML would let pass in
silence is refused: a key that stands twice, a loop of aliases, aliases that blow a small file up, tags. Tabs may stand
wherever they are not indentation.
"""

import io
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scanner import Scanner

from sim.errors import Problem, ScenarioError

KeyPath: TypeAlias = tuple[str | int, ...]
_TAGS: Final = "tag:yaml.org,2002:"
_SPARE_NODES: Final = 100_000
"""How much more than its own length a text may grow to by aliases."""
_MOST_DIGITS: Final = 3000
"""Of a longer whole number the first digits are kept: it is far beyond every bound, and Python can still write it."""
_LINE_ENDS: Final = "\0\r\n\x85\u2028\u2029"


@dataclass(frozen=True)
class Mark:
    """A place in a text, counted from 1."""

    line: int
    column: int


@dataclass
class Document:
    """The content of a YAML text."""

    data: Any = None
    key_marks: dict[KeyPath, Mark] = field(default_factory=dict)
    value_marks: dict[KeyPath, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def parse(text: str, file: str | None = None) -> Document:
    """Read a YAML text; raise a ScenarioError where it is no YAML at all."""
    try:
        yaml = YAML(typ="safe", pure=True)
        yaml.Scanner = _Scanner
        node = yaml.compose(io.StringIO(text))
        if node is None:
            return Document()
        return _Reader(text, file).document(node)
    except RecursionError:
        raise ScenarioError([Problem("yaml_too_deep", {}, file)]) from None
    except MarkedYAMLError as error:
        raise ScenarioError([_syntax_problem(error, file)]) from None
    except ReaderError as error:
        fields = {"found": f"U+{error.character:04X}"}
        raise ScenarioError([Problem("control_character", fields, file)]) from None
    except (YAMLError, ValueError, LookupError, AttributeError, TypeError, AssertionError) as error:
        # ruamel lets some of its own slips through on hostile input; to the reader they all mean the same
        raise ScenarioError(
            [Problem("yaml_syntax", {"said": str(error).splitlines()[0][:200]}, file)]
        ) from None


def read_own(path: Path) -> Any:
    """Read a YAML file that belongs to mailsim itself; return its plain values."""
    document = parse(path.read_text(encoding="utf-8"), path.name)
    if document.problems:
        raise ScenarioError(document.problems)
    return document.data


def to_yaml(data: Any) -> str:
    """Write plain values as YAML."""
    yaml = YAML()
    yaml.default_flow_style = None
    yaml.width = 120
    yaml.allow_unicode = True
    yaml.Representer = _Representer
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


class _Representer(RoundTripRepresenter):
    """Write a line end of mainframes (NEL) within a text as an escape; read back, ruamel would make a space of it."""

    def represent_text(self, text: str) -> Any:
        """Represent a text."""
        return self.represent_scalar("tag:yaml.org,2002:str", text, style='"' if "\x85" in text else None)


_Representer.add_representer(str, _Representer.represent_text)


class _Scanner(Scanner):
    """Let tabs stand between the words of a line, and in lines without words, as YAML does; ruamel refuses them."""

    def scan_to_next_token(self) -> None:
        """Go on to the next token."""
        super().scan_to_next_token()
        while self.reader.peek() == "\t":
            length = self._blanks()
            if self.allow_simple_key and self.reader.peek(length) not in _LINE_ENDS + "#":
                return  # it would be indentation
            self.reader.forward(length)
            super().scan_to_next_token()

    def scan_plain_spaces(self, indent: Any, start_mark: Any) -> Any:
        """Read what stands between two words of a plain text."""
        length = self._blanks()
        blanks = self.reader.prefix(length)
        if "\t" not in blanks:
            return super().scan_plain_spaces(indent, start_mark)
        self.reader.forward(length)
        at_end = self.reader.peek() in _LINE_ENDS
        return super().scan_plain_spaces(indent, start_mark) if at_end else [blanks]

    def _blanks(self) -> int:
        """Return how many spaces and tabs come next."""
        length = 0
        while self.reader.peek(length) in (" ", "\t"):
            length += 1
        return length


class _Reader:
    """Turn composed nodes into plain values, and remember where each stood."""

    def __init__(self, text: str, file: str | None) -> None:
        self._file = file
        self._left = len(text) + _SPARE_NODES
        self._open: set[int] = set()
        self._document = Document()

    def document(self, node: Node) -> Document:
        self._document.data = self._value(node, ())
        return self._document

    def _value(self, node: Node, path: KeyPath) -> Any:
        self._left -= 1
        if self._left < 0:
            raise ScenarioError(
                [Problem("yaml_grows_by_aliases", {}, self._file, *_place(node), path=dotted(path))]
            )
        if id(node) in self._open:
            raise ScenarioError([Problem("yaml_loop", {}, self._file, *_place(node), path=dotted(path))])
        self._document.value_marks[path] = _mark(node)
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        self._open.add(id(node))
        if isinstance(node, SequenceNode):
            self._check_tag(node, "seq", path)
            value: Any = [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
        else:
            self._check_tag(node, "map", path)
            value = self._mapping(node, path)
        self._open.discard(id(node))
        return value

    def _mapping(self, node: Node, path: KeyPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        merged: list[Node] = []
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._problem("key_is_no_word", key_node, path)
                continue
            key = str(key_node.value)
            if key == "<<" and key_node.style is None:
                merged.append(value_node)
                continue
            here = (*path, key)
            if key in values:
                first = self._document.key_marks[here]
                self._problem("key_stands_twice", key_node, here, found=key, first_line=first.line)
                continue
            self._document.key_marks[here] = _mark(key_node)
            values[key] = self._value(value_node, here)
            if (
                value_node.start_mark.index == value_node.end_mark.index
            ):  # nothing is written: show the key instead
                self._document.value_marks[here] = _mark(key_node)
        for value_node in merged:
            self._merge(value_node, path, values)
        return values

    def _merge(self, node: Node, path: KeyPath, values: dict[str, Any]) -> None:
        """Add the keys of `<<: *alias` that are not written out."""
        for one in node.value if isinstance(node, SequenceNode) else [node]:
            if not isinstance(one, MappingNode):
                self._problem("yaml_merge", one, path)
                continue
            if id(one) in self._open:
                raise ScenarioError([Problem("yaml_loop", {}, self._file, *_place(one), path=dotted(path))])
            written = {key: self._document.key_marks[(*path, key)] for key in values}
            nested = _Reader("", self._file)
            nested._left, nested._open = self._left, self._open | {id(one)}
            more = nested._mapping(one, path)
            self._left = nested._left
            for key, value in more.items():
                values.setdefault(key, value)
            for where in ("key_marks", "value_marks"):
                marks = getattr(self._document, where)
                for place, mark in getattr(nested._document, where).items():
                    if len(place) > len(path) and place[len(path)] not in written:
                        marks.setdefault(place, mark)
            self._document.problems.extend(nested._document.problems)

    def _scalar(self, node: ScalarNode, path: KeyPath) -> Any:
        text, kind = str(node.value), str(node.tag).removeprefix(_TAGS)
        if kind == "int":
            return _whole_number(text)
        if kind == "float":
            return _number(text)
        if kind == "bool":
            return text.lower() == "true" if text.lower() in ("true", "false") else text
        if kind == "null":
            return None
        if kind not in ("str", "timestamp"):
            self._problem("yaml_tag", node, path, found=str(node.tag))
        return text

    def _check_tag(self, node: Node, usual: str, path: KeyPath) -> None:
        if str(node.tag) != _TAGS + usual:
            self._problem("yaml_tag", node, path, found=str(node.tag))

    def _problem(self, code: str, node: Node, path: KeyPath, **fields: Any) -> None:
        self._document.problems.append(Problem(code, fields, self._file, *_place(node), path=dotted(path)))


def dotted(path: KeyPath) -> str:
    """Write a path of keys as people write it: `letters.closure.to`."""
    return ".".join(str(part) for part in path)


def _mark(node: Node) -> Mark:
    return Mark(*_place(node))


def _place(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _whole_number(text: str) -> Any:
    digits = text.replace("_", "").lstrip("+-").lower()
    in_base = digits[:2] in ("0x", "0o", "0b")
    digits = digits[:_MOST_DIGITS] if in_base else digits.lstrip("0")[:_MOST_DIGITS] or "0"
    try:
        return int(digits, 0 if in_base else 10) * (-1 if text.startswith("-") else 1)
    except ValueError:  # a base without digits
        return text


def _number(text: str) -> Any:
    plain = text.replace("_", "").lower()
    if plain.endswith(".inf"):
        return -math.inf if plain.startswith("-") else math.inf
    try:
        return math.nan if plain.endswith(".nan") else float(plain)
    except ValueError:
        return text


_SYNTAX_CODES: Final = (
    ("mapping values are not allowed", "yaml_colon"),
    ("could not find expected ':'", "yaml_no_colon"),
    ("expected <block end>", "yaml_indent"),
    ("did not find expected", "yaml_indent"),
    ("found unexpected end of stream", "yaml_quote"),
    ("expected ',' or", "yaml_bracket"),
    ("expected the node content", "yaml_bracket"),
    ("undefined alias", "yaml_alias"),
    ("found character '\\t'", "yaml_tab"),
    ("cannot start any token", "yaml_character"),
    ("expected a single document", "yaml_two_documents"),
    ("but found another document", "yaml_two_documents"),
)


def _syntax_problem(error: MarkedYAMLError, file: str | None) -> Problem:
    """Name what is wrong with a text that is no YAML."""
    said = " ".join(str(part) for part in (error.context, error.problem) if part)
    code = next((code for words, code in _SYNTAX_CODES if words in said), "yaml_syntax")
    mark = error.problem_mark or error.context_mark
    if code in ("yaml_quote", "yaml_bracket") and error.context_mark is not None:
        mark = error.context_mark  # where it was opened, not where the file ended
    place = (mark.line + 1, mark.column + 1) if mark is not None else (None, None)
    return Problem(code, {"said": said[:200]}, file, *place)
