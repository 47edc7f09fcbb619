"""`mailsim game`: the incident game on a terminal: moves, a judge, what passed and what did not."""

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.analogy.labels import label, taught
from sim.cli.endings import ends_well
from sim.cli.json_out import STDOUT, write_json
from sim.cli.options import JsonFile, Language, check_json
from sim.cli.show import say, table
from sim.errors import ArgumentError

if TYPE_CHECKING:
    from sim.learn.monday_verdict import Verdict

MORNINGS = 5


@ends_well
def game(
    moves: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME=VALUE]…", help="Moves, as resolver=hoster or smtp_connect_timeout=5s."),
    ] = None,
    mornings: Annotated[
        int, typer.Option(min=2, max=50, help="On how many mornings the moves are judged; seeds 1, 2, 3 …")
    ] = MORNINGS,
    json: JsonFile = None,
    lang: Language = "en",
) -> None:
    """Play the incident game: a Monday morning with trouble, your moves, and a judge."""
    from sim.learn import game as incident
    from sim.learn.monday_moves import written

    check_json(json)
    made = dict(_move(move) for move in moves or ())
    verdict = incident.play(seeds=range(1, mornings + 1), **made)
    if json is not None:
        write_json(_content(verdict), json)
    if json == STDOUT:
        return
    none = label("monday.no_moves", lang)
    say(label("monday.scene", lang, mornings=mornings, moves=written(verdict.moves) or none))
    say(label("monday.trouble", lang), "")
    _show(verdict, lang)
    say("", *verdict.told(lang))
    if not verdict.passed:
        say("", label("monday.how_to_play", lang, choices=", ".join(incident.CHOICES)))


def _move(text: str) -> tuple[str, str]:
    name, given, value = text.partition("=")
    if not given or not name.isidentifier():
        raise taught(ArgumentError, "not_a_move", found=text)
    return name, value


def _show(verdict: "Verdict", lang: str) -> None:
    """Print a line a morning."""
    from sim.learn.monday_verdict import LIMITS, value_words

    heads = [label(f"monday.head_{wish}", lang).replace("\n", " ") for wish in LIMITS]
    rows = [
        [
            label("monday.row", lang, seed=one.morning.seed),
            *(
                f"{value_words(wish, float(getattr(one, wish)), lang)} {'o' if one.passed(wish) else 'x'}"
                for wish in LIMITS
            ),
        ]
        for one in verdict.judged
    ]
    table(["", *heads], rows, right=range(1, len(heads) + 1))


def _content(verdict: "Verdict") -> dict[str, Any]:
    """Give the JSON of a verdict; what never came is null."""
    from sim.api import version
    from sim.learn.monday_verdict import LIMITS

    def number(value: float) -> float | None:
        return value if math.isfinite(value) else None

    return {
        "format": 1,
        "moves": dict(verdict.moves),
        "passed": verdict.passed,
        "wishes": {
            "passwords": {"unit": "min", "limit": LIMITS["passwords"]},
            "lost": {"unit": "share", "limit": LIMITS["lost"]},
            "newsletter": {"unit": "min after 08:00", "limit": LIMITS["newsletter"]},
        },
        "mornings": [
            {
                "seed": one.morning.seed,
                **{
                    wish: {"value": number(float(getattr(one, wish))), "ok": one.passed(wish)}
                    for wish in LIMITS
                },
                "letters": one.letters,
                "given_up": one.given_up,
                "turned_away": one.turned_away,
                "late_passwords_waited_for": dict(one.waited_for),
            }
            for one in verdict.judged
        ],
        "machine": {"version": version()},
    }
