"""Take a letter for spam, rightly or wrongly.

From: smtp_server, which asks at the final dot.
To:   smtp_server, as an outcome: the inbox, the spam folder, or thrown away; or as a refusal, 554 5.7.1.

Whether a letter is spam was settled when it was written (`spam` of its entry). The filter misses some spam, and
takes some good letters for it; which ones belongs to the letter, so it judges the same letter the same way again.
With `checking` a refusal comes when the letter was looked through, as an acceptance does.
See: RFC 5321 6.2 on discarding; RFC 3463 3.8 for x.7.1.
Left out: scores; a filter that learns.
"""

from collections.abc import Sequence

from sim.kernel.draws import Draws, uniform
from sim.kernel.letters import Letters
from sim.scenario.content import ContentFilter as ContentFilterSettings
from sim.vocabulary.outcomes import DISCARDED, INBOX, SPAM
from sim.vocabulary.replies import ACCEPTED, SPAM_REFUSED


class ContentFilter:
    """The filter of one provider.

    Args:
        settings: what it misses, what it mistakes, and what becomes of what it finds.
        letters: the world's letters.
        spam_ratios: share of spam, entry by entry.
        draws: chance.
    """

    def __init__(
        self, settings: ContentFilterSettings, letters: Letters, spam_ratios: Sequence[float], draws: Draws
    ) -> None:
        self._missed_ratio = settings.missed_ratio
        self._mistaken_ratio = settings.mistaken_ratio
        self._refuses = settings.puts == "refused"
        self._found = DISCARDED if settings.puts == "discarded" else SPAM
        self._letters = letters
        self._spam_ratios = spam_ratios
        self._spam_base = draws.purpose("spam")
        self._filter_base = draws.purpose("content_filter")

    def ask(self, row: int, client: int, now_us: int) -> int:
        """Refuse what is taken for spam, where that is what becomes of it."""
        del client, now_us
        return SPAM_REFUSED if self._refuses and self._finds(row) else ACCEPTED

    def sort(self, row: int, client: int, now_us: int) -> int:
        """Give where a letter shall lie."""
        del client, now_us
        return self._found if not self._refuses and self._finds(row) else INBOX

    def _finds(self, row: int) -> bool:
        """Tell whether the filter takes a letter for spam."""
        key = self._letters.key(row)
        is_spam = uniform(self._spam_base, key) < self._spam_ratios[self._letters.entry[row]]
        share = 1 - self._missed_ratio if is_spam else self._mistaken_ratio
        return uniform(self._filter_base, key) < share
