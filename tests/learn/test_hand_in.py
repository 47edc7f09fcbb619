import csv
from pathlib import Path

import pytest

from sim.errors import OutputError
from sim.learn.hand_in import file_name, write_table


def test_a_file_name_is_one_that_every_system_takes() -> None:
    assert file_name("提出", "06", "1-2 34", "山田 花子") == "提出_06_1-2-34_山田-花子.csv"
    assert file_name("a", "../../etc/passwd", "x:y\\z?") == "a_etc-passwd_x-y-z.csv"
    assert len(file_name("n" * 500)) < 100


def test_the_file_is_a_table_that_excel_reads_as_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    write_table(file, [["部分", "値"], ["予想", "98, 99"]])

    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(file.read_text("utf-8-sig").splitlines())) == [["部分", "値"], ["予想", "98, 99"]]
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


@pytest.mark.parametrize("words", ["=1+1", "+1 and more", "@cmd", "-x", "  =2"])
def test_excel_computes_nothing_that_a_learner_wrote(tmp_path: Path, words: str) -> None:
    write_table(tmp_path / "t.csv", [[words, "-1.5"]])

    (row,) = csv.reader((tmp_path / "t.csv").read_text("utf-8-sig").splitlines())
    assert row == [f"'{words}", "-1.5"]


def test_what_cannot_be_written_leaves_the_old_file_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "t.csv"
    write_table(file, [["old"]])

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match="No space left"):
        write_table(file, [["new"]])
    assert file.read_text("utf-8-sig") == "old\n"
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
