"""Wrong options and arguments: in Japanese where `--lang ja` is among them, else in the parser's own words."""

import re
from collections.abc import Sequence
from typing import Any, Final

import typer
from typer.core import TyperGroup

from sim.analogy.labels import LANGUAGES, label
from sim.cli.endings import WRONG
from sim.cli.show import complain

_UsageError: Final[type[Exception]] = typer.BadParameter.__mro__[1]
"""The parser's family of errors; typer hands out only this one member of it."""

_SAID: Final = (
    (r"[Nn]o such option:? *'?(?P<name>--?[\w-]+)", "option"),
    (r"No such command '(?P<name>[^']*)'", "command"),
    (r"(?:equal to|>=) *(?P<least>\d+)", "range"),
    (r"valid integer", "whole"),
    (r"'?(?P<name>--?[\w-]+)'? requires an argument", "needs_value"),
    (r"unexpected extra arguments?(?:\(s\))? \((?P<found>.*)\)", "extra"),
)
"""What the parser of typer, old or new, says, and the words for it."""


class Commands(TyperGroup):
    """The commands; what the parser complains about is said in the language that was asked for."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that the arguments name."""
        arguments = list(ctx.args)
        try:
            return super().invoke(ctx)
        except _UsageError as error:
            lang = asked_language(arguments)
            if lang == "en":
                raise
            complain(label("cli.error", lang, words=usage_words(error, lang)))
            raise typer.Exit(WRONG) from None


def asked_language(arguments: Sequence[str]) -> str:
    """Give the language that the arguments ask for, although they could not be read as a whole."""
    asked = "en"
    for place, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            asked = value or "".join(arguments[place + 1 : place + 2])
    return asked if asked in LANGUAGES else "en"


def usage_words(error: Exception, lang: str) -> str:
    """Put the parser's complaint into words, with the help that belongs to the command."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "mailsim"
    return label("cli.usage", lang, words=_words(error, lang), command=command)


def _words(error: Any, lang: str) -> str:
    """Word by word what the parser says; what it may say one day and is not known here is quoted."""
    message = str(error.format_message()).strip().rstrip(".")
    name = _name(getattr(error, "param", None))
    if type(error).__name__ == "MissingParameter":
        return label("cli.usage_missing", lang, name=name)
    if name == "--lang":
        return label("cli.usage_choice", lang, name=name, choices=", ".join(LANGUAGES))
    for pattern, key in _SAID:
        found = re.search(pattern, message)
        if found:
            fields = {"name": name} | found.groupdict()
            return label(f"cli.usage_{key}", lang, **fields) + _nearest(message, lang)
    return label("cli.usage_value" if name else "cli.usage_other", lang, name=name, message=message)


def _name(param: Any) -> str:
    """Give the name of an option or an argument as the help has it; empty if the error is about none."""
    names = [name for name in getattr(param, "opts", ()) if name.startswith("--")]
    return str(next(iter(names), None) or getattr(param, "metavar", None) or "")


def _nearest(message: str, lang: str) -> str:
    """Say what may have been meant, if the parser has a guess."""
    found = re.search(r"(?:Did you mean|[Pp]ossible options:) *'?([\w-]+)", message)
    return label("cli.usage_nearest", lang, nearest=found[1]) if found else ""
