"""The command line: one file a command, each thin over `sim.api`.

Commands import what they need when they run, so that `mailsim --help` need not wait for pandas.
"""


def main() -> None:
    """Run `mailsim`."""
    from sim.cli.app import run_app

    run_app()
