"""The road: half a round trip each way, a body's bytes over its bandwidth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.kernel.condition import Condition
from sim.kernel.draws import Draws
from sim.mail.network import Network
from sim.scenario.road import DefaultRoad
from tests.mail.town import run


def road(round_trip_us: int = 20_000, jitter_us: int = 0, bits_per_s: int = 100_000_000) -> Network:
    settings = DefaultRoad(round_trip_us=round_trip_us, jitter_us=jitter_us, bandwidth_bits_per_s=bits_per_s)
    return Network(settings, Condition(), Draws(1).purpose("round_trip"))


@pytest.mark.parametrize(
    ("size_bytes", "bits_per_s", "takes_us"),
    [(20_000, 100_000_000, 1_600), (1_250_000, 10_000_000, 1_000_000), (1, 64_000, 125), (0, 64_000, 0)],
)
def test_a_body_takes_eight_bits_a_byte(size_bytes: int, bits_per_s: int, takes_us: int) -> None:
    assert road(bits_per_s=bits_per_s).transfer_us(size_bytes) == takes_us


@given(st.integers(0, 1_000_000), st.integers(1, 1_000_000), st.integers(0, 2**64 - 1), st.integers(1, 200))
def test_a_trip_takes_half_a_round_trip_and_at_most_half_the_jitter_more(
    round_trip_us: int, jitter_us: int, key: int, attempt: int
) -> None:
    half_us = road(round_trip_us, jitter_us).half_trip_us(key, attempt)
    assert round_trip_us // 2 <= half_us <= (round_trip_us + jitter_us) // 2


def test_each_attempt_has_its_own_weather_on_the_road() -> None:
    one = road(jitter_us=10_000)
    assert len({one.half_trip_us(7, attempt) for attempt in range(1, 21)}) > 15
    assert one.half_trip_us(7, 3) == one.half_trip_us(7, 3)


def test_a_road_of_one_s_own_goes_before_the_default_one_and_is_for_its_pair_only() -> None:
    """Five round trips of 1 s, or of 20 ms."""
    changes = {
        "providers.webmail": {"domain": "webmail.example"},
        "roads.far": {"from": "school", "to": "webmail", "round_trip": "1 s", "bandwidth": "1000 Gbit/s"},
        "letters.second": {"from": "school", "to": "webmail", "size": "1 B", "times": ["0 s"]},
    }
    result = run(changes)
    assert (result.first().ended_us, result.first(entry="second").ended_us) == (100_000, 5_000_000)
