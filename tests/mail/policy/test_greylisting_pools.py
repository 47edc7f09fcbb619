"""What a greylist learns about networks: pools of addresses (case D12), clients that earn their way in, forgetting."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.kernel.draws import Draws, letter_key, uniform
from sim.mail.policy.greylisting import Greylisting
from sim.scenario.receiving_rules import Greylisting as Settings
from sim.vocabulary.replies import ACCEPTED

S = 1_000_000
MIN = 60 * S
HOUR = 60 * MIN
DAY = 24 * HOUR
DELAY = 5 * MIN
LETTERS = 3000
REFUSED = 3


def law(networks: int) -> list[Fraction]:
    """Give the chance that a letter needs 1, 2, 3 ... attempts, each from one of the networks by lot.

    It is let in when a network comes up for the second time, so more than k attempts are needed when the
    first k come from k networks: the birthdays of k people, in a year of so many days, all differ.
    """
    longer = [Fraction(1)]
    for k in range(networks + 1):
        longer.append(longer[-1] * Fraction(networks - k, networks))
    return [before - after for before, after in pairwise(longer)]


def mean_and_variance(networks: int) -> tuple[float, float]:
    chances = law(networks)
    mean = sum(count * chance for count, chance in enumerate(chances, start=1))
    square = sum(count**2 * chance for count, chance in enumerate(chances, start=1))
    return float(mean), float(square - mean**2)


def attempts(
    networks: int, settings: Settings, client_key: Sequence[int] | None, hosts: int = 1
) -> list[int]:
    """Give how often each letter was tried: every 15 min, each time from a host and network by lot."""
    ask = Greylisting(settings, client_key, REFUSED).ask
    draws = Draws(seed=12)
    network_base, host_base = draws.purpose("network"), draws.purpose("host")
    counts = []
    for mailbox in range(LETTERS):
        key, attempt, answer = letter_key("closure", mailbox), 0, REFUSED
        while answer != ACCEPTED:
            attempt += 1
            network = int(uniform(network_base, key, attempt) * networks)
            client = network * hosts + int(uniform(host_base, key, attempt) * hosts)
            answer = ask(client, 0, mailbox, 15 * MIN * attempt)
        counts.append(attempt)
    return counts


@pytest.mark.parametrize(
    ("networks", "right"), [(1, 2.00), (2, 2.50), (3, 2.89), (6, 3.77), (10, 4.66), (60, 10.39)]
)
def test_a_pool_of_networks_needs_as_many_attempts_as_birthdays_say(networks: int, right: float) -> None:
    """D12. Three hosts in each network; the mean of 3,000 letters within its 99.9 % interval."""
    mean, variance = mean_and_variance(networks)
    assert round(mean, 2) == right
    key = [host // 3 for host in range(3 * networks)]
    counts = attempts(networks, Settings(delay_us=DELAY), key, hosts=3)
    assert abs(sum(counts) / LETTERS - mean) <= 3.29 * (variance / LETTERS) ** 0.5


def test_by_address_each_host_of_a_network_is_a_stranger() -> None:
    """Two networks of three hosts each: by their 24 bits they are a pool of 2, by all 32 bits one of 6."""
    key = [0, 0, 0, 1, 1, 1]
    for network, pool in ((24, 2), (32, 6)):
        settings = Settings.model_validate({"delay_us": DELAY, "network": network})
        mean, variance = mean_and_variance(pool)
        counts = attempts(2, settings, key, hosts=3)
        assert abs(sum(counts) / LETTERS - mean) <= 3.29 * (variance / LETTERS) ** 0.5


def test_without_networks_and_with_a_function_for_them_it_is_the_same() -> None:
    plain = attempts(6, Settings(delay_us=DELAY), None)
    assert plain == attempts(6, Settings(delay_us=DELAY), range(6))
    ask = Greylisting(Settings(delay_us=DELAY), lambda client: client // 10).ask
    assert [ask(client, 0, 0, DELAY * client) == ACCEPTED for client in (1, 9, 10)] == [False, True, False]


def earned(moments_us: list[int], enough: int = 5, forget_after_us: int | None = None) -> Greylisting:
    """Let letters to one mailbox after another wait out their time; each is let in at its moment."""
    settings = Settings(delay_us=DELAY, auto_allowlist=enough, forget_after_us=forget_after_us)
    greylist = Greylisting(settings, [7, 7, 8])
    for mailbox, at_us in enumerate(moments_us):
        greylist.ask(0, 0, mailbox, at_us - DELAY)
        assert greylist.ask(0, 0, mailbox, at_us) == ACCEPTED
    return greylist


def is_let_in(greylist: Greylisting, at_us: int, client: int = 0) -> bool:
    """Tell whether a letter that nobody has seen before is let in at once."""
    return greylist.ask(client, 7, 99, at_us) == ACCEPTED


@pytest.mark.parametrize(("waits", "let_in"), [(4, False), (5, True), (6, True)])
def test_after_five_good_deliveries_a_client_need_not_wait(waits: int, let_in: bool) -> None:
    """D12, postgrey: --auto-whitelist-clients counts to 5; one an hour here, so that each counts."""
    greylist = earned([HOUR * hour for hour in range(1, waits + 1)])
    assert is_let_in(greylist, 20 * HOUR) is let_in


@pytest.mark.parametrize(("apart_us", "let_in"), [(HOUR, True), (HOUR - 1, False), (MIN, False)])
def test_only_one_good_delivery_an_hour_counts(apart_us: int, let_in: bool) -> None:
    """postgrey: counted if now >= last + 3600. An hour less a microsecond apart, every second one counts."""
    greylist = earned([HOUR + apart_us * number for number in range(5)])
    assert is_let_in(greylist, 20 * HOUR) is let_in


def test_only_waits_count_and_not_letters_of_known_correspondents() -> None:
    """postgrey counts a triplet when it is let in for the first time."""
    greylist = earned([HOUR])
    for hour in range(2, 20):
        assert greylist.ask(0, 0, 0, hour * HOUR) == ACCEPTED
    assert not is_let_in(greylist, 20 * HOUR)


def test_the_allowlist_goes_by_address_and_triplets_by_network() -> None:
    """postgrey: the count's key is client_address, whatever --lookup-by-subnet makes of the triplet.

    Clients 0 and 1 lie in one network: of the triplets that 0 has, 1 may use each, but it is not allowed itself.
    """
    greylist = earned([HOUR * hour for hour in range(1, 6)])
    assert greylist.ask(1, 0, 0, 20 * HOUR) == ACCEPTED
    assert not is_let_in(greylist, 20 * HOUR, client=1)
    assert not is_let_in(greylist, 20 * HOUR, client=2)
    assert is_let_in(greylist, 20 * HOUR, client=0)


def test_what_an_allowed_client_brings_is_not_noted() -> None:
    """Its neighbour in the network gains nothing by it: the letter let in at once has left no triplet."""
    greylist = earned([HOUR * hour for hour in range(1, 6)])
    assert is_let_in(greylist, 20 * HOUR)
    assert not is_let_in(greylist, 20 * HOUR + DELAY, client=1)


@pytest.mark.parametrize(("later_us", "let_in"), [(35 * DAY, True), (35 * DAY + 1, False)])
def test_a_correspondence_is_forgotten_when_it_was_not_seen_for_long(later_us: int, let_in: bool) -> None:
    """postgrey: --max-age=35 days since it was last seen, so each visit keeps it alive."""
    ask = Greylisting(Settings(delay_us=DELAY, forget_after_us=35 * DAY)).ask
    ask(0, 0, 0, 0)
    for visit_us in (DELAY, 30 * DAY, 60 * DAY):
        assert ask(0, 0, 0, visit_us) == ACCEPTED
    assert (ask(0, 0, 0, 60 * DAY + later_us) == ACCEPTED) is let_in


def test_who_is_forgotten_waits_as_a_stranger() -> None:
    ask = Greylisting(Settings(delay_us=DELAY, forget_after_us=35 * DAY)).ask
    visits = [0, DELAY, 40 * DAY, 40 * DAY + DELAY - 1, 40 * DAY + DELAY]
    assert [ask(0, 0, 0, at_us) == ACCEPTED for at_us in visits] == [False, True, False, False, True]


@pytest.mark.parametrize(
    ("visits", "at_us", "let_in"),
    [
        ([], 5 * HOUR + 35 * DAY, True),
        ([], 5 * HOUR + 35 * DAY + 1, False),
        ([20 * DAY], 55 * DAY, True),
        ([20 * DAY], 55 * DAY + 1, False),
    ],
)
def test_an_allowed_client_is_forgotten_when_it_was_not_seen_for_long(
    visits: list[int], at_us: int, let_in: bool
) -> None:
    """It was seen last when it was counted for the fifth time, at 5 h, or at its visit after that."""
    greylist = earned([HOUR * hour for hour in range(1, 6)], forget_after_us=35 * DAY)
    for visit_us in visits:
        assert is_let_in(greylist, visit_us)
    assert is_let_in(greylist, at_us) is let_in


def test_a_count_that_was_not_full_is_forgotten_too() -> None:
    greylist = earned([HOUR, 40 * DAY], enough=2, forget_after_us=35 * DAY)
    assert not is_let_in(greylist, 40 * DAY + HOUR)
    assert is_let_in(earned([HOUR, 30 * DAY], enough=2, forget_after_us=35 * DAY), 30 * DAY + HOUR)


def test_left_out_nothing_is_earned_and_nothing_forgotten() -> None:
    ask = Greylisting(Settings(delay_us=DELAY)).ask
    for mailbox in range(50):
        assert ask(0, 0, mailbox, mailbox * HOUR) != ACCEPTED
        assert ask(0, 0, mailbox, mailbox * HOUR + DELAY) == ACCEPTED
    assert ask(0, 0, 0, 1000 * DAY) == ACCEPTED


VISITS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 1), st.integers(0, 1), st.integers(0, 3 * HOUR)), max_size=60
)


@given(VISITS)
def test_nobody_is_let_in_whose_network_did_not_wait(visits: list[tuple[int, int, int, int]]) -> None:
    """Between `delay` and `retry_window` before a triplet's first welcome, its network had come and was refused."""
    window_us = 6 * HOUR
    settings = Settings(delay_us=DELAY, retry_window_us=window_us)
    ask = Greylisting(settings, [0, 0, 0, 1, 1, 1], REFUSED).ask
    refused: dict[tuple[int, int, int], list[int]] = {}
    known: set[tuple[int, int, int]] = set()
    at_us = 0
    for client, envelope, mailbox, gap_us in visits:
        at_us += gap_us
        triplet = (client // 3, envelope, mailbox)
        answer = ask(client, envelope, mailbox, at_us)
        earlier = refused.setdefault(triplet, [])
        if triplet in known:
            assert answer == ACCEPTED
        elif answer == ACCEPTED:
            assert any(DELAY <= at_us - then_us <= window_us for then_us in earlier)
            known.add(triplet)
        else:
            earlier.append(at_us)
