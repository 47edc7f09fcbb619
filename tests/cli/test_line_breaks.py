import pytest
from rich.cells import cell_len

from sim.cli.line_breaks import broken, is_japanese

LINE = (
    "最初の1通を出してから、半分が届くまでに3分51秒、90 %が届くまでに14分36秒かかりました"
    "（summary.jsonにあります）。"
)


@pytest.mark.parametrize("width", range(24, 100))
def test_a_line_is_broken_into_lines_that_fit_and_lose_nothing(width: int) -> None:
    lines = broken(LINE, width)

    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == LINE.replace(" ", "")


@pytest.mark.parametrize("width", range(24, 100))
def test_no_line_begins_with_a_stop_and_no_number_or_word_is_cut(width: int) -> None:
    lines = broken(LINE, width)

    assert [line for line in lines if line[0] in "、。）%ー"] == []
    for whole in ("90 %", "51", "36", "summary.json"):
        assert any(whole in line for line in lines)


def test_an_indented_line_goes_on_indented() -> None:
    lines = broken(
        "  carrierで9,476回：450 4.7.1 同じ送信元から受け取る速さの上限を超えました（流量制限）", 60
    )

    assert len(lines) == 2
    assert all(line.startswith("  ") for line in lines)


def test_a_line_without_japanese_is_known_as_such() -> None:
    assert is_japanese("7時")
    assert not is_japanese("by 07:00 – 80.9 % ± 2 %")
