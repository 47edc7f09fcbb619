"""`mailsim explain`: what a word means: at the post office, or in a scenario, with its default and its source."""

from typing import TYPE_CHECKING, Annotated

import typer

from sim.analogy.labels import label
from sim.analogy.meanings import form_words, meaning_words, source_words
from sim.analogy.terms import Term, all_words, find_terms, terms
from sim.cli.endings import ends_well
from sim.cli.options import Language
from sim.cli.show import say, table
from sim.errors import ArgumentError

if TYPE_CHECKING:
    from sim.scenario.explain import Explanation

_OTHER = {"en": "ja", "ja": "en"}


@ends_well
def explain(
    term: Annotated[
        str | None,
        typer.Argument(
            metavar="TERM",
            help="A word of mail or of the post office, in English or Japanese; a key, a path, a parameter of "
            "Postfix or a preset; none lists all.",
        ),
    ] = None,
    lang: Language = "en",
) -> None:
    """Say what a word means, its default and its source."""
    from sim.scenario.explain import explain as look_up

    if term is None:
        _list(look_up(None, lang), lang)
        return
    named = find_terms(term)
    found = _settings(term, lang, needed=not named)
    if named and not found:  # a word of another language may be that of a key
        found = _settings(named[0].name, lang, needed=False)
    for place, known_term in enumerate(named):
        say(*([""] if place else []), *_words(known_term, lang))
    for place, one in enumerate(found):
        say(*([""] if place or named else []), *_sentences(one, lang))
        if one.values:
            headings = [label(f"column.{name}", lang) for name in ("path", "value", "grade", "source")]
            rows = [
                (
                    path,
                    _written(known.value),
                    label(f"explain.{known.grade}", lang),
                    source_words(known.source, lang),
                )
                for path, known in one.values
            ]
            table(headings, rows)


def _settings(term: str, lang: str, *, needed: bool) -> "tuple[Explanation, ...]":
    """Look a word up among keys, parameters and presets; where nothing is known, name the nearest of all words."""
    from sim.scenario.explain import explain as look_up
    from sim.scenario.nearest import nearest

    try:
        return look_up(term, lang)
    except ArgumentError as error:
        if not needed:
            return ()
        near = error.fields.get("nearest") or nearest(term, all_words())
        raise ArgumentError("unknown_term", found=term, **({"nearest": near} if near else {})) from None


def _list(found: "tuple[Explanation, ...]", lang: str) -> None:
    """List everything there is, a line each, grouped by kind."""
    say(label("explain.topics", lang))
    for kind in ("key", "postconf", "preset"):
        say("", label(f"explain.{kind}", lang))
        of_kind = [one for one in found if one.kind == kind]
        rows = [(one.path, _written(one.default), meaning_words(one.meaning, lang)) for one in of_kind]
        if kind == "preset":
            rows = [(one.term, one.form, one.meaning) for one in of_kind]
        names = ("word", "written", "meaning") if kind == "preset" else ("path", "default", "meaning")
        table([label(f"column.{name}", lang) for name in names], rows)
    say("", label("explain.term", lang))
    headings = [label(f"column.{name}", lang) for name in ("word", "post", "meaning")]
    table(headings, [(one.mail[lang], one.post[lang], one.about[lang]) for one in terms().values()])


def _words(one: Term, lang: str) -> list[str]:
    other = _OTHER[lang]
    return [
        one.mail[lang],
        f"  {one.about[lang]}",
        f"  {label('explain.post', lang, post=one.post[lang])}",
        f"  {label('explain.other_language', lang, mail=one.mail[other], post=one.post[other])}",
    ]


def _sentences(one: "Explanation", lang: str) -> list[str]:
    if one.kind == "preset":
        return [f"{one.term}  ({one.form})", f"  {one.meaning}"]
    lines = [one.path, f"  {meaning_words(one.meaning, lang)}"]
    lines.append(f"  {label('explain.form', lang, form=form_words(one.form, lang))}")
    if one.required:
        lines.append(f"  {label('explain.required', lang)}")
    else:
        lines.append(f"  {label('explain.default', lang, default=_written(one.default))}")
    if one.grade is not None:
        grade = label(f"explain.{one.grade}", lang)
        lines.append(
            f"  {label('explain.grade', lang, grade=grade, source=source_words(one.source or '', lang))}"
        )
    if one.plausible is not None:
        low, high = _written(one.plausible.low), _written(one.plausible.high)
        why = source_words(one.plausible.why, lang)
        lines.append(f"  {label('explain.plausible', lang, low=low, high=high, why=why)}")
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
