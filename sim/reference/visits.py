"""Counting visits (connection rate), and letters: how often a client came within a time, as Postfix's anvil counts."""

from collections.abc import Callable
from dataclasses import dataclass

from sim.reference.client import Client
from sim.vocabulary.replies import ACCEPTED

SECOND_US = 1_000_000


@dataclass(slots=True)
class _Window:
    first_s: int
    visits: int = 0


class Visits:
    """The counts of one provider; `seconds` reads its clock, which shows whole seconds."""

    def __init__(self, limit: int, unit_us: int, too_often: int, seconds: Callable[[int], int]) -> None:
        self._limit = limit
        self._unit_us = unit_us
        self._too_often = too_often
        self._seconds = seconds
        self._windows: dict[Client, _Window] = {}

    def ask(self, client: Client, now: int) -> int:
        """Count a connection, or a letter, and answer it."""
        second = self._seconds(now)
        window = self._windows.get(client)
        if window is None or (second - window.first_s) * SECOND_US > self._unit_us:
            window = self._windows[client] = _Window(second)
        window.visits += 1
        return ACCEPTED if window.visits <= self._limit else self._too_often
