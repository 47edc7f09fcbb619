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


def test_the_answer_says_how_far_each_campaign_got_and_when(lines: list[str]) -> None:
    assert lines[:3] == [
        "closure: 16.7 % of 6 letters had arrived by 06:01:40, the deadline.",
        "closure: half had arrived never within this run, 90 % never within this run, "
        "99 % never within this run (from the first submission).",
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
        "  2 × 450 4.2.0 greylisted: a sender not seen before shall come back later (office)",
        "  1 × 550 5.1.1 no such user, or the addressee's filter says so (carrier)",
        "  1 × 4.4.1 connection refused: the server is down (office)",
    ]


def test_the_answer_says_where_letters_waited(lines: list[str]) -> None:
    waited = next(line for line in lines if line.startswith("Where letters waited"))

    assert "deferred queue of school (on average 1.6, at most 2 letters)" in waited


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
    assert lines[-1] == "  attempts_counted: 0 / 1"


def test_a_run_without_trouble_says_so() -> None:
    quiet = record()
    for table in (quiet.letters, quiet.attempts, quiet.readings, quiet.open, quiet.visits, quiet.steps):
        for column in table.columns.values():
            del column[1:]
    lines = answer(
        scenario(), summarise(scenario="x", seed=1, measures=[measure(quiet)], assumptions=[], machine={})
    )

    assert "closure: the letter arrived after 11 s." in lines
    assert "everyday: no letter was delivered." in lines
    assert "Nothing stopped them; every attempt succeeded." in lines
