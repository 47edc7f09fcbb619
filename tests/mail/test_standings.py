"""Series of what providers remember: one for each address, within their bounds, and right where one can tell."""

import math
from typing import Any

import pandas as pd
import pytest

import sim
from sim.kernel.sampler import BUCKETS
from sim.viz import gallery
from sim.vocabulary.series import MOST_CLIENTS
from tests.comparison.made import small

KINDS = ("standing", "allowance_per_day")


def remembered(reputation: Any, addresses: int = 1, **entry: Any) -> sim.Result:
    letters = {"from": "school", "count": 500, "over": "40 h", "size": "20 kB", "to": "office"}
    sender = {"domain": "school.example", "addresses": [f"198.51.100.{n}" for n in range(1, addresses + 1)]}
    provider = {"domain": "office.example", "reputation": reputation}
    other = {"domain": "other.example", "addresses": ["203.0.113.9"]}
    return sim.run(
        small(
            duration="2 d",
            deadline="2 d",
            senders={"school": sender, "other": other},
            providers={"office": provider},
            letters={"notice": {**letters, **entry}},
        )
    )


def series(result: sim.Result) -> dict[str, "pd.Series[float]"]:
    rows = result.tables["series"]
    own = rows[rows["name"].astype("str").str.contains("|".join(f"[.]{kind}[.]" for kind in KINDS))]
    return {str(name): one["mean"] for name, one in own.groupby(own["name"].astype("str"))}


def test_a_stranger_without_blame_may_bring_480_and_then_what_its_habit_allows() -> None:
    found = series(remembered({}, count=1))
    assert list(found) == ["office.allowance_per_day.198.51.100.1", "office.standing.198.51.100.1"]
    allowed, standing = found.values()
    assert allowed.iloc[0] == pytest.approx(20 * 24, abs=0.1)
    assert set(standing) == {1.0}


def test_a_known_sender_begins_with_the_headroom_of_its_habit() -> None:
    """headroom = 1 + ln 1.5 / (ln 2 / 14), of 1000 a day, and a stranger's 480."""
    allowed = series(remembered({"known": {"school": "1000/d"}}, count=1))[
        "office.allowance_per_day.198.51.100.1"
    ]
    headroom = 1 + math.log(1.5) / (math.log(2) / 14)
    assert allowed.iloc[0] == pytest.approx(480 + 1000 * headroom, rel=1e-3)


@pytest.mark.parametrize(
    ("reputation", "entry"),
    [
        ({"fewest_letters": 10, "growth_per_day": 1.0}, {"complaints": "5 %"}),
        ({"fewest_letters": 1, "pushing_complaints": 1000.0}, {}),
        ({"stage": "rcpt"}, {"unknown_users": "60 %", "spam_traps": "5 %"}),
        ({"stage": "greeting", "kept_by": "domain"}, {"spam_traps": "1 %"}),
        ({"known": {"school": "100000/d"}}, {"complaints": "100 %"}),
    ],
)
def test_standing_is_a_share_and_nobody_may_bring_less_than_nothing(
    reputation: dict[str, Any], entry: dict[str, Any]
) -> None:
    result = remembered(reputation, 2, **entry)
    found = series(result)
    assert len(found) == 4
    for name, values in found.items():
        assert len(values) == BUCKETS
        assert values.min() >= 0, name
        if ".standing." in name:
            assert values.max() <= 1
    assert result.audit.ok


def test_blame_lowers_the_standing_and_what_is_taken_with_it() -> None:
    found = series(remembered({"fewest_letters": 100}, complaints="5 %"))
    allowed, standing = found["office.allowance_per_day.198.51.100.1"], found["office.standing.198.51.100.1"]
    fell = int((standing.diff().fillna(0) < -0.05).to_numpy().argmax())
    assert fell > 0
    assert allowed.iloc[fell] < allowed.iloc[fell - 1]


def test_only_those_who_write_to_it_have_a_series_and_only_the_first_eight() -> None:
    found = series(remembered({}, 10, count=20))
    assert MOST_CLIENTS == 8
    assert {name.split(".", 2)[2] for name in found} == {f"198.51.100.{n}" for n in range(1, 9)}
    assert len(found) == 2 * MOST_CLIENTS


def test_a_provider_without_a_memory_has_no_such_series_and_no_picture() -> None:
    result = sim.run(small())
    assert series(result) == {}
    with pytest.raises(sim.ArgumentError, match="remembers"):
        result.reputation()


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_picture_stands_beside_the_others_with_its_grade(
    tmp_path: Any, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "PICTURES", {})  # the others take their time
    remembered({}, 10, count=20).save(tmp_path / "out", lang=lang)
    page = (tmp_path / "out" / "captions.md").read_text("utf-8")
    assert (tmp_path / "out" / "reputation.png").exists()
    grade = "11 of the 19 values of this memory are assumptions"
    assert (grade if lang == "en" else "19個の値のうち、11個は仮定です") in page
