"""The lesson of outages and of the herd: what it tells is held against Postfix's rule and against arithmetic."""

import functools
import re
from typing import Any

import numpy as np
import pytest

from sim.api import Result, run
from sim.kernel.recorder import RunRecord
from sim.learn import outages_and_the_herd as module
from sim.learn.card import Card
from sim.learn.lessons import start
from sim.learn.outage_choices import CHOICES, Conditions, read_conditions
from sim.learn.outage_figures import Outage, outage_of, tries_us
from sim.learn.outages_and_the_herd import OutagesAndTheHerd
from sim.learn.plans import plan_of
from sim.results.columns import column, whole
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.vocabulary.kinds import DUPLICATE
from sim.vocabulary.outcomes import INBOX
from tests.notebooks.pairs import NOTEBOOKS

NAME = "08_outages_and_the_herd"
NINE_S, ELEVEN_S = 3_600, 10_800
"""09:00 and 11:00, counted from the start of the scenario."""
ROUND_S, LEAST_S, MOST_S = 300, 300, 4_000
"""Postfix: queue_run_delay, minimal_backoff_time, maximal_backoff_time."""
LINE = Conditions(counter="line")
HERD = {
    retries: Conditions(counter="limit", circular="on", retries=retries) for retries in CHOICES["retries"]
}
PAUSE = Conditions(counter="limit", circular="on", pause="3 s")


def ran(scenario: Scenario) -> Result:
    """Run a scenario, each once."""
    known = _RAN.get(key := scenario.model_dump_json())
    if known is None:
        known = _RAN[key] = run(scenario)
    return known


_RAN: dict[str, Result] = {}


def result_of(conditions: Conditions, *changes: str) -> Result:
    return ran(load(plan_of(NAME).file(), [*conditions.settings(), *changes]))


def record_of(conditions: Conditions, *changes: str) -> RunRecord:
    return result_of(conditions, *changes).record


@functools.cache
def outage(conditions: Conditions, *changes: str) -> Outage:
    return outage_of(record_of(conditions, *changes))


@pytest.fixture(autouse=True)
def _each_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "run", ran)


def tries_s(written_s: float) -> list[int]:
    """When Postfix tries a letter: it rests for as long as it is old, within two bounds, and goes at the next round."""
    tried = [int(written_s)]
    while tried[-1] < ELEVEN_S + 2 * MOST_S:
        rests_s = min(max(tried[-1] - int(written_s), LEAST_S), MOST_S)
        tried.append(-(-(tried[-1] + rests_s - 1) // ROUND_S) * ROUND_S)
    return tried


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> OutagesAndTheHerd:
    """A lesson in which all is predicted, and which leaves the picture of each run out: drawing takes longest."""
    monkeypatch.setattr(module, "outage_picture", lambda *_: None)
    lesson: OutagesAndTheHerd = start(NAME, "en")
    lesson.predict("50 %", 5, as_before="60 min", after_crash="a")
    return lesson


def lines(card: Any) -> str:
    assert isinstance(card, Card)
    return "\n".join(card.lines)


def test_nothing_runs_before_the_predictions_are_made() -> None:
    lesson = start(NAME, "en")

    assert lines(lesson.run(counter="line")).startswith("Predict first")
    assert lines(lesson.blame()).startswith("Predict first")
    assert lesson.runs == []
    assert lesson.race().stop
    assert lesson.compare().stop


def test_two_hours_down_keep_1200_letters_waiting_and_lose_none() -> None:
    found = outage(Conditions())

    assert (found.waiting, found.letters) == (10 * 120, 10 * 120)
    assert (found.arrived, found.returned, found.twice) == (10 * 120, 0, 0)
    assert set(column(record_of(Conditions()).letters, "outcome")) == {INBOX}


def test_each_letter_comes_when_postfix_s_rule_says_so_and_the_last_70_minutes_after_all_is_well() -> None:
    letters = record_of(Conditions()).letters
    written_s = whole(letters, "submitted_us") / 1e6
    arrived_s = whole(letters, "delivered_us") / 1e6
    during = (written_s >= NINE_S) & (written_s < ELEVEN_S)
    due_s = np.array(
        [next(at_s for at_s in tries_s(one) if at_s >= ELEVEN_S) for one in written_s[during].tolist()]
    )
    # A round takes some seconds; and one that finds the carrier taken for dead puts its letters off once more.
    on_time = np.abs(arrived_s[during] - due_s) < 10

    assert on_time.mean() > 0.8
    assert outage(Conditions()).last_min == pytest.approx(70, abs=0.2)
    assert (arrived_s[during] - ELEVEN_S).max() <= MOST_S + ROUND_S


@pytest.mark.parametrize(
    ("changes", "minutes"),
    [
        ((), 120),
        pytest.param(
            ("providers.carrier.checking={workers: 1, time: 4 s}",), 1200 / (15 - 10), marks=pytest.mark.long
        ),
        pytest.param(("faults.0.for=1 h",), 60, marks=pytest.mark.long),
        pytest.param(
            ("letters.notices.count=9000",), 1800 / (20 - 15), marks=pytest.mark.long
        ),  # 15 a minute come
    ],
)
def test_a_line_is_gone_when_the_formula_says_so(changes: tuple[str, ...], minutes: float) -> None:
    found = outage(LINE, *changes)

    # Arrivals x outage / (capacity - arrivals); the run counts until less than a minute's letters wait.
    assert found.formula_min == pytest.approx(minutes, rel=0.01)
    assert found.as_before_min == pytest.approx(minutes, abs=3)
    assert found.returned == 0


def test_who_came_long_after_the_outage_still_waits_in_the_line() -> None:
    letters = record_of(LINE).letters
    written_s = whole(letters, "submitted_us") / 1e6
    late_min = (whole(letters, "delivered_us") / 1e6 - written_s) / 60
    at_noon = np.abs(written_s - 4 * 3_600) < 300

    assert late_min[at_noon].mean() == pytest.approx(25, abs=2)
    assert late_min[written_s > 5 * 3_600 + 300].max() < 1


def test_twelve_of_seventeen_minutes_are_the_carrier_s_and_the_rest_the_town_s_own() -> None:
    record = record_of(Conditions())
    written_s = whole(record.letters, "submitted_us") / 1e6
    kept_waiting_s = np.where(written_s >= NINE_S, np.maximum(ELEVEN_S - written_s, 0), 0)

    assert kept_waiting_s.mean() / 60 == pytest.approx(60 * 1200 / 6000, abs=0.05)
    assert outage(Conditions()).mean_min == pytest.approx(17.5, abs=0.1)


def test_the_blame_of_a_line_is_the_active_queue_besides_the_same_rest() -> None:
    free, line = (result_of(one).summary["blame"] for one in (Conditions(), LINE))
    count = 6000

    def minutes(found: Any, part: str) -> float:
        return float(found["delivered"][part]["value"]) / count / 60

    assert minutes(free, "queue_s") < 0.05
    assert minutes(line, "queue_s") == pytest.approx(6, abs=0.3)
    # Twenty at a time stand in the carrier's line, each for three seconds of the others.
    assert minutes(line, "transfer_s") == pytest.approx(2400 * 20 * 3 / 60 / count, rel=0.15)
    rests = [one["delivered"]["waiting_s"]["suspended"]["value"] for one in (free, line)]
    assert rests[0] == pytest.approx(rests[1], rel=0.01)


def test_the_formula_is_a_bound_from_which_letters_in_step_stay_farthest() -> None:
    rounds, jitter, pause = (outage(one) for one in (HERD["rounds"], HERD["jitter"], PAUSE))

    assert {one.waiting for one in (rounds, jitter, pause)} == {1500}
    assert {one.formula_min for one in (rounds, jitter, pause)} == {(1200 + 300) / (20 - 10)}
    assert pause.as_before_min is not None
    assert jitter.as_before_min is not None
    assert 150 <= pause.as_before_min < jitter.as_before_min < 2 * 150
    # By 08:00 the next day, 21 hours after 11:00.
    assert rounds.as_before_min is None
    assert {one.returned for one in (rounds, jitter, pause)} == {0}


@pytest.mark.long
def test_without_rounds_what_was_written_at_one_moment_still_comes_back_at_one_moment() -> None:
    own, jitter = (outage(HERD[name]).as_before_min or 0 for name in ("own", "jitter"))

    assert 4 * jitter < own < (24 - 3) * 60


def test_letters_in_step_come_every_70_minutes_and_twenty_are_taken_at_a_time() -> None:
    moments, taken, _ = tries_us(record_of(HERD["rounds"]))
    evening = moments / 1e6 > 10.5 * 3_600  # after 18:30 nothing new is written
    at_s = moments[evening] / 1e6
    rounds = np.unique(at_s // ROUND_S)
    accepted = [int(taken[evening][at_s // ROUND_S == one].sum()) for one in rounds]

    # Postfix: at least 4,000 s of rest, then the next round of 300 s: 4,200 s.
    assert np.unique(np.diff(rounds) * ROUND_S).tolist() == [4_200]
    # A full bucket of twenty, and what comes into it while the others are turned away.
    assert all(20 <= one <= 22 for one in accepted)


@pytest.mark.long
@pytest.mark.parametrize("seed", [2, 3])
def test_jitter_takes_letters_of_one_moment_apart_whatever_the_seed(seed: int) -> None:
    own, jitter = (outage(HERD[name], f"seed={seed}") for name in ("own", "jitter"))

    assert jitter.as_before_min is not None
    assert own.as_before_min is None or own.as_before_min > 4 * jitter.as_before_min


@pytest.mark.parametrize(("lifetime", "least_s"), [("1 h", 3_600), ("30 min", 1_800)])
def test_a_lifetime_ends_at_the_first_try_in_vain_after_it(lifetime: str, least_s: int) -> None:
    found = outage(Conditions(lifetime=lifetime))
    written_s = [NINE_S + 6 * place for place in range(1200)]
    given_up = sum(
        any(least_s <= at_s - one and at_s < ELEVEN_S for at_s in tries_s(one)) for one in written_s
    )

    # Postfix may take the carrier for dead until five minutes after 11:00: then one round more is in vain.
    assert given_up <= found.returned <= given_up + 10 * 5
    assert found.returned + found.arrived == 1200


@pytest.mark.long
def test_a_lifetime_as_long_as_the_outage_loses_nothing() -> None:
    assert outage(Conditions(lifetime="2 h")).returned == 0


def test_a_crash_loses_nothing_sends_what_was_under_way_twice_and_costs_20_minutes() -> None:
    crash = Conditions(counter="line", crash="11:20")
    found, letters = outage(crash), record_of(crash).letters

    assert set(column(letters, "outcome")) == {INBOX}
    # Postfix has 20 deliveries to one destination under way, and all of them stood in the carrier's line.
    assert found.twice == np.count_nonzero(column(letters, "kind") == DUPLICATE) == 20
    # Ten minutes without a letter taken, 100 new letters meanwhile, gone at ten a minute; and twenty taken twice.
    more_min = (found.as_before_min or 0) - (outage(LINE).as_before_min or 0)
    assert more_min == pytest.approx(10 + 100 / (20 - 10), abs=2.5)


@pytest.mark.long
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_figures_that_the_notebook_tells_are_those_of_its_runs(lang: str) -> None:
    told = re.sub(r"[\s#]+", "", (NOTEBOOKS / lang / f"{NAME}.py").read_text(encoding="utf-8"))
    herd = {name: outage(conditions) for name, conditions in HERD.items()}
    still = herd["rounds"].letters - herd["rounds"].arrived
    jitter, pause = (divmod(int(one.as_before_min or 0), 60) for one in (herd["jitter"], outage(PAUSE)))
    hours, minutes = {"en": ("hours", "minutes"), "ja": ("時間", "分")}[lang]

    assert {"en": f"{still}lettersstillwait", "ja": f"{still}通がまだ待って"}[lang] in told
    for hour, minute in (jitter, pause):
        assert f"{hour}{hours}{minute}{minutes}" in told
    assert {"en": "morethan18hours", "ja": "18時間以上"}[lang] in told
    assert int((herd["own"].as_before_min or 0) / 60) == 18
    returned = outage(Conditions(lifetime="1 h")).returned
    assert {"en": f"400letters;and{returned - 400}more", "ja": f"さらに{returned - 400}通"}[lang] in told
    assert "12:10" in told or "12時10分" in told


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ({"counter": "line", "circular": True}, "counter=line, circular=on"),
        ({"lifetime": "1h", "pause": "3s"}, "pause=3 s, lifetime=1 h"),
        ({"lifetime": "30分", "retries": "jitter"}, "retries=jitter, lifetime=30 min"),
        ({"lifetime": "5d", "crash": "11:20"}, "crash=11:20"),
    ],
)
def test_conditions_are_read_leniently_and_each_is_one_that_the_scenario_takes(
    given: dict[str, Any], written: str
) -> None:
    conditions = read_conditions(given)

    assert conditions.written() == written
    assert load(plan_of(NAME).file(), conditions.settings()).senders["town"].domain == "town.example"


def test_each_prediction_stands_beside_the_run_that_tests_it(ready: OutagesAndTheHerd) -> None:
    ready.run()
    ready.run(counter="line", crash="11:20")
    said = ready.compare().lines

    assert [line.rpartition("simulated: ")[2] for line in said[1:]] == [
        "0 %",
        "70.0 min",
        "not run yet",
        "0 lost, 20 delivered twice",
    ]
    assert "predicted 50 %" in said[1]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda lesson: lesson.run(counters="line"), "There are: counter, circular"),
        (lambda lesson: lesson.run(lifetime="7 d"), "It can be: 5 d, 2 h"),
        (lambda lesson: lesson.run("senders.town.postconf.queue_run_dely=60s"), "queue_run_delay"),
    ],
)
def test_no_mistake_of_a_learner_ends_in_a_traceback(ready: OutagesAndTheHerd, step: Any, said: str) -> None:
    card = step(ready)

    assert card.stop
    assert said in lines(card)
    assert ready.runs == []


def test_cards_in_japanese_have_all_their_glyphs() -> None:
    lesson = start(NAME, "ja")
    lesson.predict("０％", "７０分", 120, "ｃ")

    # A glyph that is missing is a warning, and warnings are errors here.
    card = lesson.run(counter="line", crash="11:20")
    assert "20通は2回届きました。" in lines(card)
    for one in (card, lesson.blame(), lesson.race()):
        assert "data:image/png" in one._repr_html_()
