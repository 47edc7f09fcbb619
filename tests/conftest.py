"""What all tests share: hypothesis finds the same examples in every run and has no clock; output has one width."""

import pytest
from hypothesis import settings

settings.register_profile("mailsim", derandomize=True, deadline=None)
settings.load_profile("mailsim")


@pytest.fixture(autouse=True)
def width_of_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let output be as wide as into a pipe: whoever runs the tests may say how wide a terminal is."""
    monkeypatch.delenv("COLUMNS", raising=False)
