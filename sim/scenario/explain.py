"""What does a word in a scenario mean, and where does its default come from?

Everything is read from the settings and the catalogue themselves, so that it cannot differ from what they do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from pydantic.fields import FieldInfo

from sim.errors import ArgumentError
from sim.scenario import catalogue
from sim.scenario.fields import by_key, grade_of, plausible_of, settings_inside
from sim.scenario.nearest import nearest
from sim.scenario.provenance import Graded, Plausible, leaves
from sim.scenario.schema import Scenario
from sim.scenario.settings import Settings
from sim.scenario.written_form import written_default, written_form

ExplainedKind = Literal["key", "postconf", "preset"]


@dataclass(frozen=True)
class Explanation:
    """The meaning of one key, of one parameter of Postfix, or of one preset."""

    term: str
    kind: ExplainedKind
    path: str
    """Where it stands in a scenario; `<name>` is a name of one's own choice."""
    meaning: str
    form: str
    """How it is written, with an example."""
    required: bool
    default: Any
    """The value if nothing is written, as it would be written; None for nothing."""
    grade: str | None
    source: str | None
    values: tuple[tuple[str, Graded], ...] = ()
    """The values of a preset, by their path."""
    plausible: Plausible | None = None
    """Between what the true value of a default may lie, where one can tell."""


def explain(term: str | None = None, lang: str = "en") -> tuple[Explanation, ...]:
    """Return all that a word means; without a word, everything there is.

    `term` may be a key (`greylisting`), a path (`letters.closure.count`), a parameter of Postfix
    (`minimal_backoff_time`) or a preset (`company`).

    Raises:
        ArgumentError: nothing is known by this name; its field `nearest` holds the word that was meant, if any.
    """
    everything = (*_keys(), *_presets(lang))
    if term is None:
        return everything
    found = tuple(one for one in everything if one.term == term or _is_path_of(term, one.path))
    if not found:
        close = nearest(term, dict.fromkeys(one.term for one in everything))
        raise ArgumentError("unknown_term", found=term, **({"nearest": close} if close else {}))
    return found


def _is_path_of(term: str, pattern: str) -> bool:
    """Tell whether a path of a scenario, or its end, is the one of a pattern with `<name>` in it."""
    parts, wanted = term.split("."), pattern.split(".")
    if not 1 < len(parts) <= len(wanted):
        return False
    ends = wanted[-len(parts) :]
    return all(want == part or want.startswith("<") for part, want in zip(parts, ends, strict=True)) and (
        ends[-1] == parts[-1] or len(parts) == len(wanted)
    )


@cache
def _keys() -> tuple[Explanation, ...]:
    return tuple(_of_settings(Scenario, ""))


def _of_settings(model: type[Settings], path: str) -> Iterator[Explanation]:
    for key, (_, about) in by_key(model).items():
        here = f"{path}.{key}" if path else key
        yield _of_key(key, here, about)
        inside = settings_inside(about.annotation)
        if inside is not None:
            model_inside, below = inside
            yield from _of_settings(model_inside, here + below)


def _of_key(key: str, path: str, about: FieldInfo) -> Explanation:
    grade = grade_of(about)
    default = None if about.is_required() else written_default(about)
    return Explanation(
        term=key,
        kind="postconf" if ".postconf." in path else "key",
        path=path,
        meaning=about.description or "",
        form=written_form(about),
        required=about.is_required(),
        default=default,
        grade=grade[0] if grade else None,
        source=grade[1] if grade else None,
        plausible=plausible_of(about),
    )


def _presets(lang: str) -> Iterator[Explanation]:
    for kind in catalogue.KINDS:
        for preset in catalogue.presets(kind).values():
            values = tuple(leaves(preset.tree).items())
            yield Explanation(
                term=preset.name,
                kind="preset",
                path=_HOMES[kind],
                meaning=preset.about_ja if lang == "ja" else preset.about_en,
                form=f"{_HOMES[kind].rsplit('.', 1)[-1]}: {preset.name}",
                required=False,
                default=None,
                grade=None,
                source=None,
                values=values,
            )


_HOMES: Final = {
    "sender": "senders.<name>.preset",
    "host": "senders.<name>.host",
    "provider": "providers.<name>.preset",
    "resolver": "resolvers.<name>.preset",
    "road": "default_road",
    "curve": "letters.<name>.hours",
    "costs": "costs",
    "outage": "faults.<number>.preset",
}
"""Where a preset of each kind is named."""
