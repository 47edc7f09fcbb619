from typing import Any

import pytest

from sim.comparison.sweep_grid import MOST_POINTS, overrides, points, read_axis, read_grid, value_words
from sim.errors import ArgumentError


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("a.b=100,1000", (100, 1000)),
        ("a.b=[100, 1000]", (100, 1000)),
        ("a.b=100", (100,)),
        ("a.b = 5 min, 10 min", ("5 min", "10 min")),
        ("a.b=[5 min,10 min]", ("5 min", "10 min")),
        ("a.b=50 %,60 %", ("50 %", "60 %")),
        ("a.b=[1, 2],[3]", ([1, 2], [3])),
        ("a.b=[[1, 2], [3]]", ([1, 2], [3])),
        ("a.b={lognormal: {mean: 1 s, cv: 1}},2 s", ({"lognormal": {"mean": "1 s", "cv": 1}}, "2 s")),
        ("a.b=true,false", (True, False)),
    ],
)
def test_values_are_yaml_with_or_without_the_brackets_of_a_list(
    written: str, values: tuple[Any, ...]
) -> None:
    axis = read_axis(written)

    assert (axis.path, axis.values) == ("a.b", values)


@pytest.mark.parametrize("written", ["a.b", "a.b=", "=1", "", "a.b=[1,", "a.b=1,,2", "a.b=[]", "a.b={1"])
def test_what_is_no_grid_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(ArgumentError, match=r"letters\.closure\.count=100,1000,10000"):
        read_axis(written)


def test_a_value_or_a_path_that_stands_twice_is_refused() -> None:
    with pytest.raises(ArgumentError, match="the value 100 stands twice"):
        read_axis("a.b=100,200,100")
    with pytest.raises(ArgumentError, match=r"a\.b has two grids"):
        read_grid(["a.b=1", "a.b=2"])


def test_every_point_is_there_once_and_the_last_axis_runs_fastest() -> None:
    axes = read_grid(["a.b=1,2", "c=x,y"])

    assert points(axes) == [
        {"a.b": 1, "c": "x"},
        {"a.b": 1, "c": "y"},
        {"a.b": 2, "c": "x"},
        {"a.b": 2, "c": "y"},
    ]
    assert overrides(points(axes)[1]) == ["a.b=1", 'c="y"']


def test_more_points_than_a_page_takes_are_refused() -> None:
    numbers = ",".join(str(number) for number in range(MOST_POINTS + 1))

    with pytest.raises(ArgumentError, match=f"has {MOST_POINTS + 1} points"):
        read_grid([f"a.b={numbers}"])


def test_values_are_shown_as_people_read_them() -> None:
    assert [value_words(value) for value in (1_000_000, "5 min", 0.5, True, [1, 2])] == [
        *("1,000,000", "5 min", "0.5", "true", "[1, 2]"),
    ]
