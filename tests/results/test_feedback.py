"""Aggregate feedback: complaints a day over letters in the inbox a day, and no letter's name."""

from typing import Any

import pandas as pd
import pytest

import sim
from sim.results.summary_model import SummaryModel
from tests.comparison.made import small

DAY_S = 86_400


def told(feedback: str = "aggregate", start: str = "2026-09-01T18:00+09:00", **entry: Any) -> sim.Result:
    """A thousand letters over two days, of which readers report one in ten within minutes."""
    letters = {"from": "school", "count": 1000, "over": "48 h", "size": "20 kB", "to": "office"}
    scenario = small(
        start=start,
        duration="3 d",
        deadline="3 d",
        providers={"office": {"domain": "office.example", "feedback": feedback}},
        letters={"notice": {**letters, "complaints": "10 %", **entry}},
        readers={"office": {"with": {"app": "100 %"}, "opens_after": {"median": "5 min", "p90": "9 min"}}},
    )
    return sim.run(scenario)


@pytest.fixture(scope="module")
def result() -> sim.Result:
    return told()


def test_days_are_those_of_the_calendar_and_the_run(result: sim.Result) -> None:
    """From 18:00: six hours, two whole days, and what is left."""
    days = result.tables["feedback"]
    assert days["from_s"].tolist() == [0, 6 * 3600, 6 * 3600 + DAY_S, 6 * 3600 + 2 * DAY_S]
    assert days["to_s"].tolist() == [*days["from_s"].tolist()[1:], 3 * DAY_S]


def test_every_complaint_and_every_letter_in_the_inbox_is_counted_on_its_day(result: sim.Result) -> None:
    letters, days = result.tables["letters"], result.tables["feedback"]
    edges = [*days["from_s"], days["to_s"].iloc[-1]]
    inbox = pd.cut(letters.loc[letters["outcome"] == "inbox", "delivered_s"], edges, right=False)
    assert days["inbox"].tolist() == inbox.value_counts(sort=False).tolist()
    assert days["complaints"].sum() == letters["reported"].sum()
    # Letters are handed in evenly: 1000 in 48 h; a tenth of them is reported, give or take three deviations.
    assert days["inbox"].tolist() == pytest.approx([125, 500, 375, 0], abs=1)
    assert days["complaints"].iloc[1] == pytest.approx(50, abs=3 * (500 * 0.1 * 0.9) ** 0.5)
    assert days["share"].iloc[1] == days["complaints"].iloc[1] / days["inbox"].iloc[1]
    assert pd.isna(days["share"].iloc[3])


def test_no_letter_can_be_told_from_it(result: sim.Result) -> None:
    columns = {"provider", "sender", "from_s", "to_s", "complaints", "inbox", "share"}
    assert set(result.tables["feedback"].columns) == columns


def test_the_summary_counts_days_by_the_two_published_rates(result: sim.Result) -> None:
    figures = {name: one["value"] for name, one in result.summary["feedback"]["office"]["school"].items()}
    days = result.tables["feedback"]
    assert (figures["complaints"], figures["inbox"]) == (days["complaints"].sum(), 1000)
    assert figures["worst_day_share"] == days["share"].max()
    assert (figures["days"], figures["days_too_many"], figures["days_far_too_many"]) == (3, 3, 3)
    SummaryModel.model_validate(result.summary)
    assert "office tells school how many complaints there are each day" in result.answer()
    assert "officeはschoolに、苦情の数だけを1日ごとに知らせます。" in result.answer("ja")


@pytest.mark.parametrize(("complaints", "too_many", "far"), [("0 %", 0, 0), ("100 %", 3, 3)])
def test_without_complaints_no_day_has_too_many(complaints: str, too_many: int, far: int) -> None:
    figures = told(complaints=complaints).summary["feedback"]["office"]["school"]
    assert [figures[name]["value"] for name in ("days_too_many", "days_far_too_many")] == [too_many, far]


@pytest.mark.parametrize("feedback", ["none", "per_letter"])
def test_other_feedback_has_no_daily_rate(feedback: str) -> None:
    result = told(feedback)
    assert result.tables["feedback"].empty
    assert "feedback" not in result.summary
    assert "complaints there are" not in result.answer()


def test_a_sender_of_whom_nothing_arrives_has_no_rate() -> None:
    result = told(to="office", unknown_users="100 %")
    figures = result.summary["feedback"]["office"]["school"]
    assert (figures["inbox"]["value"], figures["share"]["value"]) == (0, None)
    SummaryModel.model_validate(result.summary)
    assert result.answer()
