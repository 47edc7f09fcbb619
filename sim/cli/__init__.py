"""The command line: one file a command, each thin over `sim.api`.

Commands import what they need when they run, so that `mailsim --help` need not wait for pandas.
"""

import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn

_INTERRUPTED = 130


def main() -> None:
    """Run `mailsim`."""
    try:
        # Until a command begins there is nothing to unwind, and libraries that are being read would swallow Ctrl-C.
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, leave_at_once)
        from sim.cli.app import run_app

        run_app()
    except KeyboardInterrupt:
        leave_at_once()


def leave_at_once(*_signal: object) -> NoReturn:
    """End with one line; in English, since no other words have been read yet."""
    with suppress(Exception):
        sys.stderr.write("Interrupted; nothing was written.\n")
        sys.stderr.flush()
    os._exit(_INTERRUPTED)
