"""Compare a run of the fast engine with one of the plain engine, letter by letter, attempt by attempt."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from itertools import zip_longest
from typing import Any

from sim.kernel.recorder import RunRecord
from sim.reference.records import (
    LetterName,
    PlainAttempt,
    PlainBreak,
    PlainCopy,
    PlainLetter,
    PlainResult,
    Reading,
)
from sim.vocabulary.kinds import DUPLICATE

LATE = 1 << 62


@dataclass(frozen=True)
class Difference:
    """Something that the engines see differently: when it begins, which letter, and what each says."""

    at_us: int
    letter: LetterName
    what: str
    fast: Any
    plain: Any
    attempt: int = 0
    """Number of the attempt that differs, from 1; 0 where it is the letter itself."""


def first_difference(record: RunRecord, plain: PlainResult) -> str | None:
    """Tell the earliest difference of two runs in words, or None where they agree."""
    letters, readings = as_plain(record)
    found = list(_differences(letters, plain.letters))
    if not found:
        if sorted(readings) != sorted(plain.readings):
            only_fast = sorted(set(readings) - set(plain.readings))[:3]
            only_plain = sorted(set(plain.readings) - set(readings))[:3]
            return f"readings differ: only fast {only_fast}, only plain {only_plain}"
        return None
    first = min(found, key=lambda difference: (difference.at_us, difference.letter))
    entry, number, kind = first.letter
    lines = [
        f"{len({difference.letter for difference in found})} of {len(plain.letters)} letters differ; the first:",
        f"{entry}/{number} kind {kind} at {first.at_us}: {first.what}: fast {first.fast}, plain {first.plain}",
    ]
    for name, letters_of in (("fast", letters), ("plain", plain.letters)):
        letter = letters_of.get(first.letter)
        if letter is not None:
            lines.append(
                f"  {name}: { {key: value for key, value in asdict(letter).items() if key != 'attempts'} }"
            )
            shown = range(max(0, first.attempt - 2), min(first.attempt + 1, len(letter.attempts)))
            lines += [f"    {index + 1}: {letter.attempts[index]}" for index in shown]
    return "\n".join(lines)


def as_plain(record: RunRecord) -> tuple[dict[LetterName, PlainLetter], list[Reading]]:
    """Read the fast engine's tables as the plain engine's letters and readings."""
    rows = _rows(record.letters)
    names: list[LetterName] = []
    letters: dict[LetterName, PlainLetter] = {}
    copies: list[tuple[int, PlainCopy]] = []
    for row in rows:
        name = (record.names.entries[row["entry"]], row["number"], row["kind"])
        names.append(name)
        if row["kind"] == DUPLICATE:
            if row["delivered_us"] >= 0:
                copies.append((row["parent"], PlainCopy(row["delivered_us"], row["ended_us"])))
            continue
        letters[name] = PlainLetter(**{key: row[key] for key in _KEPT})
    own = sum(row["kind"] != DUPLICATE for row in rows)
    assert len(letters) == own, "two rows are one letter"
    for parent, copy in sorted(copies, key=lambda each: (each[0], each[1].delivered_us)):
        letters[names[parent]].copies.append(copy)
    for row in _rows(record.attempts):
        letters[names[row["letter"]]].attempts.append(
            PlainAttempt(**{key: row[key] for key in _KEPT_OF_ATTEMPT})
        )
    for row in _rows(record.aborted):
        stay = PlainBreak(row["activated_us"], row["handed_us"], row["at_us"])
        letters[names[row["letter"]]].broken_off.append(stay)
    readings = [
        (*names[row["letter"]][:2], row["fetched_us"], row["opened_us"], row["reader"], row["device"])
        for row in _rows(record.readings)
    ]
    return letters, readings


_LISTS = ("attempts", "broken_off", "copies")
_KEPT = [field.name for field in fields(PlainLetter) if field.name not in _LISTS]
_KEPT_OF_ATTEMPT = [field.name for field in fields(PlainAttempt)]


def _rows(table: Any) -> list[dict[str, Any]]:
    columns = table.columns
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _differences(
    fast: dict[LetterName, PlainLetter], plain: dict[LetterName, PlainLetter]
) -> Iterator[Difference]:
    for name in [*plain, *(name for name in fast if name not in plain)]:
        if name not in fast or name not in plain:
            there = fast.get(name) or plain[name]
            yield Difference(there.submitted_us, name, "exists", name in fast, name in plain)
            continue
        one, other = fast[name], plain[name]
        for key in _KEPT:
            ours, theirs = getattr(one, key), getattr(other, key)
            if ours != theirs:
                times = [ours, theirs] if key.endswith("_us") else [one.submitted_us]
                at = min((time for time in times if time >= 0), default=LATE)
                yield Difference(at, name, key, ours, theirs)
        if one.copies != other.copies:
            yield Difference(one.delivered_us, name, "copies", one.copies, other.copies)
        for ours, theirs in zip_longest(one.broken_off, other.broken_off):
            if ours != theirs:
                yield Difference((ours or theirs).at_us, name, "broken_off", ours, theirs)
                break
        yield from _different_attempts(name, one.attempts, other.attempts)


def _different_attempts(
    name: LetterName, fast: list[PlainAttempt], plain: list[PlainAttempt]
) -> Iterator[Difference]:
    for number, (one, other) in enumerate(zip(fast, plain, strict=False), start=1):
        for field in fields(PlainAttempt):
            ours, theirs = getattr(one, field.name), getattr(other, field.name)
            if ours != theirs:
                at = min(ours, theirs) if field.name.endswith("ed_us") else min(one.ended_us, other.ended_us)
                yield Difference(at, name, f"attempt {number} {field.name}", ours, theirs, number)
                return
    if len(fast) != len(plain):
        common = min(len(fast), len(plain))
        extra = (fast[common:] or plain[common:])[0]
        yield Difference(extra.ended_us, name, "number of attempts", len(fast), len(plain), common + 1)


def host_names_agree(record: RunRecord, plain: PlainResult) -> bool:
    """Tell whether both engines count hosts and providers in the same order."""
    return list(record.names.hosts) == plain.hosts and list(record.names.providers) == plain.providers
