"""Files that are no UTF-8 text are named for what they are."""

import os
from pathlib import Path

import pytest

from sim.errors import Problem, ScenarioError
from sim.scenario.load import load
from tests.scenario.small import SMALL, problems_of

JAPANESE = "format: 1\ntitle: 台風の朝の休校メール、ひらがなとカタカナ\n"


@pytest.mark.parametrize(
    ("content", "code", "found"),
    [
        (b"", "file_is_empty", None),
        (b"\n\n  \n", "file_is_empty", None),
        (b"# only a comment\n", "file_is_empty", None),
        (JAPANESE.encode("cp932"), "file_in_japanese_code", "Shift_JIS"),
        (JAPANESE.encode("euc_jp"), "file_in_japanese_code", "EUC-JP"),
        (JAPANESE.encode("iso2022_jp"), "file_in_japanese_code", "ISO-2022-JP"),
        (SMALL.encode("utf-16"), "file_is_utf16", None),
        (SMALL.encode("utf-16-le"), "file_is_utf16", None),
        (SMALL.encode("utf-16-be"), "file_is_utf16", None),
        (JAPANESE.encode("utf-16"), "file_is_utf16", None),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff", "file_is_binary", None),
        (b"PK\x03\x04" + bytes(range(256)), "file_is_binary", None),
        ("title: Grüße\n".encode("latin-1"), "file_is_not_utf8", "0xFC"),
        (b"format: 1\ntitle: a\x07b\n", "control_character", "U+0007"),
        (b"- 1\n- 2\n", "file_is_no_mapping", "@list"),
        (b"hello\n", "file_is_no_mapping", "hello"),
        (b"5\n", "file_is_no_mapping", "5"),
    ],
)
def test_a_file_is_named_for_what_it_is(tmp_path: Path, content: bytes, code: str, found: str | None) -> None:
    (problem,) = problems_of(tmp_path / "a.yaml", content)
    assert problem.code == code
    if found is not None:
        assert problem.fields["found"] == found


def test_the_byte_order_mark_of_windows_is_accepted(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "a.yaml", b"\xef\xbb\xbf" + SMALL.encode()) == ()


def test_line_ends_of_windows_are_accepted_and_counted(tmp_path: Path) -> None:
    text = SMALL.replace("\n", "\r\n")
    assert problems_of(tmp_path / "a.yaml", text) == ()
    (problem,) = problems_of(tmp_path / "a.yaml", text.replace("count: 1000", "count: 0"))
    assert problem.line == 18


def test_a_missing_file_is_answered_by_the_one_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "closure_mail.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("", encoding="utf-8")
    (problem,) = _problems(tmp_path / "closure_mial.yaml")
    assert problem.code == "file_missing"
    assert problem.fields["nearest"] == str(tmp_path / "closure_mail.yaml")


def test_a_missing_folder_is_a_missing_file(tmp_path: Path) -> None:
    (problem,) = _problems(tmp_path / "nowhere" / "a.yaml")
    assert problem.code == "file_missing"


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    (problem,) = _problems(tmp_path)
    assert problem.code == "file_is_a_folder"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(SMALL, encoding="utf-8")
    file.chmod(0)
    (problem,) = _problems(file)
    assert problem.code == "file_unreadable"


@pytest.mark.parametrize("name", ["a\0b.yaml", "x" * 5000 + ".yaml"])
def test_a_name_that_no_system_takes_is_no_traceback(tmp_path: Path, name: str) -> None:
    (problem,) = _problems(tmp_path / name)
    assert problem.code in ("file_unreadable", "file_missing")


def _problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return caught.value.problems
