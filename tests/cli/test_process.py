"""What only a process of its own can show: encodings, pipes, signals, a bare environment."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

LONG = ["--set", "letters.notice.count=300000", "--set", "duration=2 d"]
posix = pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "sim", *map(str, arguments)]


def environment(**changes: str) -> dict[str, str]:
    root = str(Path(__file__).parents[2])
    return {"PATH": os.environ["PATH"], "PYTHONPATH": root, **changes}


def test_a_japanese_windows_terminal_is_no_trouble(scenario: Path) -> None:
    ended = subprocess.run(
        command("run", scenario, "--lang", "ja"),
        capture_output=True,
        check=False,
        env=environment(PYTHONIOENCODING="cp932"),
    )

    assert ended.returncode == 0
    assert ended.stderr == b""
    assert ended.stdout.decode("cp932").startswith("手紙3通")


def test_a_terminal_that_knows_only_ascii_gets_likenesses(scenario: Path, tmp_path: Path) -> None:
    bare = environment(LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    ended = subprocess.run(
        command("run", scenario, "--lang", "ja", "--out", tmp_path / "out"),
        capture_output=True,
        check=False,
        env=bare,
    )

    assert ended.returncode == 0
    assert ended.stdout.decode("ascii").startswith("??3?")
    assert "450 4.2.0" in ended.stdout.decode("ascii")
    assert ended.stderr.decode("ascii").startswith("This terminal cannot show Japanese.")
    # Files are UTF-8 whatever the terminal.
    assert "手紙3通" in (tmp_path / "out" / "scenario.yaml").read_text("utf-8")


def test_json_is_json_in_any_locale(scenario: Path) -> None:
    ended = subprocess.run(
        command("run", scenario, "--json", "-"),
        capture_output=True,
        check=False,
        env=environment(LC_ALL="C", PYTHONIOENCODING="ascii"),
    )

    assert json.loads(ended.stdout)["letters"]["submitted"]["value"] == 3
    assert ended.stderr == b""


@posix
def test_a_folder_may_have_any_name_in_any_locale(scenario: Path, tmp_path: Path) -> None:
    bare = environment(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    ended = subprocess.run(
        command("run", scenario, "--out", tmp_path / "結果", "--no-plots"),
        capture_output=True,
        check=False,
        env=bare,
    )

    assert (ended.returncode, ended.stderr) == (0, b"")
    assert (tmp_path / "結果" / "letters.csv").exists()


@posix
@pytest.mark.parametrize(
    "closed",
    [
        ">&-",
        "<&- >&- 2>&-",
        *(pytest.param(one, marks=pytest.mark.long) for one in ("<&-", "2>&-", ">&- 2>&-")),
    ],
)
@pytest.mark.parametrize(("file", "status"), [("three.yaml", 0), ("nothing.yaml", 2)])
def test_a_stream_that_is_closed_is_no_error(scenario: Path, closed: str, file: str, status: int) -> None:
    out = scenario.parent / "out"
    shell = f"{' '.join(command('run', file, '--out', 'out', '--no-plots'))} {closed}"
    ended = subprocess.run(
        ["/bin/sh", "-c", shell], capture_output=True, check=False, env=environment(), cwd=scenario.parent
    )

    assert ended.returncode == status
    assert b"Traceback" not in ended.stderr
    assert bool(ended.stdout) == (status == 0 and ">&-" not in closed.split())
    assert bool(ended.stderr) == (status == 2 and "2>&-" not in closed.split())
    if status == 0:
        # What is printed must not end up in a file that took the place of the stream.
        assert (out / "letters.csv").read_text("utf-8-sig").startswith("letter,message,")
        assert json.loads((out / "summary.json").read_text("utf-8"))["letters"]["submitted"]["value"] == 3


@posix
@pytest.mark.parametrize("library", ["sim.cli.app", "typer", "pydantic", "numpy", "pandas", "simpy"])
def test_ctrl_c_while_a_library_is_being_read_ends_with_one_line(
    scenario: Path, tmp_path: Path, library: str
) -> None:
    probe = (
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path, target=None):\n"
        f"        if name == {library!r}:\n"
        "            sys.meta_path.remove(self)\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from sim.cli import main\n"
        f"sys.argv = ['mailsim', 'run', {str(scenario)!r}, '--out', {str(tmp_path / 'out')!r}]\n"
        "main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False, env=environment())

    assert (ended.returncode, ended.stderr) == (130, b"Interrupted; nothing was written.\n")
    assert ended.stdout == b""
    assert [path.name for path in tmp_path.iterdir()] == ["three.yaml"]


@posix
def test_a_reader_who_leaves_early_is_no_error(scenario: Path) -> None:
    shell = f"{' '.join(command('explain'))} | head -1"
    ended = subprocess.run(
        ["/bin/sh", "-c", shell], capture_output=True, check=False, env=environment(), cwd=scenario.parent
    )

    assert ended.stderr == b""


def _until_it_hears(pid: int, number: signal.Signals) -> None:
    """Wait until a process has said what it does at a signal, which on a busy machine takes its time."""
    status = Path(f"/proc/{pid}/status")
    for _ in range(300):
        time.sleep(0.1)
        if not status.exists():
            time.sleep(1.4)
            return
        caught = next(line for line in status.read_text().splitlines() if line.startswith("SigCgt:"))
        if int(caught.split()[1], 16) >> (number - 1) & 1:
            return
    raise AssertionError("it never does")


@posix
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_no_output_and_no_traceback(
    scenario: Path, tmp_path: Path, number: signal.Signals, status: int
) -> None:
    running = subprocess.Popen(
        command("run", scenario, "--out", tmp_path / "out", *LONG),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        # A process group of its own, in which Ctrl-C is not ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    _until_it_hears(running.pid, signal.SIGTERM)
    time.sleep(0.5)
    running.send_signal(number)
    out, err = running.communicate(timeout=30)

    assert running.returncode == status
    assert out == b""
    assert b"Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["three.yaml"]


@posix
def test_interrupted_replications_end_at_once_and_without_a_word_too_many(scenario: Path) -> None:
    running = subprocess.Popen(
        command("run", scenario, "--replications", "500", "--set", "letters.notice.count=3000"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    time.sleep(2.5)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to all processes of the command
    out, err = running.communicate(timeout=30)

    assert (running.returncode, out, err) == (130, b"", b"Interrupted; nothing was written.\n")


def test_starting_takes_no_pandas_and_no_matplotlib() -> None:
    probe = (
        "import sys, sim\n"
        "heavy = {'pandas', 'matplotlib', 'networkx', 'numpy', 'scipy', 'ruamel', 'pydantic', 'simpy'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "import sim.cli.app\n"
        "assert not {'pandas', 'matplotlib', 'networkx', 'numpy'} & set(sys.modules)\n"
    )
    ended = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False, env=environment())

    assert ended.stderr.decode() == ""
    assert ended.returncode == 0


def test_python_m_sim_is_mailsim() -> None:
    ended = subprocess.run(command("--version"), capture_output=True, check=False, env=environment())

    assert ended.stdout.decode().startswith("mailsim ")
