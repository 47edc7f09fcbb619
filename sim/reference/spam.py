"""The look at the content: letters that are taken for spam, rightly or wrongly."""

from collections.abc import Mapping

from sim.reference.chance import Chance
from sim.reference.letter import Letter
from sim.scenario.content import ContentFilter
from sim.scenario.letters import Letters
from sim.vocabulary.outcomes import DISCARDED, INBOX, SPAM


class SpamFilter:
    """The filter of one provider; it judges the same letter the same way again."""

    def __init__(self, settings: ContentFilter, letters: Mapping[str, Letters], chance: Chance) -> None:
        self._settings = settings
        self._letters = letters
        self._chance = chance

    def refuses(self, letter: Letter) -> bool:
        """Say whether the letter is sent back."""
        return self._settings.puts == "refused" and self._finds(letter)

    def place(self, letter: Letter) -> int:
        """Say where an accepted letter shall lie, as an outcome."""
        if self._settings.puts == "refused" or not self._finds(letter):
            return INBOX
        return SPAM if self._settings.puts == "spam" else DISCARDED

    def _finds(self, letter: Letter) -> bool:
        is_spam = self._chance.u("spam", letter.key) < self._letters[letter.entry].spam_ratio
        found = 1 - self._settings.missed_ratio if is_spam else self._settings.mistaken_ratio
        return self._chance.u("content_filter", letter.key) < found
