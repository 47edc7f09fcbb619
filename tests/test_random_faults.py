"""Laws of random worlds with random trouble: nothing is lost, nothing is stuck, the same seed gives the same bytes.

The worlds have every kind of fault at every place where a scenario may have it, crashes of senders and of hosts too.
"""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.kernel.recorder import RunRecord
from sim.results.audit import audit
from sim.run_scenario import run_once
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.kinds import DUPLICATE
from sim.vocabulary.outcomes import QUEUED, UNDER_WAY
from sim.vocabulary.replies import CONVERSATION_TIMED_OUT, LOST_CONNECTION
from tests.reference.troubled_worlds import troubled

_BROKEN = (LOST_CONNECTION, CONVERSATION_TIMED_OUT)
NUMBERS = st.integers(0, 10**9)
TABLES = ("letters", "attempts", "aborted", "doubts", "visits", "open", "steps", "readings")


def check(number: int, *, twice: bool) -> None:
    """Hold all laws against one world."""
    scenario = scenario_from_mapping(troubled(number))
    record = run_once(scenario)
    assert audit(record).failures == (), f"world {number}"
    stuck = [row for row, outcome in enumerate(record.letters["outcome"]) if outcome in (UNDER_WAY, QUEUED)]
    assert stuck == [], f"world {number}"
    if twice:
        assert bytes_of(record) == bytes_of(run_once(scenario)), f"world {number}"


def bytes_of(record: RunRecord) -> dict[str, bytes]:
    """Give the columns of a record as they lie in memory."""
    return {
        f"{table}.{name}": column.tobytes() if hasattr(column, "tobytes") else repr(column).encode()
        for table in (*TABLES, "incidents")
        for name, column in getattr(record, table).columns.items()
    }


@settings(max_examples=50, derandomize=True, deadline=None)
@given(number=NUMBERS)
def test_the_laws_hold_in_random_worlds_with_random_faults(number: int) -> None:
    check(number, twice=number % 4 == 0)


@pytest.mark.long
@settings(max_examples=500, derandomize=True, deadline=None)
@given(number=NUMBERS)
def test_the_laws_hold_in_many_more_random_worlds(number: int) -> None:
    check(number, twice=True)


def test_much_goes_wrong_in_these_worlds() -> None:
    found: Counter[str] = Counter()
    for number in range(16):
        record = run_once(scenario_from_mapping(troubled(number)))
        found["crashes"] += record.incidents["kind"].count("crash")
        found["by chance"] += record.incidents["why"].count("chance")
        found["broken off"] += len(record.aborted)
        found["broken conversations"] += sum(reply in _BROKEN for reply in record.attempts["reply"])
        found["duplicates"] += list(record.letters["kind"]).count(DUPLICATE)
    assert len(found) == 5
    assert min(found.values()) >= 3, found
