"""A gateway: what it accepts is its own, and goes on from its own queue."""

from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.results.audit import audit
from sim.vocabulary.kinds import DSN, RELAYED
from sim.vocabulary.outcomes import BOUNCED, INBOX
from tests.mail.town import MS, Outcome, run, scenario, times

DELIVERED = 90 * MS


def relayed(changes: dict[str, Any] | None = None) -> Outcome:
    """Run the town with a gateway before its office."""
    result = run(
        {
            "senders.gate": {"domain": "gate.example", "tls": "none", "scan_phase": "0 s"},
            "providers.gateway": {"domain": "gate.example", "relay": {"by": "gate", "to": "office"}},
            "letters.notice.to": "gateway",
            **(changes or {}),
        }
    )
    assert audit(result.record).failures == ()
    return result


def test_a_letter_goes_on_when_it_is_accepted() -> None:
    result = relayed()
    first, second = result.letter(), result.letter(kind=RELAYED)
    assert (first.delivered_us, first.outcome) == (DELIVERED, INBOX)
    assert (second.accepted_us, second.delivered_us, second.outcome) == (DELIVERED, 2 * DELIVERED, INBOX)


def test_the_window_is_that_of_the_gateway() -> None:
    """Ten letters at once, one at a time from the gateway: the first sender is rid of all when the first is there."""
    one = {
        "senders.gate.postconf.initial_destination_concurrency": 1,
        "senders.gate.postconf.default_destination_concurrency_limit": 1,
        "senders.gate.postconf.smtp_connection_cache_on_demand": False,
        "senders.school.postconf.initial_destination_concurrency": 10,
        "letters.notice.times": times(*[0] * 10),
    }
    result = relayed(one)
    assert {result.letter(number).delivered_us for number in range(1, 11)} == {DELIVERED}
    on = sorted(result.letter(number, kind=RELAYED).delivered_us for number in range(1, 11))
    assert on == [DELIVERED + DELIVERED + 100 * MS * place for place in range(10)]


def test_what_the_next_hop_refuses_goes_back_to_the_gateway_s_own_postmaster() -> None:
    """The first sender has its 250 and hears no more; the DSN is written where the letter was refused."""
    place = {
        "at": "0 s",
        "for": "1 h",
        "where": "providers.office",
        "what": "denying_users",
        "share": "100 %",
    }
    result = relayed({"faults": [place]})
    assert result.letter().outcome == INBOX
    assert result.letter(kind=RELAYED).outcome == BOUNCED
    dsn = result.letter(kind=DSN)
    assert (dsn.submitted_us, dsn.outcome) == (2 * DELIVERED - 10 * MS, INBOX)


def test_letters_that_come_faster_than_they_are_imported_wait_a_second() -> None:
    """Two tokens, imports of 400 ms: the third letter of three that come at once finds none."""
    slow = {
        "senders.gate.host": {"import_time": "400 ms"},
        "senders.gate.postconf": {"default_process_limit": 2},
        "senders.school.postconf.initial_destination_concurrency": 10,
        "letters.notice.times": times(0, 0, 0),
    }
    result = relayed(slow)
    accepted = sorted(result.letter(number).delivered_us for number in (1, 2, 3))
    assert accepted == [DELIVERED, DELIVERED, DELIVERED + 1000 * MS]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"providers.office.relay": {"by": "nobody", "to": "office"}}, "unknown_sender"),
        ({"providers.office.relay": {"by": "school", "to": "nowhere"}}, "unknown_provider"),
        ({"providers.office.relay": {"by": "school", "to": "office"}}, "relay_in_circle"),
        (
            {
                "senders.script": {"domain": "script.example", "program": {}},
                "providers.far": {"domain": "far.example"},
                "providers.office.relay": {"by": "script", "to": "far"},
            },
            "relay_by_program",
        ),
        ({"silent_clients": {"x": {"from": "school", "to": "nowhere", "count": 1}}}, "unknown_provider"),
        ({"senders.school.program": {}, "letters.notice.recipients": 2}, "does_not_go_with"),
        (
            {
                "senders.school.program": {},
                "senders.school.retry": {"steps": [{"until": "2 h", "every": "15 min"}]},
            },
            "does_not_go_with",
        ),
    ],
)
def test_what_does_not_fit_is_said(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario(changes)
    assert code in {problem.code for problem in caught.value.problems}
