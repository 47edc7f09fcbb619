import pytest

from sim.validation import bench
from sim.validation.bench_scenario import bench_scenario


def test_the_bench_reports_what_it_promises() -> None:
    steps: list[tuple[int, int]] = []
    found = bench.run(400, 200, lambda done, total: steps.append((done, total)), spread_letters=400)
    assert steps == [(done, 5) for done in range(1, 6)]
    assert (found["letters"], found["plain_letters"]) == (400, 200)
    for figure in ("seconds", "letters_per_s", "replay_seconds", "plain_letters_per_s", "ratio"):
        assert found[figure] > 0
    assert found["ratio"] == pytest.approx(
        found["our_letters_per_s_at_plain_letters"] / found["plain_letters_per_s"]
    )
    assert found["rss_growth_mb"] is None or found["rss_growth_mb"] >= 0
    spread = found["destinations"]
    assert spread["ratio"] == pytest.approx(spread["many_seconds"] / spread["few_seconds"])


def test_a_letter_of_the_bench_takes_1_2_to_1_5_attempts() -> None:
    assert 1.2 <= bench.ours(3000).attempts / 3000 <= 1.5


def test_both_engines_make_the_same_attempts_in_the_bench() -> None:
    assert bench.ours(500).attempts == bench.plain(500).attempts


def test_a_larger_bench_is_longer_and_not_denser() -> None:
    small, large = bench_scenario(10_000), bench_scenario(1_000_000)
    assert small.letters["closure"].pace_per_s == large.letters["closure"].pace_per_s
