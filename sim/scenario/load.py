"""Read a scenario: from a file, or from a mapping made in Python.

Everything that is wrong comes in one ScenarioError: file, line, column, path of keys, what was found and what would
be right. No other exception leaves this module, whatever the file holds.

A letter that is watched may come to be out of range because a later file, or `--set`, asks for fewer letters than the
file that says `watch:`. It is then not watched, and nothing is said of it: watching concerns what is shown, not what
happens. Where both stand in one file, or `watch` itself was set, it is an error.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim import analogy
from sim.errors import Problem, ScenarioError
from sim.scenario.cross_checks import Found, cross_checks
from sim.scenario.expand import Expansion
from sim.scenario.findings import KEY_CODES, from_validation, unknown_key, with_plain_characters
from sim.scenario.invisible import visible
from sim.scenario.provenance import Provenance
from sim.scenario.schema import Scenario
from sim.scenario.source import Source, read_source, set_values
from sim.scenario.volume import volume_checks
from sim.units import WRITTEN
from sim.yaml_io import KeyPath, dotted


def load(path: str | os.PathLike[str], overrides: Sequence[str] = (), lang: str = "en") -> Scenario:
    """Read a scenario file; each of `overrides` is `path=value`, as `letters.closure.count=1000`.

    Raises:
        ScenarioError: everything that is wrong with the file or the overrides, in words of `lang`.
    """
    try:
        source = read_source(Path(path), os.fspath(path))
        set_values(source, overrides)
        return _scenario(source, Path(path).stem)
    except ScenarioError as error:
        raise _in_words(error.problems, lang) from None
    except RecursionError:
        raise _in_words([Problem("yaml_too_deep", {}, os.fspath(path))], lang) from None


def scenario_from_mapping(
    mapping: Mapping[str, Any], stem: str = "scenario", lang: str = "en", overrides: Sequence[str] = ()
) -> Scenario:
    """Make a scenario from a mapping that has the form of a scenario file; the same checks and overrides hold.

    Raises:
        ScenarioError: everything that is wrong with the mapping, in words of `lang`.
    """
    try:
        source = Source(_plain(mapping))
        if "extends" in source.data:
            source.problems.append(Problem("extends_needs_a_file", {}, path="extends"))
            del source.data["extends"]
        set_values(source, overrides)
        return _scenario(source, stem)
    except ScenarioError as error:
        raise _in_words(error.problems, lang) from None
    except RecursionError:
        raise _in_words([Problem("yaml_too_deep")], lang) from None


def _plain(mapping: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(mapping, Mapping):
        raise ScenarioError([Problem("mapping_is_none", {"found": type(mapping).__name__})])
    return {str(key): value for key, value in mapping.items()}


def _scenario(source: Source, stem: str) -> Scenario:
    """Validate a source; collect everything that is wrong before giving up."""
    expansion = Expansion(source.data)
    found = list(expansion.found)
    if "stem" in expansion.data:  # the loader's own field, which no one writes
        del expansion.data["stem"]
        found.append(unknown_key(("stem",), Scenario))
    crossed = cross_checks(expansion.data)
    dropped = [one for one in crossed if _no_longer_there(one, source)]
    found += [one for one in crossed if one not in dropped]
    scenario: Scenario | None = None
    try:
        scenario = Scenario.model_validate(
            expansion.data, context={WRITTEN: True}, by_alias=True, by_name=False
        ).model_copy(update={"stem": stem})
        if dropped:
            letters = {one.fields["found"] for one in dropped}
            watch = tuple(letter for letter in scenario.watch if letter not in letters)
            scenario = scenario.model_copy(update={"watch": watch})
    except ValidationError as error:
        found += from_validation(error, Scenario, expansion.data)
    if scenario is not None:
        found += volume_checks(scenario)
    problems = [*source.problems, *_problems(found, source)]
    if scenario is None or problems:
        raise ScenarioError(sorted(problems, key=lambda problem: _order(problem, source)))
    scenario._provenance = Provenance(expansion.from_presets)
    return scenario


def _no_longer_there(one: Found, source: Source) -> bool:
    """Tell whether a watched letter is out of range only because the amount was changed after `watch` was written."""
    if one.code != "no_such_letter":
        return False
    entry = one.fields["found"].partition("/")[0]
    written = source.data["letters"][entry]
    amounts = ("times" if written.get("times") is not None else "count", "recipients")
    return any(key in written and source.is_older(one.at, ("letters", entry, key)) for key in amounts)


def _problems(found: Iterable[Found], source: Source) -> list[Problem]:
    """Give each finding its place; of several at one place the first is kept."""
    problems: dict[KeyPath, Problem] = {}
    found = list(found)
    misspelt = {
        (*one.at[:-1], one.fields["nearest"])
        for one in found
        if one.code == "unknown_key" and "nearest" in one.fields
    }
    for one in map(with_plain_characters, found):
        if one.code == "missing_key" and one.at in misspelt:
            continue  # it is there, but for its spelling
        of_key = one.code in KEY_CODES or (len(one.at) > 1 and one.at[-1] == one.fields.get("found"))
        at = source.as_written(one.at)
        if one.code == "missing_key":
            at, of_key = at[:-1], True
        shown = (*at, one.at[-1]) if one.code == "missing_key" else at
        place = source.place(at, of_key=of_key)
        problem = Problem(one.code, one.fields, place.file, place.line, place.column, dotted(shown))
        problems.setdefault(one.at, problem)
    return list(problems.values())


def _order(problem: Problem, source: Source) -> tuple[int, int, int]:
    file = source.files.index(problem.file) if problem.file in source.files else len(source.files)
    return file, problem.line or 0, problem.column or 0


def _in_words(problems: Sequence[Problem], lang: str) -> ScenarioError:
    safe = [
        replace(
            one,
            fields={
                name: visible(value) if isinstance(value, str) else value
                for name, value in one.fields.items()
            },
            path=visible(one.path),
        )
        for one in problems
    ]
    return ScenarioError(safe, analogy.describe_all(safe, lang))
