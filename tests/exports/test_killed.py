"""A program that is killed outright, at any moment: its folder is the old one, the new one, or absent, and never half.

SIGKILL cannot be caught, so nothing tidies up. A process saves two runs in turn into one folder; a child of it is
killed after a random time. What is found must be one of the two, to the byte; and the next save must succeed.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROBE = """
import os, random, signal, sys, time
from pathlib import Path
import sim
from tests.mail.town import scenario

def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}

place, kills = Path(sys.argv[1]), int(sys.argv[2])
runs = [sim.run(scenario({"letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": count}}))
        for count in (1, 400)]
whole = []
for number, made in enumerate(runs):
    made.save(place / f"whole{number}", plots=False)
    whole.append(contents(place / f"whole{number}"))
chance, folder, seen = random.Random(1), place / "out", set()
for _ in range(kills):
    child = os.fork()
    if not child:
        while True:
            for made in runs:
                made.save(folder, plots=False)
    time.sleep(chance.uniform(0.0, 0.25))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if folder.exists():
        found = contents(folder)
        assert found in whole, sorted(found)
        seen.add(whole.index(found))
runs[0].save(folder, plots=False)
assert contents(folder) == whole[0]
print(sorted(seen))
"""


def _killed(place: Path, kills: int) -> str:
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", PROBE, str(place), str(kills)],
        capture_output=True,
        check=False,
        text=True,
        cwd=root,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(root)},
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork and SIGKILL of POSIX")
@pytest.mark.parametrize("kills", [10, pytest.param(300, marks=pytest.mark.long)])
def test_a_folder_is_whole_or_absent_whenever_the_program_is_killed(tmp_path: Path, kills: int) -> None:
    assert _killed(tmp_path, kills).strip() in ("[0]", "[1]", "[0, 1]")
