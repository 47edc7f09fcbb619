"""Setups see the same letters and the same chance, and the difference is known the better for it."""

from pathlib import Path

import numpy as np
import pytest

from sim.comparison.figures import BY_NAME, values
from sim.comparison.paired import differences, variance
from sim.comparison.variants import Setup, named_apart, run_variants
from sim.errors import ArgumentError
from sim.results.tables import frames
from sim.scenario.load import load
from tests.comparison.made import paced

SCENARIOS = Path(__file__).parents[2] / "scenarios"
REPLICATIONS = 10
DELAY = "accepted_to_delivered_s.p90"


@pytest.fixture(scope="module")
def filters() -> tuple[Setup, ...]:
    return run_variants(
        [load(SCENARIOS / f"filter_{name}.yaml") for name in ("four", "five")], REPLICATIONS, 1
    )


def delays(setup: Setup) -> list[float]:
    found = values(BY_NAME[DELAY], setup.measures)
    return [value for value in found if value is not None]


@pytest.mark.long
def test_common_random_numbers_at_least_halve_the_variance_of_the_difference(
    filters: tuple[Setup, ...],
) -> None:
    four, five = (delays(setup) for setup in filters)
    elsewhere = run_variants([setup.scenario for setup in filters], REPLICATIONS, seed=2)[1]
    paired = variance([b - a for a, b in zip(four, five, strict=True)])
    independent = variance([b - a for a, b in zip(four, delays(elsewhere), strict=True)])

    assert paired < independent / 2


def test_the_fifth_process_is_worth_more_than_its_interval(filters: tuple[Setup, ...]) -> None:
    found = {one.figure: one for one in differences(filters)}[DELAY]
    assert found.value is not None
    assert found.high is not None
    # Backlog of a fluid: (110 - 80) and (110 - 100) a minute for 45 minutes; the line a letter meets late in that
    # time is worth about 45 * 30 / 80 and 45 * 10 / 100 minutes: 740 s apart at the very end, nine tenths of it here.
    assert found.value == pytest.approx(-0.9 * 742.5, rel=0.1)
    assert found.high < -600


def test_both_see_the_same_letters(filters: tuple[Setup, ...]) -> None:
    four, five = (setup.replications.first.letters for setup in filters)
    for column in ("submitted_us", "size_bytes", "mailbox", "provider", "unknown_user"):
        assert four[column] == five[column]


def test_a_letter_of_the_list_is_the_same_from_one_server_and_from_four() -> None:
    variants = [
        load(SCENARIOS / f"{name}.yaml", ["duration=5 min", "deadline=5 min"])
        for name in ("on_premises", "cloud_service")
    ]
    traits = []
    for setup in run_variants(variants, 1, 3):
        letters = frames(setup.replications.first)["letters"]
        own = letters[letters["kind"] == "letter"].sort_values("letter")
        traits.append(own[["letter", "provider", "size_bytes", "unknown_user"]].reset_index(drop=True))
        assert set(own["sender"]) <= set(setup.scenario.senders)
    assert len(traits[0]) == 10_000
    assert np.array_equal(traits[0].to_numpy(), traits[1].to_numpy())


def test_all_are_run_with_the_first_one_s_seed_unless_it_is_said() -> None:
    other = paced("2/s", "b").model_copy(update={"seed": 9})
    assert {setup.replications.first.seed for setup in run_variants([paced("1/s", "a"), other], 1)} == {1}
    assert {setup.replications.first.seed for setup in run_variants([paced("1/s", "a"), other], 1, 7)} == {7}


def test_setups_of_one_name_are_told_apart() -> None:
    one = paced("1/s", "school")
    assert [each.stem for each in named_apart([one, one, one])] == ["school", "school_2", "school_3"]


def test_one_scenario_alone_cannot_be_compared() -> None:
    with pytest.raises(ArgumentError, match="Right would be two or more"):
        run_variants([paced("1/s", "a")], 1)
