import io

import pytest

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
