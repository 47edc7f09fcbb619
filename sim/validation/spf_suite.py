"""Run a published suite of SPF cases: files in the form of the openspf.org suites for RFC 4408 and RFC 7208.

Such a file is a row of YAML documents. Each has `tests` (name -> helo, host, mailfrom, result, and perhaps an
explanation) and `zonedata` (name -> records of the types A, AAAA, MX, PTR, TXT, CNAME and SPF). SPF stands for
TXT where a name has no TXT of its own, `TXT: NONE` says that it has none, and TIMEOUT that every other question
about the name gets no answer. A result may be a list: each of them is right.
Left out: explanations are not compared; a case that says nothing but one is not treated.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from sim.errors import ScenarioError
from sim.mail.authentication.records import MemoryRecords
from sim.mail.authentication.spf import check_host, identity
from sim.scenario.text_file import read_text
from sim.yaml_io import parse

_NEXT_DOCUMENT: Final = re.compile(r"^---[ \t]*$", re.MULTILINE)
_TIMEOUT: Final = "TIMEOUT"
_NONE: Final = "NONE"


@dataclass(frozen=True)
class SuiteRow:
    """One case of a suite.

    Attributes:
        section: what the document is about.
        name: the case.
        expected: the results that are right, the preferred one first.
        found: the result that came out; None where the case is not treated.
        ok: whether `found` is among them; None where the case is not treated.
        treated: whether the case says something about a result.
        explained: whether the case also says which explanation is right, which is not compared.
    """

    section: str
    name: str
    expected: tuple[str, ...]
    found: str | None
    ok: bool | None
    treated: bool
    explained: bool


def run_suite(path: Path) -> list[SuiteRow]:
    """Run all cases of a file, in its order.

    Args:
        path: a file of the form that is described above.

    Raises:
        ScenarioError: the file is missing, is no text or no YAML, or a key stands in it twice.
    """
    return [row for document in _documents(path) for row in _rows(document)]


def _documents(path: Path) -> Iterator[Mapping[str, Any]]:
    for text in _NEXT_DOCUMENT.split(read_text(path, path.name)):
        document = parse(text, path.name)
        if document.problems:
            raise ScenarioError(document.problems)
        if isinstance(document.data, dict) and document.data.get("tests"):
            yield document.data


def _rows(document: Mapping[str, Any]) -> Iterator[SuiteRow]:
    records = _records(document.get("zonedata") or {})
    for name, case in document["tests"].items():
        expected = _as_list(case.get("result"))
        right = tuple(str(word) for word in expected)
        section = str(document.get("description", ""))
        explained = "explanation" in case
        if not right or not _is_address(str(case.get("host"))):
            yield SuiteRow(section, name, right, None, None, treated=False, explained=explained)
            continue
        helo = str(case.get("helo") or "")
        domain, sender = identity(str(case.get("mailfrom") or ""), helo)
        found = check_host(str(case["host"]), domain, sender, helo, records).result
        yield SuiteRow(section, name, right, found, found in right, treated=True, explained=explained)


def _records(zones: Mapping[str, Any]) -> MemoryRecords:
    values: dict[str, dict[str, list[str]]] = {}
    silent: list[str] = []
    for name, entries in zones.items():
        kinds: dict[str, list[str]] = values.setdefault(str(name), {})
        for entry in entries or []:
            if entry == _TIMEOUT:
                silent.append(str(name))
                continue
            for kind, content in entry.items():
                kinds.setdefault(kind, []).append(_value(kind, content))
        pretended = kinds.pop("SPF", [])
        texts = kinds.pop("TXT", pretended)
        if texts and texts != [_NONE]:
            kinds["TXT"] = texts
    return MemoryRecords(values, silent)


def _value(kind: str, content: Any) -> str:
    """Write a value as `MemoryRecords` takes it."""
    if kind == "MX":
        preference, host = content
        return f"{preference} {host or '.'}"
    return "".join(str(part) for part in _as_list(content))


def _as_list(content: Any) -> list[Any]:
    if content is None:
        return []
    return content if isinstance(content, list) else [content]


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
