from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import ArgumentError
from sim.exports.saved_run import read_start, read_tables
from sim.exports.table_shapes import SHAPES
from sim.results.tables import frames
from tests.exports.test_saved_run import save
from tests.results.hand_made import record


def test_the_shapes_are_those_of_the_tables_that_mailsim_writes() -> None:
    written = frames(record())
    # What the letters of a run wait after differs from run to run.
    blame = written["blame"]
    written["blame"] = blame.drop(columns=[name for name in blame.columns if name.startswith("waiting_")])

    assert {name: list(shape) for name, shape in SHAPES.items()} == {
        name: list(written[name].columns) for name in SHAPES
    }


def test_a_table_that_was_not_touched_is_read(tmp_path: Path) -> None:
    save(tmp_path / "out")

    assert {name: len(frame) for name, frame in read_tables(tmp_path / "out", SHAPES).items()} == {
        name: len(frame) for name, frame in frames(record()).items() if name in SHAPES
    }


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (lambda _: b"", "it is empty"),
        (lambda content: content[:60], "its last line is cut off"),
        (lambda content: content[:-20], "its last line is cut off"),
        (lambda _: b"a,b\n1,2\n", "its first line names other columns"),
        (lambda content: content.replace(b"letter,", b"", 1), "its first line names other columns"),
        (lambda content: content + b"\n1,2,3\n", "`kind` holds what cannot stand there"),
        (lambda content: content.replace(b",school,", b",,"), "`sender` holds what cannot stand there"),
        (lambda content: content.replace(b"0.000000", b"1e300"), "`submitted_s` holds what cannot"),
        (lambda content: content.replace(b",bounced,", b",eaten,"), "`outcome` holds what cannot"),
        (lambda content: content + b"1,2" * 40 + b"\n", "is not as mailsim wrote it"),
        (lambda _: bytes(range(256)) + b"\n", "is not as mailsim wrote it"),
        (lambda _: b"\n", "is not as mailsim wrote it"),
    ],
)
def test_a_damaged_table_is_refused_with_what_to_do(
    tmp_path: Path, damage: Callable[[bytes], bytes], found: str
) -> None:
    save(tmp_path / "out")
    file = tmp_path / "out" / "letters.csv"
    file.write_bytes(damage(file.read_bytes()))

    with pytest.raises(ArgumentError, match=r"^letters\.csv in .*out is not as mailsim wrote it: ") as error:
        read_tables(tmp_path / "out", ("letters",))
    assert found in str(error.value)
    assert str(error.value).endswith("Run the scenario again.")


def test_a_manifest_without_the_start_is_refused(tmp_path: Path) -> None:
    save(tmp_path / "out")
    file = tmp_path / "out" / "manifest.json"
    file.write_text(file.read_text("utf-8").replace('"start"', '"began"'), encoding="utf-8")

    with pytest.raises(ArgumentError, match=r"manifest\.json in .* `start` holds"):
        read_start(tmp_path / "out")
