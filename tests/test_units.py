"""Quantities are read exactly, refused with a lesson, and written so that they read back to the same value."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sim import units
from sim.errors import QuantityError


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("5 min", 300_000_000),
        ("4000s", 4_000_000_000),
        ("200 ms", 200_000),
        ("1.5 h", 5_400_000_000),
        ("0.1 s", 100_000),
        ("0.3 ms", 300),
        ("5 d", 432_000_000_000),
        ("7 us", 7),
        ("7 µs", 7),
        ("0 s", 0),
        ("36500 d", 36_500 * 86_400_000_000),
    ],
)
def test_a_duration_becomes_whole_microseconds_exactly(text: str, microseconds: int) -> None:
    assert units.parse_duration(text) == microseconds


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (5, "bare_number"),
        (0, "bare_number"),
        (5.0, "bare_number"),
        ("5", "bare_number"),
        (True, "no_quantity"),
        (None, "no_quantity"),
        ([], "no_quantity"),
        ("", "no_quantity"),
        ("min", "no_quantity"),
        ("1 h 30 min", "one_unit_only"),
        ("1 h 30", "unknown_unit"),
        ("36500 d 1 h", "unknown_unit"),
        ("1,5 min", "comma_in_number"),
        ("1,5", "bare_number"),
        ("1,5 parsecs", "unknown_unit"),
        ("06:30", "clock_time"),
        ("6:30:00", "clock_time"),
        ("6:30 am", "clock_time"),
        ("2026-09-01T06:30+09:00", "clock_time"),
        ("5 m", "unknown_unit"),
        ("5 Min", "unknown_unit"),
        ("-5 min", "negative"),
        ("0.5 us", "too_fine"),
        ("36501 d", "too_large"),
        ("9" * 5000 + " s", "too_large"),
        ("1e3 s", "unknown_unit"),
        ("５ min", "no_quantity"),
        ("5\u3000min", "unknown_unit"),
        ("nan s", "no_quantity"),
        ("inf s", "no_quantity"),
    ],
)
def test_what_is_no_duration_is_refused_with_a_code(text: object, code: str) -> None:
    with pytest.raises(QuantityError) as caught:
        units.parse_duration(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("parse", "text", "nearest"),
    [
        (units.parse_duration, "5 m", "5 min"),
        (units.parse_duration, "90 sec", "90 s"),
        (units.parse_duration, "5 minutes", "5 min"),
        (units.parse_duration, "5分", "5 min"),
        (units.parse_duration, "1 h 30 min", "90 min"),
        (units.parse_duration, "1h30m", "90 min"),
        (units.parse_duration, "1 d 12 hours", "36 h"),
        (units.parse_duration, "1時間30分", "90 min"),
        (units.parse_duration, "1,5 min", "1.5 min"),
        (units.parse_duration, "1,5 m", "1.5 min"),
        (units.parse_duration, "1,000 s", "1000 s"),
        (units.parse_duration, "0,500 s", "0.500 s"),
        (units.parse_share, "12,5 %", "12.5 %"),
        (units.parse_share, "12,500 %", "12.500 %"),
        (units.parse_size, "1,5 MB", "1.5 MB"),
        (units.parse_rate, "1,000/s", "1000/s"),
        (units.parse_size, "20 KB", "20 kB"),
        (units.parse_size, "20k", "20 kB"),
        (units.parse_size, "3 mb", "3 MB"),
        (units.parse_rate, "20/sec", "20/s"),
        (units.parse_rate, "30 per minute", "30/min"),
        (units.parse_bandwidth, "100 Mbps", "100 Mbit/s"),
        (units.parse_share, "5 percent", "5 %"),
    ],
)
def test_a_habit_of_writing_is_answered_by_the_right_form(
    parse: Callable[[object], float], text: str, nearest: str
) -> None:
    with pytest.raises(QuantityError) as caught:
        parse(text)
    assert caught.value.fields["nearest"] == nearest
    parse(nearest)


def test_sizes_know_thousands_and_powers_of_two() -> None:
    assert units.parse_size("50 kB") == 50_000
    assert units.parse_size("10 MiB") == 10 * 2**20
    assert units.parse_size("0.5 MB") == 500_000


def test_rates_shares_and_bandwidths_are_read() -> None:
    assert units.parse_rate("30/min") == 0.5
    assert units.parse_rate("100/h") == 100 / 3600
    assert units.parse_share("55 %") == 0.55
    assert units.parse_share("0.1%") == 0.001
    assert units.parse_bandwidth("100 Mbit/s") == 100_000_000


def test_a_share_above_the_whole_is_refused() -> None:
    with pytest.raises(QuantityError, match="too large"):
        units.parse_share("100.1 %")


@given(st.integers(0, 36_500 * 86_400_000_000))
def test_every_duration_reads_back(microseconds: int) -> None:
    assert units.parse_duration(units.format_duration(microseconds)) == microseconds


@given(st.integers(0, 10**9))
def test_every_size_reads_back(size: int) -> None:
    assert units.parse_size(units.format_size(size)) == size


@given(st.floats(1e-9, 1e6))
def test_every_rate_reads_back(rate: float) -> None:
    assert units.parse_rate(units.format_rate(rate)) == rate


@given(st.floats(0, 1))
def test_every_share_reads_back(share: float) -> None:
    if len(units.format_share(share)) <= 40:
        assert units.parse_share(units.format_share(share)) == share


@given(st.integers(0, 10**12))
def test_every_bandwidth_reads_back(bandwidth: int) -> None:
    assert units.parse_bandwidth(units.format_bandwidth(bandwidth)) == bandwidth


@given(st.text())
def test_no_text_makes_a_parser_fail_otherwise(text: str) -> None:
    for parse in (units.parse_duration, units.parse_size, units.parse_rate, units.parse_share):
        with contextlib.suppress(QuantityError):
            assert parse(text) >= 0


@given(st.integers(0, 800_000), st.sampled_from(["ms", "s", "min", "h"]), st.sampled_from(["", " ", "  "]))
def test_spaces_between_number_and_unit_do_not_matter(number: int, unit: str, gap: str) -> None:
    assert units.parse_duration(f"{number}{gap}{unit}") == units.parse_duration(f" {number} {unit} ")


@pytest.mark.parametrize(
    ("text", "written"),
    [("90 s", "90 s"), ("3600 s", "1 h"), ("1500 us", "1500 us"), ("48 h", "2 d"), ("0 min", "0 s")],
)
def test_a_duration_is_written_in_the_largest_unit_that_keeps_it_whole(text: str, written: str) -> None:
    assert units.format_duration(units.parse_duration(text)) == written


def test_in_a_file_a_bare_number_is_refused_and_in_python_it_is_microseconds() -> None:
    duration = TypeAdapter(units.Duration)
    assert duration.validate_python(5) == 5
    with pytest.raises(ValidationError, match="bare_number"):
        duration.validate_python(5, context={units.WRITTEN: True})


def test_in_python_too_nothing_is_below_zero() -> None:
    for kind in (units.Duration, units.Size, units.Rate, units.Share, units.Bandwidth):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(-1)
