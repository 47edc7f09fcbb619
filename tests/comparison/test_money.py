"""What would make the dearer setup the cheaper one, worked out and not asserted."""

import pytest

from sim.comparison.money import BOTH, CostTurn, money
from tests.comparison.made import figures, setup, small

RUNS = [figures(1.0), figures(2.0)]


def turns(a: object, b: object) -> dict[tuple[str, str], CostTurn]:
    found = money([setup("a", RUNS, small(costs=a)), setup("b", RUNS, small(costs=b))])
    return {(one.setup, one.field): one for one in found.turns}


def test_the_dearer_one_s_fee_turns_the_order_where_it_meets_the_other_one_s() -> None:
    found = turns({"fee_per_month": 1000}, {"fee_per_month": 3000})
    assert found["b", "fee_per_month"].turns_at == pytest.approx(1000)
    assert found["a", "fee_per_month"].turns_at == pytest.approx(3000)
    assert (found["a", "fee_per_month"].cheaper, found["a", "fee_per_month"].dearer) == ("a", "b")


def test_what_is_the_same_in_both_is_changed_in_both() -> None:
    hours = {"staff_hours_per_month": 10, "wage_yen_per_hour": 2000}
    found = turns(hours, {"fee_per_month": 30_000, "wage_yen_per_hour": 2000})
    assert found[BOTH, "wage_yen_per_hour"].turns_at == pytest.approx(3000)


def test_a_number_that_turns_nothing_says_so_and_one_that_does_nothing_is_left_out() -> None:
    found = turns(
        {"fee_per_month": 1000, "setup_hours": 1}, {"fee_per_month": 30_000, "address_fee_per_month": 5}
    )
    assert ("b", "address_fee_per_month") not in found  # no address is paid for
    assert found["a", "setup_hours"].turns_at == pytest.approx((30_000 - 1000) * 36 / 4000)
    only = turns({"fee_per_month": 1}, {"fee_per_month": 1, "server_fee_per_month": 5000})
    assert only["b", "server_fee_per_month"].turns_at is None


def test_a_number_says_how_well_it_is_known() -> None:
    found = turns("own_server", {"preset": "cloud_plan_100k", "staff_hours_per_month": 3})
    assert found["b", "fee_per_month"].grade == "published"
    assert found["b", "staff_hours_per_month"].grade == "written"
    assert found["a", "staff_hours_per_month"].grade == "assumption"


def test_setups_without_costs_have_no_money_side() -> None:
    found = money([setup("a", RUNS), setup("b", RUNS, small(costs="own_server"))])
    assert [cost.setup for cost in found.costs] == ["b"]
    assert (found.break_evens, found.turns) == ((), ())
