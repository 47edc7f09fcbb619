"""What would turn the answer is found by turning it."""

import math

import pytest

from sim.comparison.figures import BY_NAME
from sim.comparison.levers import LEVERS, differing, scaled
from sim.comparison.outcome import Outcome, compare
from sim.comparison.paired import differences
from sim.comparison.turning import order
from sim.scenario.schema import Scenario
from tests.comparison.made import figures, paced, setup, small

NINETY = BY_NAME["reached.s_to_90"]
BY_NAME_OF_LEVER = {lever.name: lever for lever in LEVERS}


@pytest.fixture(scope="module")
def twice_as_fast() -> Outcome:
    return compare([paced("1/s", "slow"), paced("2/s", "fast")], 3, processes=1)


def test_a_pace_half_as_fast_catches_up_when_it_is_doubled(twice_as_fast: Outcome) -> None:
    found = [one for one in twice_as_fast.turning.turns if one.figure == NINETY.name]
    slow, fast = found
    assert [(one.setup, one.lever, one.ahead, one.behind) for one in found] == [
        ("slow", "pace", "fast", "slow"),
        ("fast", "pace", "fast", "slow"),
    ]
    assert slow.factor_high is not None
    assert fast.factor_high is not None
    assert slow.factor_low < 2 <= slow.factor_high * (1 + 1e-9)
    assert fast.factor_high <= 0.5 * (1 + 1e-9) < fast.factor_low * (1 + 1e-9)
    assert (slow.paths, slow.now, slow.grade) == (("letters.notice.pace",), 1.0, "written")
    assert twice_as_fast.turning.complete


def test_a_lever_that_does_not_matter_turns_nothing() -> None:
    host = {"letter_time": "1 ms"}
    slow = small(senders={"school": {"domain": "school.example", "host": host}}, providers=_limited("2/s"))
    fast = small(providers=_limited("20/s"))
    found = compare([slow, fast], 2, processes=1).turning.turns
    work = [one for one in found if one.lever == "work"]
    assert work
    assert all(one.factor_high is None for one in work)
    assert any(one.lever == "welcome" and one.factor_high is not None for one in found)


def test_what_both_share_is_not_in_question() -> None:
    outcome = compare([paced("1/s", "a"), paced("1/s", "b")], 2, processes=1)
    assert outcome.turning.turns == ()


def test_never_is_later_than_any_time() -> None:
    a, b = setup("a", [figures(None), figures(None)]), setup("b", [figures(5.0), figures(6.0)])
    ordered = order(NINETY, a, b, differences([a, b]))
    assert ordered is not None
    assert [one.name for one in ordered] == ["b", "a"]


def test_an_order_that_the_runs_do_not_tell_is_none() -> None:
    a, b = setup("a", [figures(5.0), figures(6.0)]), setup("b", [figures(6.0), figures(5.0)])
    assert order(NINETY, a, b, differences([a, b])) is None


def test_more_is_better_for_a_share() -> None:
    share = BY_NAME["reached.share_by_deadline"]
    a, b = setup("a", [figures(1.0, 0.5)] * 2), setup("b", [figures(1.0, 0.6)] * 2)
    ordered = order(share, a, b, differences([a, b]))
    assert ordered is not None
    assert ordered[0].name == "b"


def test_a_scaled_scenario_differs_in_nothing_else() -> None:
    one, other = small(providers=_limited("2/s")), small(providers=_limited("20/s"))
    paths = differing(BY_NAME_OF_LEVER["welcome"], one, other)
    assert list(paths) == [
        ("providers", "office", "rate_limit", "rate_per_s")
    ]  # the burst is the same in both
    pulled = scaled(one, paths, 3)
    assert _rate(pulled) == 6
    assert _rate(one) == 2
    assert scaled(pulled, paths, 1 / 3) == one


def test_whole_numbers_stay_whole_and_above_nothing() -> None:
    path = ("senders", "school", "postconf", "minimal_backoff_time")
    assert scaled(small(), {path: 300}, 1 / 7).senders["school"].postconf.minimal_backoff_time == 43
    assert scaled(small(), {path: 300}, 1e-6).senders["school"].postconf.minimal_backoff_time == 1


def test_every_lever_finds_its_numbers() -> None:
    whole = small(
        providers={
            "office": {
                "domain": "office.example",
                **_limited("2/s")["office"],
                "connection_limit": {"per_client": 3},
                "checking": {"workers": 2, "time": "1 s"},
            }
        },
        senders={"school": {"domain": "school.example", "host": "small_vps"}},
        letters={"notice": {"from": "school", "count": 5, "pace": "1/s", "size": "1 kB", "to": "office"}},
    )
    assert all(lever.numbers(whole) for lever in LEVERS)
    assert all(not math.isnan(number) for lever in LEVERS for number in lever.numbers(whole).values())


def _limited(rate: str) -> dict[str, dict[str, object]]:
    return {"office": {"domain": "office.example", "rate_limit": {"rate": rate, "burst": 1}}}


def _rate(scenario: Scenario) -> float:
    limit = scenario.providers["office"].rate_limit
    assert limit is not None
    return limit.rate_per_s
