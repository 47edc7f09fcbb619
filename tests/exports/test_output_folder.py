import json
import os
import stat
from pathlib import Path

import pytest

from sim.errors import OutputError
from sim.exports.output_folder import check_file, check_folder, output_folder, read_manifest, write_atomically

needs_permissions = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere"
)


def make(folder: Path, content: str) -> None:
    with output_folder(folder, {"kind": "run"}) as place:
        (place / "letters.csv").write_text(content)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_appears_with_all_its_files_and_a_manifest(tmp_path: Path) -> None:
    make(tmp_path / "deep" / "out", "new")

    assert names(tmp_path / "deep") == ["out"]
    assert names(tmp_path / "deep" / "out") == ["letters.csv", "manifest.json"]
    assert read_manifest(tmp_path / "deep" / "out") == {
        "made_by": "mailsim",
        "format": 1,
        "kind": "run",
        "files": ["letters.csv", "manifest.json"],
    }


def test_nothing_is_to_be_seen_before_all_is_written(tmp_path: Path) -> None:
    with output_folder(tmp_path / "out", {}) as place:
        (place / "letters.csv").write_text("half")
        assert not (tmp_path / "out").exists()
        assert "mailsim" in place.name


def test_our_own_folder_is_replaced_whole(tmp_path: Path) -> None:
    with output_folder(tmp_path / "out", {}) as place:
        (place / "left_over.csv").write_text("old")
    make(tmp_path / "out", "new")

    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == ["letters.csv", "manifest.json"]
    assert (tmp_path / "out" / "letters.csv").read_text() == "new"


@pytest.mark.parametrize("theirs", ["my_notes.txt", "my_plots/a.png"])
def test_what_somebody_put_into_our_folder_is_not_lost(tmp_path: Path, theirs: str) -> None:
    make(tmp_path / "out", "old")
    (tmp_path / "out" / theirs).parent.mkdir(exist_ok=True)
    (tmp_path / "out" / theirs).write_text("a day's work")

    with pytest.raises(OutputError, match=f"holds {theirs.partition('/')[0]}, which mailsim did not write"):
        make(tmp_path / "out", "new")
    assert (tmp_path / "out" / theirs).read_text() == "a day's work"
    assert (tmp_path / "out" / "letters.csv").read_text() == "old"


def test_what_a_file_manager_leaves_is_nobody_s_work(tmp_path: Path) -> None:
    make(tmp_path / "out", "old")
    (tmp_path / "out" / ".DS_Store").write_text("")
    make(tmp_path / "out", "new")

    assert names(tmp_path / "out") == ["letters.csv", "manifest.json"]


@pytest.mark.parametrize("length", [240, 300, 5000])
def test_a_name_that_is_too_long_is_refused_before_any_work(tmp_path: Path, length: int) -> None:
    place = tmp_path / ("x" * length)
    for check in (check_folder, check_file):
        for wanted in (place, place / "below" / "out"):
            with pytest.raises(
                OutputError, match=r"x cannot be written|x/below/out cannot be written"
            ) as error:
                check(wanted)
            assert "Choose a shorter one" in str(error.value)


def test_the_longest_name_that_is_let_through_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as error:
        check_folder(tmp_path / ("x" * 300))
    longest = tmp_path / ("x" * int(error.value.fields["expected"]))
    make(longest, "new")

    assert names(longest) == ["letters.csv", "manifest.json"]


@pytest.mark.parametrize("below", [False, True])
def test_a_link_that_leads_back_to_itself_is_refused_before_any_work(tmp_path: Path, below: bool) -> None:
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    wanted = tmp_path / "one" / "out" if below else tmp_path / "one"

    for check in (check_folder, check_file):
        with pytest.raises(OutputError, match="leads back to itself"):
            check(wanted)


def test_a_link_to_a_folder_that_is_not_there_yet_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    make(tmp_path / "link", "new")

    assert (tmp_path / "real" / "letters.csv").read_text() == "new"


@pytest.mark.parametrize("inside", [None, "notes.txt", "manifest.json"])
def test_a_folder_of_somebody_else_is_left_as_it_is(tmp_path: Path, inside: str | None) -> None:
    out = tmp_path / "out"
    out.mkdir()
    if inside:
        (out / inside).write_text(json.dumps({"made_by": "somebody"}))
    before = names(out)

    with pytest.raises(OutputError, match="not written by mailsim, so it is left as it is"):
        make(out, "new")
    assert names(out) == before
    assert names(tmp_path) == ["out"]


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("precious")

    with pytest.raises(OutputError, match="is a file"):
        make(tmp_path / "out", "new")
    with pytest.raises(OutputError, match="is a file"):
        make(tmp_path / "out" / "below", "new")
    assert (tmp_path / "out").read_text() == "precious"


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError])
def test_an_interrupted_writing_leaves_the_old_folder_and_nothing_else(
    tmp_path: Path, error: type[BaseException]
) -> None:
    make(tmp_path / "out", "old")

    def interrupted() -> None:
        with output_folder(tmp_path / "out", {}) as place:
            (place / "letters.csv").write_text("half")
            raise error

    with pytest.raises(error):
        interrupted()
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out" / "letters.csv").read_text() == "old"


def test_if_the_last_step_fails_the_old_folder_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path / "out", "old")
    rename = Path.rename

    def fail_for_the_new_one(path: Path, target: Path) -> Path:
        if "-new-" in path.name:
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_for_the_new_one)
    with pytest.raises(OutputError, match="No space left on device"):
        make(tmp_path / "out", "new")
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out" / "letters.csv").read_text() == "old"


def test_a_link_to_our_folder_stays_a_link(tmp_path: Path) -> None:
    make(tmp_path / "real", "old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    make(tmp_path / "link", "new")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "letters.csv").read_text() == "new"


@needs_permissions
def test_a_place_without_permission_is_refused_before_any_work(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(OutputError, match="no permission"):
            check_folder(tmp_path / "out")
        with pytest.raises(OutputError, match="no permission"):
            check_file(tmp_path / "out.json")
    finally:
        tmp_path.chmod(stat.S_IRWXU)


def test_a_file_in_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="there is no folder"):
        check_file(tmp_path / "nowhere" / "out.json")
    with pytest.raises(OutputError, match="it is a folder"):
        check_file(tmp_path)


def test_a_file_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    file = tmp_path / "summary.json"
    file.write_text("old")

    def fail(path: Path) -> None:
        path.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left"):
        write_atomically(file, fail)
    assert (file.read_text(), names(tmp_path)) == ("old", ["summary.json"])

    def write(path: Path) -> None:
        path.write_text("new")

    write_atomically(file, write)
    assert (file.read_text(), names(tmp_path)) == ("new", ["summary.json"])


def test_a_device_is_written_to_and_not_replaced() -> None:
    device = Path(os.devnull)

    def write(path: Path) -> None:
        path.write_text("gone")

    write_atomically(device, write)
    assert not device.is_file()
