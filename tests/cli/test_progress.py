import io

import pytest
from rich.console import Console

from sim.cli import progress
from sim.cli.progress import count_progress, run_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_where_output_is_no_terminal_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with run_progress(1_000_000, 1, "en") as tick, count_progress("measuring") as count:
        assert tick is None
        assert count is None
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_time_letters_and_pace_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    console = Console(file=terminal, force_terminal=True, width=120)
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(progress, "error_console", lambda: console)
    with run_progress(3_600_000_000, 1, "en") as tick:
        assert tick is not None
        tick(0, 1_800_000_000, 12_345)
    shown = terminal.getvalue()

    assert "simulating" in shown
    assert "50%" in shown
    assert "30 min" in shown
    assert "12,345 letters" in shown
    assert "letters/s" in shown


def test_of_several_replications_their_number_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    console = Console(file=terminal, force_terminal=True, width=120)
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(progress, "error_console", lambda: console)
    with run_progress(1_000_000, 10, "en") as tick:
        assert tick is not None
        tick(4, 0, 40)

    assert "4/10" in terminal.getvalue()
    assert "40%" in terminal.getvalue()
