"""How many connections a host holds: the limit in all, then the limit for one client."""

import pytest

from sim.mail.policy.connection_limit import ConnectionLimit
from sim.scenario.receiving_rules import ConnectionLimit as Settings
from sim.vocabulary.replies import ACCEPTED, REPLIES, SERVER_BUSY, TOO_MANY_CONNECTIONS


@pytest.mark.parametrize(
    ("total", "per_client", "open_now", "of_client", "reply"),
    [
        (None, None, 10_000, 10_000, ACCEPTED),
        (100, 50, 99, 49, ACCEPTED),
        (100, 50, 100, 0, SERVER_BUSY),
        (100, 50, 60, 50, TOO_MANY_CONNECTIONS),
        (100, 50, 100, 50, SERVER_BUSY),
        (None, 1, 1, 1, TOO_MANY_CONNECTIONS),
        (1, None, 1, 1, SERVER_BUSY),
    ],
)
def test_as_many_are_held_as_the_limits_say(
    total: int | None, per_client: int | None, open_now: int, of_client: int, reply: int
) -> None:
    limit = ConnectionLimit(Settings(total=total, per_client=per_client))
    assert limit.ask(open_now, of_client) == reply


def test_both_answers_are_421_so_that_the_client_comes_back_later() -> None:
    """Postfix: 421 4.7.0 for one client (smtpd.c), 421 4.3.2 for a full house (postscreen.c)."""
    assert [REPLIES[reply].key for reply in (TOO_MANY_CONNECTIONS, SERVER_BUSY)] == ["421 4.7.0", "421 4.3.2"]
