"""The stop list (suppression list): the addresses to which a sender writes no more."""

from dataclasses import dataclass

from sim.reference.letter import Letter
from sim.scenario.bounce_handling import BounceHandling


@dataclass(slots=True)
class _Bounces:
    number: int
    last_us: int


class StopList:
    """The list of one sender; an address stays on it."""

    def __init__(self, settings: BounceHandling) -> None:
        self._settings = settings
        self._bounces: dict[tuple[str, int], _Bounces] = {}
        self._stopped: set[tuple[str, int]] = set()

    def holds(self, letter: Letter) -> bool:
        """Say whether nothing is written to a letter's address any more."""
        return _address(letter) in self._stopped

    def bounced(self, letter: Letter, now: int) -> None:
        """Note a refusal for good."""
        address = _address(letter)
        bounces = self._bounces.get(address)
        if bounces is None:
            bounces = self._bounces[address] = _Bounces(1, now)
        elif now - bounces.last_us >= self._settings.apart_us:
            bounces.number += 1
            bounces.last_us = now
        if bounces.number >= self._settings.suppress_after:
            self._stopped.add(address)

    def complained(self, letter: Letter) -> None:
        """Note that the addressee has reported a letter, and that the provider tells so."""
        if self._settings.obeys_complaints:
            self._stopped.add(_address(letter))

    def unsubscribed(self, letter: Letter) -> None:
        """Note that the addressee wants no more."""
        self._stopped.add(_address(letter))


def _address(letter: Letter) -> tuple[str, int]:
    return letter.provider, letter.record.mailbox
