"""An interrupt in the middle of a swap: the folder is the old one or the new one, and nothing is left beside it."""

from pathlib import Path

import pytest

from sim.exports.output_folder import output_folder


def _write(folder: Path, text: str) -> None:
    with output_folder(folder, {}) as place:
        (place / "a.txt").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("interrupted_rename", "kept"), [(1, "old"), (2, "new")])
def test_an_interrupt_right_after_a_rename_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interrupted_rename: int, kept: str
) -> None:
    folder = tmp_path / "out"
    _write(folder, "old")
    rename, count = Path.rename, 0

    def interrupted(path: Path, target: Path) -> Path:
        nonlocal count
        moved = rename(path, target)
        count += 1
        if count == interrupted_rename:
            raise KeyboardInterrupt
        return moved

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _write(folder, "new")
    assert (folder / "a.txt").read_text(encoding="utf-8") == kept
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
