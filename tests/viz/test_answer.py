import pytest

from sim.results.measures import measure
from sim.results.summary import summarise
from sim.viz.answer import answer
from tests.results.hand_made import record, scenario

Summary = dict[str, object]


def summary_of(replications: int = 1) -> Summary:
    return summarise(
        scenario="by_hand",
        seed=5,
        measures=[measure(record(replication)) for replication in range(replications)],
        assumptions=[
            {"path": "a", "value": 1, "grade": "assumption"},
            {"path": "b", "value": 1, "grade": "community"},
        ],
        machine={},
    )


@pytest.fixture
def lines() -> list[str]:
    return answer(scenario(), summary_of())


@pytest.fixture
def japanese() -> list[str]:
    return answer(scenario(), summary_of(), "ja")


def test_the_answer_says_how_far_each_campaign_got_and_when(lines: list[str]) -> None:
    assert lines[:3] == [
        "closure: 16.7 % of 6 letters had arrived by 06:01:40, the deadline.",
        "closure: fewer than half had arrived by the end of the run.",
        "closure: a delivered letter took 10 s at the median, 5 min 19 s at 90 %, 5 min 19 s at 99 %, "
        "5 min 19 s at most.",
    ]


def test_the_answer_says_where_all_letters_ended(lines: list[str]) -> None:
    assert (
        "Where 9 letters ended: 2 in the inbox; 1 refused by their own mail server; 1 returned to the sender (5xx); "
        "1 returned after too many days in the queue; 4 still under way when the run ended."
    ) in lines


def test_the_answer_names_what_stopped_letters_and_who(lines: list[str]) -> None:
    start = lines.index("What stopped letters or made them late (answers to attempts):")

    assert lines[start + 1 : start + 4] == [
        "  2 × 4.4.1 connection refused: the server is down (office)",
        "  2 × 450 4.2.0 greylisted: a sender not seen before shall come back later (office)",
        "  1 × 550 5.1.1 no such user, or the addressee's filter says so (carrier)",
    ]


def test_the_answer_says_where_letters_waited(lines: list[str]) -> None:
    waited = next(line for line in lines if line.startswith("Where letters waited"))

    assert "deferred queue of school (on average 1.5, at most 2 letters)" in waited


def test_the_answer_says_what_it_is_worth(lines: list[str]) -> None:
    assert "A single run (seed 5)" in lines[-3]
    assert lines[-2].startswith("1 values in force are assumptions")
    assert lines[-1].startswith("Audit: all ")


def test_several_replications_are_labelled_as_such() -> None:
    assert "Means of 3 replications (seed 5)" in "\n".join(answer(scenario(), summary_of(3)))


def test_a_failed_audit_is_said_in_full() -> None:
    broken = record()
    broken.letters["attempts"][1] = 1
    summary = summarise(scenario="x", seed=1, measures=[measure(broken)], assumptions=[], machine={})
    lines = answer(scenario(), summary)

    assert "This is a fault in mailsim, not in your scenario" in lines[-2]
    assert lines[-1] == "  attempts_counted: expected 0, found 1"


def test_a_run_without_trouble_says_so() -> None:
    quiet = record()
    for table in (quiet.letters, quiet.attempts, quiet.readings, quiet.open, quiet.visits, quiet.steps):
        for column in table.columns.values():
            del column[1:]
    for table in (quiet.open, quiet.census):
        for column in table.columns.values():
            del column[:]
    lines = answer(
        scenario(), summarise(scenario="x", seed=1, measures=[measure(quiet)], assumptions=[], machine={})
    )

    assert "closure: the letter arrived after 11 s." in lines
    assert "everyday: no letter was handed in before the end of the run (06:16:40)." in lines
    assert "Nothing stopped them; every attempt succeeded." in lines


def figure(value: float | None, n: int = 1) -> dict[str, float | int | None]:
    return {"value": value, "low": None, "high": None, "n": n}


def reached(half: float | None, ninety: float | None, ninety_nine: float | None) -> Summary:
    """Give a summary in which so many seconds passed until so many letters were there."""
    summary = summary_of()
    times = {"s_to_50": figure(half), "s_to_90": figure(ninety), "s_to_99": figure(ninety_nine)}
    summary["by_letters"]["closure"]["reached"].update(times)  # type: ignore[index]
    return summary


@pytest.mark.parametrize(
    ("times", "english", "japanese"),
    [
        (
            (5.17, 8.92, 231),
            "half had arrived after 5.17 s, 90 % after 8.92 s, 99 % after 3 min 51 s (from the first submission).",
            "最初の1通を出してから、半分が届くまでに5.17秒、90 %が届くまでに8.92秒、"
            "99 %が届くまでに3分51秒かかりました。",
        ),
        (
            (5.17, None, None),
            "half had arrived after 5.17 s (from the first submission); 90 % and 99 % in some runs only.",
            "最初の1通を出してから、半分が届くまでに5.17秒かかりました。90 %と99 %には、達しない回がありました。",
        ),
    ],
)
def test_times_that_were_not_reached_are_said_as_such(
    times: tuple[float | None, ...], english: str, japanese: str
) -> None:
    summary = reached(*times)

    assert answer(scenario(), summary)[1] == f"closure: {english}"
    assert answer(scenario(), summary, "ja")[1] == f"closure：{japanese}"


def test_the_answer_in_japanese_says_the_same(japanese: list[str]) -> None:
    assert japanese[:3] == [
        "closure：6通のうち16.7 %が、締め切りの6時1分40秒までに届きました。",
        "closure：実行が終わるまでに届いたのは、半分より少ない数でした。",
        "closure：届いた手紙にかかった時間は、中央値が10秒、90 %が5分19秒以内、99 %が5分19秒以内、"
        "最長が5分19秒でした。",
    ]
    assert (
        "9通の行方：受信箱に届いた 2通、自分のメールサーバーに断られた 1通、受取拒否で差出人に戻された（5xx） 1通、"
        "再送の期限が切れて差出人に戻された 1通、終わりの時点でまだ配達の途中 4通。"
    ) in japanese
    assert (
        "  officeで2回：450 4.2.0 初めての相手なので、出直しを求められました（グレイリスティング）"
        in japanese
    )
    assert any("再送待ちキュー（平均1.5通、最大2通）" in line for line in japanese)
