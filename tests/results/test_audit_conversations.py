"""Engines that talk wrongly, each of which the audit of conversations must find."""

from collections.abc import Callable
from typing import Any

import pytest

from sim.mail.network import Network
from sim.mail.resolver import Resolver
from sim.mail.smtp_server import SmtpServer
from sim.results.audit import audit
from sim.vocabulary.replies import ACCEPTED, GREYLISTED
from tests.mail.town import TWO_HOSTS, fault, run

Break = Callable[[pytest.MonkeyPatch], None]

# Everything that a conversation may meet: two hosts, a cache, rules, weather, lost packets.
TOWN: dict[str, Any] = {
    "duration": "4 h",
    "senders.school.resolver": "campus",
    "senders.school.host": {"letter_time": "3 ms"},
    "resolvers.campus": {"lookup_time": "30 ms", "hit_time": "1 ms"},
    "providers.office": {
        "domain": "office.example",
        "mx": TWO_HOSTS,
        "temporary_failures": "20 %",
        "pipelining": False,
        "command_time": "2 ms",
        "address_ttl": "5 min",
    },
    "providers.webmail": {
        "domain": "webmail.example",
        "tls": True,
        "rate_limit": {"rate": "1/s", "burst": 5},
    },
    "default_road": {"round_trip": "20 ms", "bandwidth": "10 Mbit/s", "jitter": "5 ms", "loss": "2 %"},
    "letters.notice": {
        "from": "school",
        "to": {"office": "50 %", "webmail": "rest"},
        "size": {"median": "20 kB", "p90": "200 kB"},
        "count": 600,
        "over": "30 min",
        "unknown_users": "3 %",
    },
    "faults": [
        fault("providers.office.mx1", "hanging", 300, 400),
        fault("providers.webmail", "down", 600, 60),
        fault("resolvers.campus", "servfail", 900, 30),
    ],
}


def failed() -> set[str]:
    return {check.name for check in audit(run(TOWN).record).failures}


def bodies_take_no_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Network, "lossy_transfer_us", lambda *_: 0)


def roads_are_shorter_than_they_are(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Network, "half_trip_us", lambda *_: 9_000)


def a_cache_forgets(patch: pytest.MonkeyPatch) -> None:
    ask = Resolver.lookup

    def forgetful(self: Resolver, *question: Any) -> Any:
        self._mx.clear()
        self._addresses.clear()
        return ask(self, *question)

    patch.setattr(Resolver, "cached", lambda *_: None)
    patch.setattr(Resolver, "lookup", forgetful)


def questions_are_counted_twice_and_twice_again(patch: pytest.MonkeyPatch) -> None:
    ask = Resolver.lookup

    def loud(self: Resolver, *question: Any) -> Any:
        answer = ask(self, *question)
        answer.queries *= 4
        return answer

    patch.setattr(Resolver, "lookup", loud)


def a_greylist_that_nobody_has(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(SmtpServer, "recipient", lambda *_: GREYLISTED)


def everybody_is_known(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(SmtpServer, "recipient", lambda *_: ACCEPTED)


@pytest.mark.parametrize(
    ("break_it", "found"),
    [
        (bodies_take_no_time, "no_faster_than_the_road"),
        (roads_are_shorter_than_they_are, "no_faster_than_the_road"),
        (a_cache_forgets, "asks_once_in_a_time_to_live.campus"),
        (questions_are_counted_twice_and_twice_again, "asks_no_more_than_it_may"),
        (a_greylist_that_nobody_has, "reply_can_be_given"),
        (everybody_is_known, "reply_can_be_given"),
    ],
)
def test_an_engine_that_talks_wrongly_is_found_out(
    monkeypatch: pytest.MonkeyPatch, break_it: Break, found: str
) -> None:
    break_it(monkeypatch)
    assert found in failed()


def test_the_engine_as_it_is_passes_in_the_same_town() -> None:
    assert failed() == set()
