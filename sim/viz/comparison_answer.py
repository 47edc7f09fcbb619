"""The answer of a comparison in sentences: speed, reach, stability, money, and what it is worth."""

from collections.abc import Iterable, Iterator

from sim.analogy.labels import label
from sim.comparison.figures import BY_NAME, ComparedFigure, values
from sim.comparison.known import grade
from sim.comparison.money import SetupCost
from sim.comparison.outcome import Outcome
from sim.comparison.turning import order
from sim.comparison.variants import Setup
from sim.scenario.assumptions import assumptions
from sim.viz.amounts import count_words, moment_words
from sim.viz.comparison_amounts import difference_words, mean_words, volume_words, yen_words
from sim.viz.comparison_prices import price_lines
from sim.viz.comparison_turns import turn_lines
from sim.viz.robustness_words import robustness_lines

HELPED = 0.7
"""Pairing is worth a word if it takes this or less of the variance that independent runs have."""
BY_DEADLINE = BY_NAME["reached.share_by_deadline"]


def comparison_answer(outcome: Outcome, lang: str = "en") -> list[str]:
    """Say what a comparison came to, one sentence or line after the other.

    Args:
        outcome: what came of it.
        lang: the language of the words.
    """
    lines: list[str] = []
    first = outcome.setups[0]
    for other in outcome.setups[1:]:
        for side, told in (
            ("speed", _speed(outcome, first, other, lang)),
            ("reach", _reach(outcome, first, other, lang)),
            ("stability", _stability(outcome, first, other, lang)),
        ):
            lines += [_line(side, sentence, lang) for sentence in told]
    lines += [_line("money", sentence, lang) for sentence in _money(outcome, lang)]
    blocks = [
        lines,
        turn_lines(outcome, lang),
        robustness_lines(outcome, lang),
        price_lines(outcome, lang),
        _standing(outcome, lang),
    ]
    return _apart(blocks)


def _speed(outcome: Outcome, a: Setup, b: Setup, lang: str) -> Iterator[str]:
    for name in ("reached.s_to_50", "reached.s_to_90"):
        one = BY_NAME[name]
        what = _capital(label(f"figure.{name}", lang))
        ordered = order(one, a, b, outcome.differences)
        if ordered is None:
            yield label("compare.no_difference", lang, what=what, **_both(one, a, b, lang))
            continue
        good, bad = ordered
        fields = {"what": what, "good": good.name, "bad": bad.name}
        difference = outcome.difference(name, a.name, b.name)
        if difference.value is None:
            missing = sum(1 for value in values(one, bad.measures) if value is None)
            yield label(
                "compare.sooner_than_never",
                lang,
                **fields,
                good_value=mean_words(one, good, lang),
                n=missing,
                all=outcome.replications,
            )
            continue
        yield label(
            "compare.sooner",
            lang,
            **fields,
            good_value=mean_words(one, good, lang, interval=False),
            bad_value=mean_words(one, bad, lang, interval=False),
            difference=difference_words(one.kind, difference, lang, signed=False),
        )


def _reach(outcome: Outcome, a: Setup, b: Setup, lang: str) -> Iterator[str]:
    if a.scenario.deadline_us is not None and a.scenario.deadline_us == b.scenario.deadline_us:
        deadline = moment_words(a.scenario.start, a.scenario.deadline_us / 1e6, lang)
        ordered = order(BY_DEADLINE, a, b, outcome.differences)
        if ordered is None:
            yield label("compare.reached_alike", lang, deadline=deadline, **_both(BY_DEADLINE, a, b, lang))
        else:
            good, bad = ordered
            difference = outcome.difference(BY_DEADLINE.name, a.name, b.name)
            yield label(
                "compare.reached",
                lang,
                deadline=deadline,
                good=good.name,
                bad=bad.name,
                good_value=mean_words(BY_DEADLINE, good, lang, interval=False),
                bad_value=mean_words(BY_DEADLINE, bad, lang, interval=False),
                difference=difference_words("share", difference, lang, signed=False),
            )
    yield label("compare.not_delivered", lang, **_both(BY_NAME["not_delivered_share"], a, b, lang))


def _stability(outcome: Outcome, a: Setup, b: Setup, lang: str) -> Iterator[str]:
    spreads = [outcome.spread(BY_DEADLINE.name, setup.name).value for setup in (a, b)]
    if spreads[0] is not None and spreads[1] is not None:
        points = label("compare.points", lang)
        a_value, b_value = (f"{100 * spread:.2g} {points}" for spread in spreads if spread is not None)
        yield label("compare.varies", lang, a=a.name, b=b.name, a_value=a_value, b_value=b_value)
    put_off = BY_NAME["put_off_share"]
    yield label(
        "compare.waiting",
        lang,
        **_both(BY_NAME["peak_queue"], a, b, lang),
        a_share=mean_words(put_off, a, lang, interval=False),
        b_share=mean_words(put_off, b, lang, interval=False),
    )


def _money(outcome: Outcome, lang: str) -> Iterator[str]:
    costs = outcome.money.costs
    if len(costs) < 2:
        yield label("compare.no_money", lang)
        return
    by_name = {setup.name: setup for setup in outcome.setups}
    for cost in costs:
        yield _cost(cost, by_name[cost.setup], lang)
    for other, even in zip(costs[1:], outcome.money.break_evens, strict=True):
        good, bad = sorted((costs[0], other), key=lambda cost: cost.month.total)
        difference = yen_words(bad.month.total - good.month.total)
        yield label("compare.cheaper", lang, good=good.setup, difference=difference)
        if even.letters_per_month:
            low, high = volume_words(even.letters_per_month[0]), volume_words(even.letters_per_month[-1])
            kind = "break_even" if len(even.letters_per_month) == 1 else "break_even_between"
            yield label(f"compare.{kind}", lang, volumes=low, low=low, high=high)
        else:
            yield label("compare.no_break_even", lang)


def _cost(cost: SetupCost, setup: Setup, lang: str) -> str:
    month = cost.month
    return label(
        "compare.cost",
        lang,
        setup=cost.setup,
        total=yen_words(month.total),
        letters=count_words(month.letters),
        per_thousand=yen_words(month.per_thousand),
        work=yen_words(month.staff + month.setup),
        grade=label(f"grade.{grade(setup.scenario, 'costs.staff_hours_per_month')}", lang),
    )


def _standing(outcome: Outcome, lang: str) -> Iterator[str]:
    kind = "compare.single" if outcome.replications == 1 else "compare.replicated"
    yield label(kind, lang, n=outcome.replications, seed=outcome.seed)
    known = [
        one for one in outcome.pairings if one.variance_ratio
    ]  # 0: both have the same value in every run
    best = min(known, key=lambda one: one.variance_ratio or 0.0, default=None)
    if best is not None and best.variance_ratio is not None:
        if 0 < best.variance_ratio <= HELPED:
            fields = {"figure": label(f"figure.{best.figure}", lang), "a": best.a, "b": best.b}
            yield label("compare.pairing_helped", lang, **fields, times=_times(1 / best.variance_ratio))
        elif best.variance_ratio > HELPED:
            yield label("compare.pairing_no_help", lang)
    for setup in outcome.setups:
        count = sum(1 for one in assumptions(setup.scenario) if one["grade"] == "assumption")
        yield label("compare.assumptions", lang, setup=setup.name, count=count, file="comparison.json")
    if outcome.turning.turns:
        yield label("compare.turned_with", lang)


def _both(one: ComparedFigure, a: Setup, b: Setup, lang: str) -> dict[str, str]:
    return {
        "a": a.name,
        "b": b.name,
        "a_value": mean_words(one, a, lang, interval=False),
        "b_value": mean_words(one, b, lang, interval=False),
    }


def _apart(blocks: Iterable[Iterable[str]]) -> list[str]:
    """Join blocks of lines, with an empty line before each but the first; empty blocks leave none."""
    joined: list[str] = []
    for block in map(list, blocks):
        joined += ["", *block] if joined and block else block
    return joined


def _line(side: str, sentence: str, lang: str) -> str:
    return label("compare.line", lang, side=label(f"compare.{side}", lang), sentence=sentence)


def _times(ratio: float) -> str:
    """Say how many times as many, with two digits: 3.4, 29, 1,100."""
    return f"{ratio:.2g}" if ratio < 100 else f"{float(f'{ratio:.2g}'):,.0f}"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
