"""`mailsim explain`: what a word of a scenario means, its default, where that comes from and how well it is known."""

from typing import TYPE_CHECKING, Annotated

import typer

from sim.analogy.labels import label
from sim.cli.endings import ends_well
from sim.cli.options import Language
from sim.cli.show import say, table

if TYPE_CHECKING:
    from sim.scenario.explain import Explanation


@ends_well
def explain(
    term: Annotated[
        str | None,
        typer.Argument(
            metavar="TERM", help="A key, a path, a parameter of Postfix or a preset; none lists all."
        ),
    ] = None,
    lang: Language = "en",
) -> None:
    """Say what a word means, its default and its source."""
    from sim.scenario.explain import explain as look_up

    found = look_up(term, lang)
    if term is None:
        _list(found, lang)
        return
    for place, one in enumerate(found):
        say(*([""] if place else []), *_sentences(one, lang))
        if one.values:
            headings = [label(f"column.{name}", lang) for name in ("path", "value", "grade", "source")]
            rows = [(path, _written(known.value), known.grade, known.source) for path, known in one.values]
            table(headings, rows)


def _list(found: "tuple[Explanation, ...]", lang: str) -> None:
    """List everything there is, a line each, grouped by kind."""
    say(label("explain.topics", lang))
    for kind in ("key", "postconf", "preset"):
        say("", label(f"explain.{kind}", lang))
        rows = [(one.path, _written(one.default), one.meaning) for one in found if one.kind == kind]
        if kind == "preset":
            rows = [(one.term, one.form, one.meaning) for one in found if one.kind == kind]
        names = ("word", "written", "meaning") if kind == "preset" else ("path", "default", "meaning")
        table([label(f"column.{name}", lang) for name in names], rows)


def _sentences(one: "Explanation", lang: str) -> list[str]:
    lines = [one.path if one.kind != "preset" else f"{one.term}  ({one.form})", f"  {one.meaning}"]
    if one.kind == "preset":
        return lines
    lines.append(f"  {label('explain.form', lang, form=one.form)}")
    if one.required:
        lines.append(f"  {label('explain.required', lang)}")
    else:
        lines.append(f"  {label('explain.default', lang, default=_written(one.default))}")
    if one.grade is not None:
        lines.append(f"  {label('explain.grade', lang, grade=one.grade, source=one.source or '')}")
    return lines


def _written(value: object) -> str:
    """Write a value as it would stand in a file."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    return str(value)
