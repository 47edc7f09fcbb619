"""How many letters a client brings: Postfix's anvil counts in windows that begin with a letter and do not slide."""

from sim.mail.policy.letter_rate import LetterRate
from sim.scenario.receiving_rules import LetterRate as Settings
from sim.vocabulary.replies import ACCEPTED, RATE_LIMITED, REPLIES
from tests.mail.town import S


def taken(moments_s: list[float], limit: int, epoch_us: int = 0) -> list[float]:
    """Give the moments, in seconds, at which a letter of one client was taken."""
    rate = LetterRate(Settings(limit=limit), epoch_us)
    return [at_s for at_s in moments_s if rate.ask(0, round(at_s * S)) == ACCEPTED]


def test_the_first_of_each_window_are_taken_and_refused_ones_count() -> None:
    """anvil.c starts anew when start + 60 < now: one letter a second meets windows of 61 letters."""
    assert taken(list(range(130)), limit=2) == [0, 1, 61, 62, 122, 123]


def test_seconds_are_those_of_the_wall_clock() -> None:
    """A run that begins at .6 s of a second: what comes at 0.5 s is in the second after."""
    assert taken([0.5, 61.3, 61.5], limit=1) == [0.5, 61.3]
    assert taken([0.5, 61.3, 61.5], limit=1, epoch_us=600_000) == [0.5, 61.5]


def test_each_client_has_its_own_count_and_hears_450() -> None:
    rate = LetterRate(Settings(limit=1))
    assert [rate.ask(client, 0) for client in (0, 1, 0)] == [ACCEPTED, ACCEPTED, RATE_LIMITED]
    assert REPLIES[RATE_LIMITED].key == "450 4.7.1"
