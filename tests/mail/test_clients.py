"""A sender's addresses as receivers know them, and the moments at which they change."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sim.kernel.draws import Draws
from sim.kernel.recorder import Names
from sim.kernel.world import SECOND_US, World
from sim.mail.authentication.published import records_of
from sim.mail.clients import Clients, Pool
from sim.scenario.sender import Sender
from sim.validation.cases.world import letters, provider, run, sender
from sim.vocabulary.connections import NEW, REUSED
from sim.vocabulary.replies import ACCEPTED, BLOCKLISTED
from tests.mail.town import TWO_HOSTS, fault
from tests.mail.town import run as run_town

OLD, SPARE, OTHER = "192.0.2.10", "198.51.100.20", "198.51.100.21"


def settings(**more: Any) -> Sender:
    return Sender.model_validate({"domain": "a.example", "addresses": [OLD], **more})


def changes(*moments: tuple[str, list[str]]) -> list[dict[str, Any]]:
    return [{"at": at, "addresses": addresses} for at, addresses in moments]


def chosen(*moments_s: float, **more: Any) -> list[str]:
    """Give the addresses from which a sender connects at moments."""
    start = datetime(2026, 1, 5, tzinfo=UTC)
    world = World(start, 3600 * SECOND_US, Draws(1, 0), Names([], [], [], [], []), [])
    clients, one = Clients(), settings(**more)
    pool = Pool(world, clients.add(0, one), one)
    return [clients.address[pool.choose(7, 1, int(moment * SECOND_US))] for moment in moments_s]


def test_a_new_address_holds_from_its_moment_on() -> None:
    found = chosen(0, 59.999999, 60, 119, 120, address_changes=changes(("60 s", [SPARE]), ("2 min", [OLD])))
    assert found == [OLD, OLD, SPARE, SPARE, OLD]


def test_a_change_may_be_from_one_address_to_a_choice_of_several() -> None:
    pool = [f"203.0.113.{number}" for number in range(1, 31)]
    found = chosen(0, 60, 61, address_choice="per_letter", address_changes=changes(("60 s", pool)))
    assert found[0] == OLD
    assert found[1] in pool
    assert found[1] == found[2]


def test_an_address_that_comes_back_is_the_client_that_it_was() -> None:
    clients = Clients()
    timetable = clients.add(
        0, settings(address_changes=changes(("60 s", [SPARE, OLD]), ("2 min", [OTHER, OLD])))
    )
    assert timetable == [(0, [0]), (60 * SECOND_US, [1, 0]), (120 * SECOND_US, [2, 0])]
    assert clients.address == [OLD, SPARE, OTHER]
    assert clients.comes_later == [False, True, True]
    assert clients.network[1] == clients.network[2] != clients.network[0]


def test_spf_names_the_addresses_that_come_later_as_well() -> None:
    """RFC 7208 5.6; an operator who has a spare machine publishes its address before it is needed."""
    one = settings(address_changes=changes(("60 s", [SPARE]), ("2 min", [OLD])))
    (record,) = records_of([one], {}).look_up("a.example", "TXT").values
    assert record == f"v=spf1 ip4:{OLD} ip4:{SPARE} -all"


@pytest.mark.parametrize("kept", [True, False])
def test_an_open_connection_keeps_its_address(kept: bool) -> None:
    """One letter after another; from 60 s on new connections come from an address that is on a blocklist.

    Postfix uses a connection for smtp_connection_reuse_time_limit, 300 s from its opening, as long as letters come back
    to back; the second letter opens the first one that is kept. Without a cache the first letter after 60 s comes from
    the new address.
    """
    record = run(
        "6 min",
        senders={
            "shop": sender(
                {"smtp_connection_cache_on_demand": kept, "smtp_destination_concurrency_limit": 1},
                addresses=[OLD],
                address_changes=changes(("60 s", [SPARE])),
            )
        },
        providers={"office": provider(accept_time="1 s", blocklists=[{"listings": [{"address": SPARE}]}])},
        letters={"note": letters(count=1000)},
    )
    attempts = record.attempts
    columns = zip(attempts["handed_us"], attempts["connection"], attempts["reply"], strict=True)
    from_old = [
        handed_us / SECOND_US
        for handed_us, how, reply in columns
        if reply == ACCEPTED and how in (NEW, REUSED)
    ]
    assert BLOCKLISTED in attempts["reply"]
    assert max(from_old) == pytest.approx(300 if kept else 59, abs=2)


@pytest.mark.parametrize(("change_s", "is_new"), [(29, True), (31, False)])
def test_each_connection_of_an_attempt_comes_from_where_the_sender_is_then(
    change_s: int, is_new: bool
) -> None:
    """The first host says nothing for 30 s (smtp_connect_timeout); then the second one is called."""
    town = {
        "senders.school.address_changes": changes((f"{change_s} s", [SPARE])),
        "providers.office.mx": TWO_HOSTS,
        "providers.office.blocklists": [{"listings": [{"address": SPARE}]}],
        "faults": [fault("providers.office.mx1", "silent", 0, 600)],
    }
    assert run_town(town).first().reply == (BLOCKLISTED if is_new else ACCEPTED)
