"""The incident game from Python: a seeded Monday morning, moves, and a judge.

    from sim.learn import game

    verdict = game.play(resolver="hoster", smtp_connect_timeout="5s")
    print(verdict)                # in English; verdict.told("ja") in Japanese
    verdict.passed, verdict.worst("passwords").passwords

A move is a change of settings that an operator can make: the resolver, the way of the newsletter, any of Postfix's
parameters. They hold from 08:00, and the morning can be played as often as one likes.
"""

from collections.abc import Sequence
from typing import Any

from sim.learn.monday_judge import judge
from sim.learn.monday_mornings import SEEDS, Morning, mornings
from sim.learn.monday_moves import CHOICES, read_moves
from sim.learn.monday_verdict import LIMITS, Judged, Verdict

__all__ = ["CHOICES", "LIMITS", "SEEDS", "Judged", "Morning", "Verdict", "mornings", "play"]


def play(*, seeds: Sequence[int] = SEEDS, **moves: Any) -> Verdict:
    """Play some mornings with the same moves, and give the verdict.

    Args:
        seeds: which mornings.
        moves: as `resolver="hoster"`, `newsletter="own queue"`, or `smtp_connect_timeout="5s"`.

    Raises:
        ArgumentError: there is no such move or morning.
        ScenarioError: a parameter of Postfix cannot be set so.
    """
    return judge(read_moves(moves), mornings(seeds))
