"""The road: half a round trip each way, a body that starts slowly, its bytes over the bandwidth."""

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
    [(14_000, 100_000_000, 1_120), (1_250_000, 10_000_000, 1_000_000), (1, 64_000, 125), (0, 64_000, 0)],
)
def test_a_body_takes_eight_bits_a_byte_on_a_short_road(
    size_bytes: int, bits_per_s: int, takes_us: int
) -> None:
    """A road of 1 us holds less than a segment: nothing is ever waited for."""
    assert road(1, bits_per_s=bits_per_s).transfer_us(size_bytes, 0) == takes_us


@pytest.mark.parametrize(
    ("size_bytes", "takes_us"),
    [
        # Ten segments of 1460 bytes at once (RFC 6928): 14,600 bytes are 1168 us at 100 Mbit/s.
        (14_600, 1_168),
        # One byte more waits for the first acknowledgement.
        (14_601, 100_000),
        # 10 + 20 segments have gone after two round trips; the last byte of 43,801 goes with the third flight.
        (43_800, 100_000 + 2_336),
        (43_801, 200_000),
        # 10 + 20 + 40 + 80 + 160 + 320 = 630 segments, 919,800 bytes, in six round trips; the rest takes 6416 us.
        (1_000_000, 600_000 + 6_416),
        # The road holds 1,250,000 bytes: with 1280 segments it is full. 10 + ... + 640 segments before that are
        # 1,854,200 bytes in seven round trips, the rest of 10 MB comes at full speed.
        (10_000_000, 700_000 + 651_664),
    ],
)
def test_a_body_starts_with_ten_segments_and_doubles_each_round_trip(size_bytes: int, takes_us: int) -> None:
    """A round trip of 100 ms at 100 Mbit/s; RFC 5681 3.1."""
    assert road(100_000).transfer_us(size_bytes, 50_000) == takes_us


def test_a_road_with_jitter_starts_as_slowly_as_its_round_trip_is_long() -> None:
    """Drawn once an attempt: 43,801 bytes wait for two of them, whatever they are."""
    jittery = road(100_000, 50_000)
    assert jittery.transfer_us(43_801, 70_000) == 2 * 140_000
    assert jittery.transfer_us(43_801, 50_000) == 2 * 100_000


@given(
    st.integers(0, 5_000_000), st.integers(0, 200_000), st.integers(1_000, 10**12), st.integers(1, 3_000_000)
)
def test_slow_start_never_makes_a_body_faster_and_a_larger_one_never_comes_sooner(
    size_bytes: int, half_us: int, bits_per_s: int, more_bytes: int
) -> None:
    one = road(2 * half_us, bits_per_s=bits_per_s)
    takes_us = one.transfer_us(size_bytes, half_us)
    assert takes_us >= size_bytes * 8_000_000 // bits_per_s
    assert takes_us <= one.transfer_us(size_bytes + more_bytes, half_us) + 1


def test_a_letter_of_a_megabyte_over_100_ms_takes_eleven_round_trips_and_a_little() -> None:
    """Five for the conversation, six of slow start, and 6.416 ms for what is left."""
    changes = {
        "letters.notice.size": "1 MB",
        "default_road": {"round_trip": "100 ms", "bandwidth": "100 Mbit/s"},
    }
    assert run(changes).first().ended_us == 1_106_416


@pytest.mark.parametrize(("loss", "rate_bytes_per_s"), [(0.01, 178_120), (0.0001, 1_781_200)])
def test_a_road_that_loses_packets_is_as_fast_as_tcp_after_its_losses(
    loss: float, rate_bytes_per_s: int
) -> None:
    """Mathis et al.: MSS / RTT * 1.22 / sqrt(p) = 1460 / 0.1 s * 1.22 / 0.1 at 1 %."""
    lossy = road(100_000)
    takes_us = lossy.lossy_transfer_us(20_000_000, 50_000, loss)
    assert takes_us == pytest.approx(20e12 / rate_bytes_per_s, rel=1e-5)


def test_a_road_that_loses_little_is_as_fast_as_one_that_loses_nothing() -> None:
    assert road(20_000).lossy_transfer_us(100_000, 10_000, 1e-9) == road(20_000).transfer_us(100_000, 10_000)


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
