"""Which hosts an attempt tries, in which order: by preference, by lot, and only so many."""

from math import sqrt
from typing import Any

import pytest

from sim.vocabulary.replies import CONNECTION_REFUSED
from tests.mail.town import ROUND_TRIP, TWO_HOSTS, fault, run, times

ALIKE: list[dict[str, Any]] = [{"host": f"mx{number}"} for number in (1, 2, 3)]


def test_lower_preferences_come_first_whatever_their_order_in_the_file() -> None:
    changes = {
        "providers.office.mx": [*reversed(TWO_HOSTS), {"host": "mx0", "preference": 0}],
        "letters.notice.times": times(*range(0, 100, 10)),
    }
    assert set(run(changes).hosts()) == {"office.mx0"}


def test_hosts_of_equal_preference_share_the_letters_and_worse_ones_get_none() -> None:
    """Half of n letters each, within four standard deviations of sqrt(n)/2."""
    number = 2_000
    changes = {
        "duration": "12 h",
        "providers.office.mx": [{"host": "mx1"}, {"host": "mx9", "preference": 90}, {"host": "mx2"}],
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": number, "pace": "1/s"},
    }
    used = run(changes).hosts()
    assert set(used) == {"office.mx1", "office.mx2"}
    assert used.count("office.mx1") == pytest.approx(number / 2, abs=4 * sqrt(number) / 2)


def test_one_address_means_that_the_second_host_is_not_tried() -> None:
    changes = {
        "providers.office.mx": TWO_HOSTS,
        "senders.school.postconf": {"smtp_mx_address_limit": 1},
        "faults": [fault("providers.office.mx1", "down", 0, 60)],
    }
    result = run(changes)
    assert (result.first().reply, result.first().ended_us) == (CONNECTION_REFUSED, ROUND_TRIP)
    assert result.hosts()[0] == "office.mx1"


def test_hosts_of_equal_preference_are_tried_in_the_order_of_the_file_where_they_are_not_shuffled() -> None:
    changes = {
        "providers.office.mx": ALIKE,
        "senders.school.postconf": {"smtp_randomize_addresses": "no"},
        "letters.notice.times": times(*range(0, 100, 10)),
    }
    assert run(changes).hosts() == ["office.mx1"] * 10


@pytest.mark.parametrize(
    ("address_limit", "session_limit", "last"),
    [(5, 2, "mx2"), (5, 1, "mx1"), (5, 0, "mx3"), (5, 3, "mx3"), (2, 0, "mx2"), (1, 2, "mx1"), (0, 0, "mx3")],
)
def test_an_attempt_talks_to_so_many_hosts_as_both_limits_allow(
    address_limit: int, session_limit: int, last: str
) -> None:
    """Each of three hosts says 450 at RCPT, 80 ms after its SYN; smtp_mx_session_limit is 2 by default."""
    changes = {
        "providers.office.mx": ALIKE,
        "providers.office.greylisting": "4 min",
        "senders.school.postconf": {
            "smtp_randomize_addresses": "no",
            "smtp_mx_address_limit": address_limit,
            "smtp_mx_session_limit": session_limit,
        },
    }
    result = run(changes)
    assert result.hosts()[0] == f"office.{last}"
    assert result.first().ended_us == int(last[-1]) * 4 * ROUND_TRIP


def test_a_host_that_does_not_let_the_client_in_is_an_address_and_no_session() -> None:
    """mx1 refuses the connection, mx2 and mx3 turn the letter away: 20 + 80 + 80 ms."""
    changes = {
        "providers.office.mx": ALIKE,
        "providers.office.greylisting": "4 min",
        "senders.school.postconf": {"smtp_randomize_addresses": "no"},
        "faults": [fault("providers.office.mx1", "down", 0, 60)],
    }
    result = run(changes)
    assert (result.hosts()[0], result.first().ended_us) == ("office.mx3", 9 * ROUND_TRIP)
