"""Flow control: a token for each letter that comes, one back for each import (Postfix's mail_flow.c and qmgr.c)."""

from sim.mail.flow_control import FlowControl
from sim.scenario.postconf import Postconf
from tests.mail.town import S


def machine(tokens: int = 2, **settings: int) -> FlowControl:
    return FlowControl(Postconf(default_process_limit=tokens, **settings))


def test_who_finds_no_token_waits_a_second_and_takes_none() -> None:
    flow = machine()
    assert [flow.pause_us() for _ in range(4)] == [0, 0, S, S]
    flow.imported()
    assert [flow.pause_us() for _ in range(2)] == [0, S]


def test_there_are_never_more_tokens_than_processes() -> None:
    flow = machine()
    flow.imported()
    assert flow.tokens == 2


def test_when_nothing_is_left_to_import_all_tokens_are_there_again() -> None:
    flow = machine(tokens=5)
    for _ in range(5):
        flow.pause_us()
    flow.line_is_empty()
    assert flow.tokens == 5


def test_without_a_delay_nobody_waits() -> None:
    flow = machine(in_flow_delay=0)
    assert [flow.pause_us() for _ in range(4)] == [0, 0, 0, 0]
