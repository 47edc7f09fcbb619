import io
from collections.abc import Iterator

import pytest

from sim.cli import show
from sim.cli.streams import HANDLER, prepare_streams


@pytest.mark.parametrize(
    ("encoding", "words", "expected"),
    [
        ("ascii", "2 × 450 ± 1 – 休…", b"2 x 450 +/- 1 - ?..."),
        ("cp932", "2 × 休 –", "2 × 休 -".encode("cp932")),
        ("cp932", "3〜5 µs ≥ 手紙 — −1", "3〜5 us >= 手紙 - −1".encode("cp932")),
    ],
)
def test_a_character_that_is_lacking_has_a_likeness(encoding: str, words: str, expected: bytes) -> None:
    prepare_streams()
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding=encoding, errors=HANDLER)
    stream.write(words)
    stream.flush()

    assert written.getvalue() == expected


@pytest.fixture
def _narrow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COLUMNS", "20")
    show.console.cache_clear()
    yield
    show.console.cache_clear()


ROWS = [("to office", "9 min 8 s", "100 %", ""), ("to carrier", "91.6 ms", "33.3 %", "so-so")]


@pytest.mark.usefixtures("_narrow")
def test_a_table_that_is_too_wide_becomes_lines(capsys: pytest.CaptureFixture[str]) -> None:
    show.table(["where", "median", "by 06:01", "note"], ROWS, right=(1, 2))

    assert capsys.readouterr().out.splitlines() == [
        "where: to office",
        "  median: 9 min 8 s",
        "  by 06:01: 100 %",
        "where: to carrier",
        "  median: 91.6 ms",
        "  by 06:01: 33.3 %",
        "  note: so-so",
    ]


@pytest.mark.usefixtures("_narrow")
@pytest.mark.parametrize("cell", ["91.6 ms", "とても長い日本語の文はどこでも折り返せる"])
def test_a_table_whose_words_have_room_stays_a_table(capsys: pytest.CaptureFixture[str], cell: str) -> None:
    show.table(["what", "took"], [("all", cell)])

    assert "what" in capsys.readouterr().out.splitlines()[0]
    assert show.console().width == 20


@pytest.mark.usefixtures("_narrow")
def test_a_table_without_rows_may_be_too_wide(capsys: pytest.CaptureFixture[str]) -> None:
    show.table(["elsewhere", "everywhere", "nowhere"], [])

    assert capsys.readouterr().out == ""
