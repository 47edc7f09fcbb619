"""Chance with a name: draws are SplitMix64's, and depend on what they are for and on nothing else."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.kernel.draws import GOLDEN, KIND_OFFSET, MASK, Draws, hash64, letter_key, uniform, uniforms

BITS64 = st.integers(0, MASK)
TO_UNIT = 2.0**-52


@pytest.mark.parametrize(
    ("seed", "outputs"),
    [
        # Published with the task "Pseudo-random numbers/Splitmix64" of Rosetta Code.
        (
            1234567,
            (
                6457827717110365317,
                3203168211198807973,
                9817491932198370423,
                4593380528125082431,
                16408922859458223821,
            ),
        ),
        # The first outputs of java.util.SplittableRandom's and Vigna's splitmix64 for seed 0.
        (0, (0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F)),
    ],
)
def test_draws_of_consecutive_letters_are_splitmix64_s_reference_outputs(
    seed: int, outputs: tuple[int, ...]
) -> None:
    """SplitMix64 adds the golden gamma once a step, so its n-th output is the draw of key n.

    The 52 upper bits become the middle of one of 2**52 equal cells of the unit interval.
    """
    expected = [((output >> 12) + 0.5) * TO_UNIT for output in outputs]
    assert expected == [uniform(seed, number) for number in range(1, len(outputs) + 1)]


@given(BITS64, BITS64, st.integers(0, 65_535))
def test_a_draw_is_a_number_between_0_and_1_and_the_same_when_asked_again(
    base: int, key: int, attempt: int
) -> None:
    draw = uniform(base, key, attempt)
    assert 0 < draw < 1
    assert draw == uniform(base, key, attempt)


def unshift(value: int, shift: int) -> int:
    """Undo x ^ (x >> shift)."""
    found = value
    for _ in range(64 // shift + 1):
        found = value ^ (found >> shift)
    return found


def base_that_mixes_to(output: int) -> int:
    """Undo SplitMix64's mixing, which maps 64 bits one to one."""
    x = unshift(output, 31) * pow(0x94D049BB133111EB, -1, 1 << 64) & MASK
    x = unshift(x, 27) * pow(0xBF58476D1CE4E5B9, -1, 1 << 64) & MASK
    return unshift(x, 30)


@pytest.mark.parametrize(
    "output",
    [
        0,
        1 << 11,
        MASK - (1 << 11),
        MASK,
    ],
)
def test_the_outermost_draws_lie_within_the_open_interval(output: int) -> None:
    """Both ends would break a law: log(0), and the normal quantile of 0 or 1, do not exist."""
    assert 0 < uniform(base_that_mixes_to(output), 0) < 1


@given(BITS64, st.integers(0, MASK), st.integers(0, 300))
def test_many_draws_at_once_are_the_same_as_one_by_one(base: int, first: int, count: int) -> None:
    keys = range(first, first + count)
    assert [uniform(base, key) for key in keys] == uniforms(base, keys)


def test_draws_are_spread_evenly() -> None:
    """100,000 draws in 100 cells: chi-square with 99 degrees of freedom lies within 99 +- 4 sqrt(198).

    Their mean is 1/2 within four standard errors of sqrt(1/12/n).
    """
    number = 100_000
    draws = uniforms(Draws(1).purpose("size"), range(number))
    cells = [0] * 100
    for draw in draws:
        cells[int(draw * 100)] += 1
    expected = number / 100
    chi_square = sum((seen - expected) ** 2 for seen in cells) / expected
    assert chi_square == pytest.approx(99, abs=4 * math.sqrt(198))
    assert sum(draws) / number == pytest.approx(0.5, abs=4 * math.sqrt(1 / 12 / number))


def correlation(left: list[float], right: list[float]) -> float:
    """Give the correlation of two columns of uniform draws, by their known mean and variance."""
    return sum((x - 0.5) * (y - 0.5) for x, y in zip(left, right, strict=True)) * 12 / len(left)


def test_draws_of_neighbours_attempts_purposes_and_replications_have_nothing_to_do_with_each_other() -> None:
    """The correlation of n independent pairs has a standard error of 1/sqrt(n); four of them are allowed."""
    number = 40_000
    base = Draws(1).purpose("accept")
    key = letter_key("notice", 1)
    here = uniforms(base, range(key, key + number))
    others = {
        "the next letter": uniforms(base, range(key + 1, key + number + 1)),
        "the next attempt": [uniform(base, key + place, 1) for place in range(number)],
        "another purpose": uniforms(Draws(1).purpose("commit"), range(key, key + number)),
        "another replication": uniforms(Draws(1, 1).purpose("accept"), range(key, key + number)),
        "another seed": uniforms(Draws(2).purpose("accept"), range(key, key + number)),
        "the letter's DSN": uniforms(base, range(key + KIND_OFFSET, key + KIND_OFFSET + number)),
    }
    allowed = 4 / math.sqrt(number)
    assert {
        name: value for name, draws in others.items() if abs(value := correlation(here, draws)) > allowed
    } == {}


def test_names_are_hashed_by_blake2b() -> None:
    """`printf closure | b2sum -l 64` prints dc73416d38149547, and so on: the values of coreutils."""
    assert hash64("closure") == 0xDC73416D38149547
    assert hash64("notice") == 0x3914BC9E871C24B8


def test_a_letter_s_key_is_fixed_for_ever() -> None:
    """Key = hash of the entry + number in it + kind * 2**40; a change would change every result of a seed."""
    assert letter_key("closure", 1) == 0xDC73416D38149548
    assert letter_key("closure", 500) == 0xDC73416D38149547 + 500
    assert letter_key("closure", 1, 1) == 0xDC73416D38149548 + 2**40


def test_a_purpose_s_base_is_fixed_for_ever() -> None:
    """`printf 1/0/destination | b2sum -l 64`: seed, replication, purpose."""
    assert Draws(1, 0).purpose("destination") == 0x721D5CCB15583C3A


def test_no_two_letters_of_an_entry_and_none_of_their_dsns_share_a_key() -> None:
    """Numbers stay below 2**32, so the offset of 2**40 keeps DSNs apart."""
    numbers = (1, 2, 3, 2**31, 2**32 - 1)
    keys = {letter_key("notice", number, kind) for number in numbers for kind in (0, 1)}
    assert len(keys) == 2 * len(numbers)


def test_draws_that_differ_in_one_thing_differ() -> None:
    draws = {
        uniform(Draws(seed, replication).purpose(purpose), letter_key(entry, number, kind), attempt)
        for seed in (1, 2)
        for replication in (0, 1)
        for purpose in ("accept", "checking")
        for entry in ("notice", "closure")
        for number in (1, 2)
        for kind in (0, 1)
        for attempt in (0, 1, 2)
    }
    assert len(draws) == 2**6 * 3


def test_seed_and_replication_are_not_confused() -> None:
    """1/12 and 11/2 are different runs."""
    assert Draws(1, 12).purpose("size") != Draws(11, 2).purpose("size")
    assert Draws(1, 12).stream("gap").random() != Draws(11, 2).stream("gap").random()


def test_drawing_from_one_stream_moves_no_other() -> None:
    alone = Draws(7).stream("letters.desk.arrivals")
    expected = [alone.random() for _ in range(5)]
    draws = Draws(7)
    stream, other = draws.stream("letters.desk.arrivals"), draws.stream("letters.news.arrivals")
    seen = []
    for _ in range(5):
        other.random()
        draws.purpose("size")
        seen.append(stream.random())
    assert expected == seen


def test_streams_of_two_names_are_two_streams() -> None:
    draws = Draws(7)
    firsts = [draws.stream(name).random() for name in ("letters.a.arrivals", "letters.b.arrivals", "x")]
    assert all(one != other for one, other in pairwise(firsts))


def test_the_golden_gamma_is_the_golden_ratio_in_64_bits() -> None:
    """2**64 / phi is 11400714819323198485.95; Steele, Lea and Flood take the odd whole number below."""
    assert GOLDEN == 11400714819323198485
    assert abs(2**64 / ((1 + math.sqrt(5)) / 2) - GOLDEN) < 2**12
