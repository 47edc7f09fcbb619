"""Who shares a bucket, when it is looked at, what an empty one answers, and several side by side."""

from fractions import Fraction
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.mail.policy.rate_limit import RateLimit
from sim.scenario.receiving_rules import RateLimit as Settings
from sim.vocabulary.replies import ACCEPTED, PERMANENT, REPLIES
from tests.mail.town import run, times

S = 1_000_000
MIN = 60 * S
REFUSED = 5
NETWORK = [0, 0, 0, 1, 1, 2]
SENDER = [0, 0, 1, 1, 1, 1]
Key = Literal["ip", "netblock", "domain", "mailbox"]
KEYS: list[Key] = ["ip", "netblock", "domain", "mailbox"]
LISTS: dict[Key, list[int] | None] = {"ip": None, "netblock": NETWORK, "domain": SENDER, "mailbox": None}


def limit(key: Key, rate_per_s: float = 1e-3, burst: int = 10, reply: int = REFUSED) -> RateLimit:
    settings = Settings(rate_per_s=rate_per_s, burst=burst, key=key)
    return RateLimit(settings, reply, LISTS[key], mailbox_of=lambda row: row % 4)


def key_of(key: Key, client: int, mailbox: int) -> int:
    return {"ip": client, "netblock": NETWORK[client], "domain": SENDER[client], "mailbox": mailbox}[key]


VISITS = st.lists(
    st.tuples(st.one_of(st.integers(0, 50_000), st.integers(0, 5 * S)), st.integers(0, 5), st.integers(0, 3)),
    max_size=60,
)


@given(
    VISITS, st.sampled_from(KEYS), st.integers(1, 2_000), st.integers(1, 10), st.sampled_from(["rcpt", "dot"])
)
def test_no_key_ever_gets_more_than_burst_plus_rate_times_time(
    visits: list[tuple[int, int, int]], key: Key, milli_per_s: int, burst: int, stage: str
) -> None:
    """In every stretch of time, for each key by itself, and a refusal means that the bucket holds no whole token."""
    rule = limit(key, milli_per_s / 1000, burst)
    taken: dict[int, list[int]] = {}
    at_us = 0
    for gap_us, client, mailbox in visits:
        at_us += gap_us
        of_key = taken.setdefault(key_of(key, client, mailbox), [])
        at_rcpt = stage == "rcpt"
        answer = rule.ask(client, 0, mailbox, at_us) if at_rcpt else rule.ask_at_dot(mailbox, client, at_us)
        begins = [*of_key, at_us]
        fits = all(
            len(of_key) - first + 1 <= burst + Fraction(milli_per_s * (at_us - begin_us), 1000 * S)
            for first, begin_us in enumerate(begins)
        )
        assert (answer == ACCEPTED) is fits
        if answer == ACCEPTED:
            of_key.append(at_us)


@pytest.mark.parametrize(("key", "right"), [("ip", 60), ("netblock", 30), ("domain", 20), ("mailbox", 40)])
def test_as_many_bursts_are_taken_as_there_are_keys(key: Key, right: int) -> None:
    """Six addresses, three netblocks, two domains, four mailboxes; ten letters each, a hundred times over."""
    rule = limit(key)
    taken = sum(rule.ask(number % 6, 0, number % 4, 0) == ACCEPTED for number in range(1200))
    assert taken == right


@pytest.mark.parametrize(("addresses", "by_address"), [(1, 10), (2, 20), (6, 60)])
def test_more_addresses_do_not_help_a_domain(addresses: int, by_address: int) -> None:
    """D20: if the key is the SPF domain, adding sender IPs does not raise the accepted rate."""
    one_sender = [0] * 6
    settings: dict[str, Any] = {"rate_per_s": 1e-3, "burst": 10}
    by_ip = RateLimit(Settings(key="ip", **settings))
    by_domain = RateLimit(Settings(key="domain", **settings), client_key=one_sender)
    letters = [number % addresses for number in range(600)]
    assert [by_ip.ask_at_dot(0, client, 0) for client in letters].count(ACCEPTED) == by_address
    assert [by_domain.ask_at_dot(0, client, 0) for client in letters].count(ACCEPTED) == 10


def test_a_function_is_a_key_as_well_as_a_list() -> None:
    rule = RateLimit(Settings(rate_per_s=1e-3, burst=1, key="netblock"), REFUSED, lambda client: client // 10)
    assert [rule.ask(client, 0, 0, 0) for client in (1, 9, 10)] == [ACCEPTED, REFUSED, ACCEPTED]


def test_all_three_stages_draw_from_the_same_bucket() -> None:
    rule = limit("netblock", burst=3)
    answers = [rule.ask_at_greeting(0, 0), rule.ask(1, 0, 0, 0), rule.ask_at_dot(0, 2, 0)]
    assert answers == [ACCEPTED] * 3
    assert [rule.ask_at_greeting(2, 0), rule.ask(0, 0, 0, 0), rule.ask_at_dot(0, 1, 0)] == [REFUSED] * 3
    assert rule.ask_at_greeting(3, 0) == ACCEPTED


def test_a_limit_by_mailbox_must_know_the_mailbox() -> None:
    rule = RateLimit(Settings(rate_per_s=1, burst=1, key="mailbox"))
    with pytest.raises(ValueError, match="mailbox_of"):
        rule.ask_at_dot(0, 0, 0)


def test_a_letter_refused_by_a_limit_takes_nothing_from_those_after_it() -> None:
    """Two tokens for the address, five for the domain: the letters that the first refuses leave three of them."""
    first, second = limit("ip", burst=2, reply=7), limit("domain", burst=5, reply=8)

    def answer(client: int) -> int:
        return first.ask(client, 0, 0, 0) or second.ask(client, 0, 0, 0)

    assert [answer(0) for _ in range(4)] == [ACCEPTED, ACCEPTED, 7, 7]
    assert [answer(1) for _ in range(3)] == [ACCEPTED, ACCEPTED, 7]
    # One is left for the domain. A client of the same domain that the second limit refuses has paid at the first.
    assert second.ask(0, 0, 0, 0) == ACCEPTED
    fresh = limit("ip", burst=2, reply=7)
    assert [fresh.ask(0, 0, 0, 0) or second.ask(0, 0, 0, 0) for _ in range(3)] == [8, 8, 7]


USUAL = {"greeting": "421 4.7.0", "rcpt": "450 4.7.1", "end_of_data": "421 4.7.28"}


@pytest.mark.parametrize(("stage", "reply"), USUAL.items())
def test_left_out_the_reply_is_the_usual_one_at_its_stage(stage: str, reply: str) -> None:
    """Postfix: 421 4.7.0 at connect, 450 4.7.1 at RCPT; Gmail: 421-4.7.28 in reply to end of DATA (D20)."""
    settings = Settings.model_validate({"rate_per_s": 1, "burst": 1, "stage": stage})
    assert REPLIES[settings.reply_index].key == reply


@pytest.mark.parametrize(
    ("stage", "replies"),
    [
        ("greeting", {"421 4.7.0", "421 4.7.28"}),
        ("rcpt", {"450 4.7.1", "421 4.7.28", "454 4.7.0", "554 5.7.0"}),
        ("end_of_data", {"450 4.7.1", "421 4.7.28", "454 4.7.0", "554 5.7.0"}),
    ],
)
def test_each_stage_has_its_replies_and_the_others_are_named(stage: str, replies: set[str]) -> None:
    for reply in ("421 4.7.0", "421 4.7.28", "450 4.7.1", "454 4.7.0", "554 5.7.0"):
        written = {"rate_per_s": 1, "burst": 1, "stage": stage, "reply": reply}
        if reply in replies:
            settings = Settings.model_validate(written)
            assert REPLIES[settings.reply_index].key == reply
            continue
        with pytest.raises(ValidationError) as error:
            Settings.model_validate(written)
        (detail,) = error.value.errors()
        assert detail["type"] == "does_not_go_with"
        assert {one.removeprefix("reply: ") for one in detail["ctx"]["expected"].split(", ")} == replies


@pytest.mark.parametrize(
    ("key", "known"), [("ip", True), ("netblock", True), ("domain", False), ("mailbox", False)]
)
def test_at_the_greeting_nobody_has_said_who_writes_to_whom(key: str, known: bool) -> None:
    written = {"rate_per_s": 1, "burst": 1, "stage": "greeting", "key": key}
    if known:
        assert Settings.model_validate(written).key == key
    else:
        with pytest.raises(ValidationError, match="does_not_go_with"):
            Settings.model_validate(written)


@pytest.mark.parametrize(
    ("reply", "delivered", "lost"), [("554 5.7.0", 100, 200), ("454 4.7.0", 300, 0), ("450 4.7.1", 300, 0)]
)
def test_the_same_limit_loses_letters_or_delays_them_by_its_code(
    reply: str, delivered: int, lost: int
) -> None:
    """D22: 100 at once and then slowly, 300 letters within 10 min. 554 loses 200, 454 only makes them late.

    The bucket is given back in 100 h, so that it yields nothing within the ten minutes (1/h: a sixth of a token),
    and what is put off comes again after that time, when it is full.
    """
    settings = Settings.model_validate({"rate_per_s": 1 / 3600, "burst": 100, "reply": reply})
    rule = RateLimit(settings, settings.reply_index)
    waiting, bounced, taken = list(range(300)), 0, 0
    for day in range(0, 15, 5):
        put_off = []
        for number in waiting:
            answer = rule.ask(0, 0, 0, day * 24 * 60 * MIN + number * 2 * S)
            taken += answer == ACCEPTED
            bounced += answer in PERMANENT
            if answer != ACCEPTED and answer not in PERMANENT:
                put_off.append(number)
        waiting = put_off
    assert (taken, bounced, waiting) == (delivered, lost, [])


@pytest.mark.parametrize(
    "rule",
    [{"rate_limit": {"rate": "1/d", "burst": 1, "key": "domain"}}, {"reputation": {"stranger": "1/d"}}],
)
@pytest.mark.parametrize(("domain", "is_shared"), [("school.example", True), ("library.example", False)])
def test_a_domain_is_one_whatever_machine_sends_in_its_name(
    rule: dict[str, Any], domain: str, is_shared: bool
) -> None:
    """A school's own server and a service that it hires: what one brings is not there for the other."""
    (name, settings), *_ = rule.items()
    hired = {"domain": domain, "tls": "none", "addresses": ["198.51.100.1"]}
    changes = {
        f"providers.office.{name}": settings,
        "senders.service": hired,
        "letters.second": {"from": "service", "to": "office", "size": "1 B", "times": times(1)},
    }
    result = run(changes)
    assert result.first().reply == ACCEPTED
    assert (result.first(1, "second").reply != ACCEPTED) is is_shared
