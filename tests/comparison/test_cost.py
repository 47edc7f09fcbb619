"""What a month costs, held against sums done by hand from the price lists."""

import pytest

from sim.comparison.cost import break_evens, crossing, letters_per_month, monthly_cost
from sim.scenario.costs import Costs
from tests.comparison.made import small

OWN, CLOUD = Costs(preset="own_server"), Costs(preset="cloud_pay_per_letter")


def test_a_service_paid_by_the_letter_costs_its_price_and_the_hours() -> None:
    month = monthly_cost(CLOUD, 80_000)
    assert month.service == pytest.approx(80 * 0.10 * 150)
    assert month.staff == pytest.approx(2 * 4000)
    assert month.setup == pytest.approx(16 * 4000 / 36)
    assert (month.machines, month.servers) == (0, 0)
    assert month.per_thousand == pytest.approx(month.total / 80)


def test_a_subscription_pays_for_so_many_letters_and_more_cost_extra() -> None:
    plan = Costs(preset="cloud_plan_100k")
    assert monthly_cost(plan, 100_000).service == 14_000
    assert monthly_cost(plan, 150_000).service == pytest.approx(14_000 + 50 * 137)


def test_prices_in_yen_do_not_follow_the_dollar() -> None:
    assert monthly_cost(Costs(preset="cloud_plan_100k", yen_per_dollar=300.0), 1000).service == 14_000
    dear = Costs(preset="cloud_pay_per_letter", yen_per_dollar=300.0)
    assert monthly_cost(dear, 1000).service == pytest.approx(0.10 * 300)


def test_a_server_s_share_is_a_month_of_mailings_and_one_letter_more_needs_another_server() -> None:
    # 150,000 an hour, one hour for a mailing, eight mailings a month
    assert monthly_cost(OWN, 1_200_000).servers == 1
    second = monthly_cost(OWN, 1_200_001)
    assert second.servers == 2
    assert second.machines == pytest.approx(2 * (20 + 0.4) * 150)


def test_nothing_is_paid_that_is_not_written() -> None:
    assert monthly_cost(Costs(), 1_000_000).total == 0


def test_a_month_has_as_many_letters_as_mailings_times_the_list() -> None:
    assert letters_per_month(small(), OWN) == 100 * 8


def test_the_break_even_of_two_straight_lines_is_where_they_cross() -> None:
    fixed, by_letter = Costs(fee_per_month=10_000.0), Costs(fee_per_thousand=20.0)
    assert break_evens(fixed, by_letter) == [pytest.approx(500_000)]
    assert break_evens(by_letter, fixed) == [pytest.approx(500_000)]


def test_setups_whose_order_never_changes_have_no_break_even() -> None:
    assert break_evens(Costs(fee_per_month=10.0), Costs(fee_per_month=20.0)) == []


def test_at_a_break_even_both_cost_the_same_or_a_server_more_turns_the_order() -> None:
    volumes = break_evens(OWN, CLOUD)
    # Two servers: 44,786.67 yen and 9,777.78 yen + 0.015 yen a letter
    assert volumes[0] == pytest.approx(
        (2 * 20.4 * 150 + 60 * 4000 / 36 + 32_000 - 9_777.777_8) / 0.015, rel=1e-6
    )
    assert volumes[1] == pytest.approx(2_400_000)
    for volume in volumes:
        before, after = (
            monthly_cost(OWN, volume * f).total < monthly_cost(CLOUD, volume * f).total
            for f in (0.999, 1.001)
        )
        assert before != after


def test_a_crossing_is_narrowed_down() -> None:
    assert crossing(lambda x: x - 7, 1, 100) == pytest.approx(7)
    assert crossing(lambda x: x - 7, 100, 1) == pytest.approx(7)
