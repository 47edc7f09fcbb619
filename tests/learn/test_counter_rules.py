import pytest

from sim.errors import ArgumentError
from sim.learn.counter_rules import CHOICES, Rules, read_rules
from sim.learn.plans import plan_of
from sim.scenario.load import load

PLAN = plan_of("07_the_other_side")


def test_every_choice_is_one_that_the_scenario_takes() -> None:
    for name, choices in CHOICES.items():
        for choice in choices:
            rules = Rules(**{"rate_limit": "30", name: choice})
            town = load(PLAN.file(), rules.settings()).providers["town"]

            assert (town.content_filter is not None) is (rules.content_filter == "on")
            assert (town.greylisting is not None) is (rules.greylisting != "off")
            if town.rate_limit is not None:
                assert town.rate_limit.rate_per_s * 60 == pytest.approx(int(rules.rate_limit))
                assert town.rate_limit.stage == ("greeting" if rules.reply == "421" else "rcpt")


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        ("content_filter", True, "on"),
        ("content_filter", None, "off"),
        ("greylisting", "５分", "5 min"),
        ("greylisting", "20min", "20 min"),
        ("greylisting", 1, "1 min"),
        ("rate_limit", 30, "30"),
        ("reply", "421", "421"),
    ],
)
def test_choices_are_read_leniently(name: str, written: object, read: str) -> None:
    assert getattr(read_rules({name: written}), name) == read


@pytest.mark.parametrize(
    ("given", "code"), [({"blocklist": "on"}, "no_such_rule"), ({"greylisting": "7 min"}, "no_such_choice")]
)
def test_what_cannot_be_chosen_is_refused_with_what_can(given: dict[str, str], code: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        read_rules(given)

    assert refused.value.code == code


def test_a_reply_says_nothing_where_there_is_no_quota() -> None:
    assert Rules(greylisting="5 min", reply="554").written() == "greylisting=5 min"
    assert Rules(rate_limit="10").written() == "rate_limit=10, reply=450"
    assert Rules().written() == ""
