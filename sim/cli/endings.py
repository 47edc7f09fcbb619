"""How a command ends: 0 done, 2 the user can put it right, 3 the audit broke, 130 interrupted; never a traceback."""

import functools
import signal
import sys
from collections.abc import Callable
from typing import NoReturn, ParamSpec, TypeVar

import typer

from sim import analogy
from sim.analogy.labels import error_words, label
from sim.cli import leave_at_once
from sim.cli.show import complain
from sim.cli.streams import give_up_stdout
from sim.errors import ScenarioError, SimError

DONE, MISSED, WRONG, BROKEN_AUDIT, INTERRUPTED, NO_READER, KILLED = 0, 1, 2, 3, 130, 141, 143

Arguments = ParamSpec("Arguments")
Returned = TypeVar("Returned")


def ends_well(command: Callable[Arguments, Returned]) -> Callable[Arguments, Returned]:
    """Let a command end with words and an exit status instead of a traceback."""

    @functools.wraps(command)
    def ended(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Returned:
        lang = str(kwargs.get("lang", "en"))
        try:
            unwind_on_interrupt()
            returned = command(*args, **kwargs)
            sys.stdout.flush()
        except SimError as error:
            complain(*words_of(error, lang))
            raise typer.Exit(error.exit_status) from None
        except KeyboardInterrupt:
            complain(label("cli.interrupted", lang))
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            give_up_stdout()
            raise typer.Exit(NO_READER) from None
        except (
            OSError
        ) as error:  # the disk is full, a folder went away: nothing that mailsim can know beforehand
            complain(label("cli.error", lang, words=error.strerror or str(error)))
            give_up_stdout()
            raise typer.Exit(WRONG) from None
        except MemoryError:
            complain(label("cli.error", lang, words=label("error.out_of_memory", lang)))
            raise typer.Exit(WRONG) from None
        return returned

    return ended


def words_of(error: SimError, lang: str) -> list[str]:
    """Put an error into words; a scenario may have several things wrong, each is a line."""
    if isinstance(error, ScenarioError):
        return analogy.describe_all(error.problems, lang).splitlines()
    words = error_words(error, lang) or analogy.describe_error(error, lang)
    return label("cli.error", lang, words=words).splitlines()


def unwind_on_interrupt() -> None:
    """Let Ctrl-C unwind the program from here on: there are half-written files to remove."""
    if signal.getsignal(signal.SIGINT) is leave_at_once:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def end_on_kill() -> None:
    """Let a polite kill unwind the program, so that half-written files go."""
    signal.signal(signal.SIGTERM, _unwind)


def _unwind(_number: int, _frame: object) -> NoReturn:
    raise SystemExit(KILLED)
