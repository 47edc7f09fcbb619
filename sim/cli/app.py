"""The application: its commands, in the order in which one meets them."""

from typing import Annotated

import typer

from sim.cli import bench, check, compare, explain, game, journey, lessons, new, replay, run, sweep, validate
from sim.cli.endings import end_on_kill
from sim.cli.streams import prepare_streams
from sim.cli.usage import Commands

app = typer.Typer(
    name="mailsim",
    cls=Commands,
    help="Simulate the whole mail system, from the post box to the PO box. No real mail is ever sent.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    run.run,
    compare.compare,
    check.check,
    new.new,
    explain.explain,
    journey.journey,
    replay.replay,
    sweep.sweep,
    lessons.lessons,
    game.game,
    validate.validate,
    bench.bench,
):
    app.command()(command)


def _print_version(wanted: bool) -> None:
    if wanted:
        from sim.api import version

        typer.echo(f"mailsim {version()}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Say which version this is."),
    ] = False,
) -> None:
    """Simulate the whole mail system, from the post box to the PO box. No real mail is ever sent."""


def run_app() -> None:
    """Run the application on the arguments of this process."""
    prepare_streams()
    end_on_kill()
    app(prog_name="mailsim")
