"""Letters come into being with traits of their own: provider, mailbox, size, whether anybody is there."""

import math
from collections import Counter
from typing import Any

import pytest

from sim.kernel.draws import Draws, letter_key, uniform
from sim.vocabulary.outcomes import BOUNCED, INBOX
from tests.mail.town import MS, Outcome, rows_of, run

THREE: dict[str, Any] = {
    "duration": "1 min",
    "providers.webmail": {"domain": "webmail.example"},
    "providers.carrier": {"domain": "carrier.example"},
}


def letters_of(result: Outcome) -> list[dict[str, Any]]:
    return [row for row in rows_of(result.record.letters) if row["kind"] == 0]


def campaign(count: int, **more: Any) -> dict[str, Any]:
    return {"from": "school", "to": "office", "size": "1 B", "count": count, **more}


def within(count: int, number: int, share: float) -> bool:
    """Tell whether a binomial count lies within four standard deviations of its mean."""
    return abs(count - number * share) <= 4 * math.sqrt(number * share * (1 - share))


def test_letters_go_to_providers_by_their_shares() -> None:
    number = 10_000
    to = {"carrier": "55 %", "webmail": "40 %", "office": "rest"}
    result = run({**THREE, "letters.notice": campaign(number, to=to, over="2 min")})
    seen = Counter(row["provider"] for row in letters_of(result))
    order = {name: place for place, name in enumerate(result.record.names.providers)}
    total = seen.total()
    assert total == number // 2
    assert all(
        within(seen[order[name]], total, share)
        for name, share in (("carrier", 0.55), ("webmail", 0.4), ("office", 0.05))
    )


def test_a_letter_s_provider_is_the_share_into_which_its_draw_falls() -> None:
    """Shares are walked in the order of `to`: below 0.3 the carrier, below 0.8 webmail, else the office."""
    result = run(
        {**THREE, "letters.notice": campaign(50, to={"carrier": "30 %", "webmail": "50 %", "office": "rest"})}
    )
    base = Draws(1).purpose("destination")
    for row in letters_of(result):
        draw = uniform(base, letter_key("notice", row["number"]))
        expected = "carrier" if draw < 0.3 else "webmail" if draw < 0.8 else "office"
        assert result.record.names.providers[row["provider"]] == expected


def test_a_list_names_each_addressee_once() -> None:
    for arrival in ({"count": 500}, {"times": ["1 s"] * 500}):
        result = run({"letters.notice": {"from": "school", "to": "office", "size": "1 B", **arrival}})
        assert [row["mailbox"] for row in letters_of(result)] == list(range(500))


def test_everyday_mail_goes_to_anybody() -> None:
    """About 3600 letters to ten people: 360 each, four standard deviations of sqrt(n/10 * 9/10) allowed."""
    changes = {"providers.office.users": 10, "letters.notice": {**campaign(1), "count": None, "rate": "1/s"}}
    seen = Counter(row["mailbox"] for row in letters_of(run(changes)))
    assert sorted(seen) == list(range(10))
    assert all(within(count, seen.total(), 0.1) for count in seen.values())


def test_sizes_are_lognormal_through_median_and_90th_percentile() -> None:
    """Half of 4000 letters below 20 kB, nine tenths below 200 kB, one tenth below 2 kB."""
    size = {"median": "20 kB", "p90": "200 kB"}
    # The greatest of them would be larger than what the sender takes; sizes are drawn all the same.
    sizes = [row["size_bytes"] for row in letters_of(run({"letters.notice": campaign(4000, size=size)}))]
    for limit, share in ((2_000, 0.1), (20_000, 0.5), (200_000, 0.9)):
        assert within(sum(one < limit for one in sizes), 4000, share)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"letters.notice": campaign(4000, unknown_users="5 %")}, 0.05),
        ({"letters.notice": campaign(4000), "providers.office.user_filter": "5 %"}, 0.05),
        # Independent of each other: 1 - 0.95 * 0.9.
        (
            {"letters.notice": campaign(4000, unknown_users="5 %"), "providers.office.user_filter": "10 %"},
            0.145,
        ),
    ],
)
def test_so_many_addressees_are_not_to_be_had(changes: dict[str, Any], expected: float) -> None:
    result = run(changes)
    outcomes = Counter(row["outcome"] for row in letters_of(result))
    assert set(outcomes) == {INBOX, BOUNCED}
    assert within(outcomes[BOUNCED], 4000, expected)


def test_it_is_told_whether_there_is_no_such_user_or_one_who_filters() -> None:
    """1 and 2, though both are answered alike; who does not exist filters nothing."""
    nobody, filters = {"letters.notice.unknown_users": "100 %"}, {"providers.office.user_filter": "100 %"}
    told = [
        letters_of(run(changes))[0]["unknown_user"]
        for changes in ({}, nobody, filters, {**nobody, **filters})
    ]
    assert told == [0, 1, 2, 1]


def test_only_the_provider_that_filters_filters() -> None:
    changes = {
        **THREE,
        "providers.carrier.user_filter": "100 %",
        "letters.notice": campaign(400, to={"carrier": "50 %", "office": "rest"}),
    }
    result = run(changes)
    by_outcome = {
        outcome: {
            result.record.names.providers[row["provider"]]
            for row in letters_of(result)
            if row["outcome"] == outcome
        }
        for outcome in (INBOX, BOUNCED)
    }
    assert by_outcome == {INBOX: {"office"}, BOUNCED: {"carrier"}}


def test_letters_are_numbered_from_1_in_each_entry() -> None:
    result = run({"letters.notice": campaign(3), "letters.second": campaign(2)})
    assert sorted((row["entry"], row["number"]) for row in letters_of(result)) == [
        (0, 1),
        (0, 2),
        (0, 3),
        (1, 1),
        (1, 2),
    ]


def test_more_letters_than_are_written_at_once_come_at_their_own_times() -> None:
    """Letters are written a few thousand at a time; number 9,000 of a list at 1000/s comes at 8.999 s."""
    result = run({"duration": "9500 ms", "letters.notice": campaign(10_000, pace="1000/s")})
    rows = letters_of(result)
    assert len(rows) == 9_500
    assert [row["submitted_us"] for row in rows] == [number * MS for number in range(9_500)]
    assert [row["accepted_us"] for row in rows] == [number * MS for number in range(9_500)]
