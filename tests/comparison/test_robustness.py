"""Comparisons under other assumptions: what moves, what turns, and what cannot."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import sim
from sim.comparison import robustness
from sim.comparison.outcome_model import ComparisonModel, schema
from sim.comparison.ranged import Ranged, ranged, without_range
from sim.comparison.robustness import runs_needed
from sim.scenario.assumptions import assumptions
from sim.scenario.provenance import Graded, Plausible, Provenance
from sim.scenario.schema import Scenario
from sim.scenario.warm_up import SCHEDULES
from sim.viz.robustness_words import robustness_lines
from tests.comparison.made import small

jsonschema = pytest.importorskip("jsonschema")
STRANGER = "reputation.stranger"
Narrowed = Callable[..., None]


def strange(count: int = 600, stem: str = "strange", **reputation: Any) -> Scenario:
    """So many letters at once from a strange address, and no time to come back."""
    letters = {"notice": {"from": "school", "count": count, "size": "20 kB", "to": "office"}}
    provider = {"domain": "office.example", "reputation": reputation}
    made = small(letters=letters, providers={"office": provider}, duration="4 min", deadline="4 min")
    return made.model_copy(update={"stem": stem})


def filtered(share: str, stem: str) -> Scenario:
    """The same 600 letters to a provider without a memory, some of whose users want none."""
    letters = {"notice": {"from": "school", "count": 600, "size": "20 kB", "to": "office"}}
    provider = {"domain": "office.example", "user_filter": share}
    made = small(letters=letters, providers={"office": provider}, duration="4 min", deadline="4 min")
    return made.model_copy(update={"stem": stem})


@pytest.fixture
def narrowed(monkeypatch: pytest.MonkeyPatch) -> Narrowed:
    """Let only one assumption be tried, with other ends if they are given."""

    def narrow(key: str, *ends: Any) -> None:
        def only(scenarios: Any) -> tuple[Ranged, ...]:
            own = [one for one in ranged(scenarios) if one.key == key]
            return tuple(replace(one, plausible=Plausible(*ends, "a test")) if ends else one for one in own)

        monkeypatch.setattr(robustness, "ranged", only)

    return narrow


def found(*scenarios: Scenario, replications: int = 2) -> Any:
    return sim.compare(*scenarios, replications=replications, processes=1, assumptions=True)


def test_the_range_of_what_a_stranger_may_bring_is_that_of_published_first_days() -> None:
    (one,) = (one for one in ranged([strange()]) if one.key == STRANGER)
    first = sorted(schedule.letters_a_day[0] for schedule in SCHEDULES.values())
    assert first == [300, 480, 1111]
    assert [one.plausible.low, one.plausible.high] == [f"{first[0]}/d", f"{first[-1]}/d"]


def test_every_number_of_a_memory_that_is_an_assumption_has_a_range_around_it() -> None:
    scenario = strange()
    tried = {".".join(path) for one in ranged([scenario]) for path in one.paths[0]}
    numbers = [
        one["path"]
        for one in assumptions(scenario)
        if ".reputation." in one["path"] and one["grade"] == "assumption"
    ]
    assert len(numbers) == 11
    assert set(numbers) <= tried
    for one in ranged([scenario]):
        read = [
            _at(town[0], one.paths[0][0])
            for end in (one.plausible.low, one.graded.value, one.plausible.high)
            if (town := one.at([scenario], end)) is not None
        ]
        assert read[0] < read[1] < read[2], one.key


def test_it_turns_where_arithmetic_says(narrowed: Narrowed) -> None:
    """Of 600 letters at once 480 are taken, at the low end 300, at the high one all; the other's filter takes 30 %."""
    narrowed(STRANGER)
    comparison = found(strange(), filtered("30 %", "filter"))
    verdict = comparison.outcome.robustness.verdict("inbox_share", "strange", "filter")
    low, high = verdict.ends

    assert verdict.now.value == pytest.approx(0.7 - 480 / 600, abs=0.04)
    assert low.difference.value - verdict.now.value == pytest.approx((480 - 300) / 600, abs=0.01)
    assert high.difference.value - verdict.now.value == pytest.approx((480 - 600) / 600, abs=0.01)
    assert (verdict.ahead, low.ahead, high.ahead) == ("strange", "filter", "strange")
    assert (low.effect, high.effect) == ("turns", "holds")
    assert verdict.range() == (high.difference.value, low.difference.value)
    assert not verdict.holds
    # Only the setup with a memory is run again: two ends, two replications.
    assert comparison.outcome.robustness.runs == 4
    turned = "It turns if the amount that a stranger may bring is 300/d instead of 20/h."
    assert turned in comparison.answer()
    assert "知らない送信元から受け取る量が20/hではなく300/dなら、逆転します。" in comparison.answer("ja")


def test_it_does_not_turn_where_arithmetic_says(narrowed: Narrowed) -> None:
    narrowed(STRANGER)
    outcome = found(strange(), filtered("70 %", "filter")).outcome
    assert outcome.robustness.verdict("inbox_share", "strange", "filter").holds
    lines = "\n".join(robustness_lines(outcome, "en"))
    assert "In the inbox: strange is ahead of filter whatever is assumed." in lines
    assert "It turns" not in lines


def test_an_assumption_whose_ends_are_the_value_changes_nothing(narrowed: Narrowed) -> None:
    narrowed(STRANGER, "480/d", "20/h")
    rows = found(strange(), filtered("30 %", "filter")).summary["robustness"]

    assert rows["runs"] == 0
    assert all(one["holds"] and one["low"] == one["high"] == one["now"] for one in rows["verdicts"])
    assert {one["effect"] for one in rows["ends"]} == {"holds"}


def test_a_scenario_compared_with_itself_never_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robustness, "ranged", lambda scenarios: ranged(scenarios)[::3])
    outcome = found(strange(60), strange(60), replications=1).outcome
    assert len(outcome.robustness.tried) == 4
    for verdict in outcome.robustness.verdicts:
        assert verdict.holds
        assert verdict.ahead is None
        assert verdict.range() in (None, (0.0, 0.0))


@pytest.mark.long
def test_nothing_at_all_turns_a_scenario_compared_with_itself() -> None:
    outcome = found(strange(), strange(), replications=2).outcome
    assert len(outcome.robustness.tried) == 12
    assert all(verdict.holds and verdict.ahead is None for verdict in outcome.robustness.verdicts)


def test_three_setups_change_places_where_arithmetic_says(narrowed: Narrowed) -> None:
    """The memory takes 80 % now and 50 % at the low end; the filters take 30 % and 65 % away."""
    narrowed(STRANGER)
    comparison = found(filtered("30 %", "little"), strange(), filtered("65 %", "much"))
    ranking = next(one for one in comparison.outcome.robustness.rankings if one.figure == "inbox_share")

    assert ranking.names == ("strange", "little", "much")
    assert ranking.changes == ((STRANGER, "low", "300/d", ("little", "strange", "much")),)
    assert "In the inbox, ranking: strange > little > much." in comparison.answer()
    jsonschema.Draft202012Validator(schema()).validate(json.loads(json.dumps(comparison.summary)))


def test_what_somebody_wrote_is_not_changed_and_what_the_others_assume_is() -> None:
    written, assumed = strange(half_life="10 d"), strange()
    (one,) = (one for one in ranged([written, assumed]) if one.key == "reputation.half_life")
    assert one.paths == ((), (("providers", "office", "reputation", "half_life"),))
    both = one.at([written, assumed], "7 d")
    assert both is not None
    assert both[0] is written
    assert both[1].providers["office"].reputation == assumed.providers["office"].reputation.model_copy(
        update={"half_life_us": 7 * 86_400_000_000}
    )


def test_one_assumption_is_changed_with_every_provider_that_rests_on_it() -> None:
    provider = {"domain": "a.example", "reputation": {}}
    scenario = small(providers={"office": {**provider, "domain": "office.example"}, "other": provider})
    (one,) = (one for one in ranged([scenario]) if one.key == STRANGER)
    assert [path[1] for path in one.paths[0]] == ["office", "other"]
    (changed,) = one.at([scenario], "300/d")  # type: ignore[misc]
    rates = [changed.providers[name].reputation.stranger_per_s for name in ("office", "other")]
    assert rates == [pytest.approx(300 / 86_400)] * 2


def test_an_end_that_does_not_go_with_what_is_written_is_left_out(narrowed: Narrowed) -> None:
    """Refused below 50 % cannot be where the spam folder begins below 40 %."""
    narrowed("reputation.refused_below")
    outcome = found(strange(spam_below="40 %"), filtered("30 %", "filter"), replications=1).outcome
    low, high = outcome.robustness.verdict("inbox_share", "strange", "filter").ends
    assert (low.effect, high.effect, high.difference) == ("holds", "impossible", None)
    assert outcome.robustness.runs == 1


def test_a_preset_that_knows_better_than_the_range_is_not_doubted() -> None:
    scenario = strange()
    kept = Graded(5.0, "published", "a provider that says so")
    path = "providers.office.reputation.growth_per_day"
    memory = scenario.providers["office"].reputation.model_copy(update={"growth_per_day": 5.0})
    office = scenario.providers["office"].model_copy(update={"reputation": memory})
    known = scenario.model_copy(
        update={"providers": {"office": office}, "provenance": Provenance({path: kept})}
    )
    assert "reputation.growth_per_day" not in {one.key for one in ranged([known])}
    assert "reputation.growth_per_day" in {one.key for one in ranged([scenario])}


def test_the_runs_are_said_before_they_begin_and_none_is_made_without_a_memory() -> None:
    assert runs_needed([strange(), filtered("30 %", "filter")], 10) == (12, 12 * 2 * 10)
    plain = found(small(), filtered("30 %", "filter"), replications=1)
    assert runs_needed([small(), small()], 10) == (0, 0)
    assert plain.outcome.robustness.runs == 0
    plain.tornado("ja").draw_without_rendering()
    assert "none was tried" in plain.answer()
    assert without_range(small()) == sum(one["grade"] == "assumption" for one in assumptions(small()))


def test_the_tornado_is_drawn_without_a_missing_glyph(narrowed: Narrowed) -> None:
    narrowed(STRANGER)
    comparison = found(strange(), filtered("30 %", "filter"), replications=1)
    for lang in ("en", "ja"):  # a glyph that is missing is a warning, and that an error
        comparison.tornado(lang).draw_without_rendering()
        assert "{" not in comparison.answer(lang)


def test_the_published_form_has_it_only_if_it_was_asked_for(narrowed: Narrowed, tmp_path: Any) -> None:
    narrowed(STRANGER)
    asked = found(strange(), filtered("30 %", "filter"), replications=1)
    ComparisonModel.model_validate(json.loads(json.dumps(asked.summary, allow_nan=False)))
    asked.save(tmp_path / "out")
    assert {"assumptions.csv", "assumptions.png"} <= {path.name for path in (tmp_path / "out").iterdir()}

    without = sim.compare(small(), filtered("30 %", "filter"), replications=1)
    assert "robustness" not in without.summary
    with pytest.raises(sim.ArgumentError, match="assumptions=True"):
        without.tornado()


def _at(node: Any, path: tuple[str, ...]) -> Any:
    memory = node.providers[path[1]].reputation
    ends = ("", "_us", "_ratio", "_per_s")
    return next(
        getattr(memory, path[-1] + end) for end in ends if path[-1] + end in type(memory).model_fields
    )
