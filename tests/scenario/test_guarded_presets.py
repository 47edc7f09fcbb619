"""Presets of receivers with all their rules: figures that somebody published, and what they do to a stock Postfix."""

from typing import Any

import pytest

from sim.kernel.recorder import RunRecord
from sim.scenario import catalogue
from sim.scenario.provenance import leaves
from sim.scenario.provider import Provider
from sim.validation.cases.mail_hosts import most_at_once
from sim.validation.cases.world import NO_RETRY, delivered_s, letters, run, sender
from sim.vocabulary.kinds import LETTER
from sim.vocabulary.outcomes import BOUNCED
from sim.vocabulary.replies import (
    ACCEPTED,
    POOR_REPUTATION_YET,
    RATE_LIMITED,
    SESSION_CUT,
    TOO_MANY_CONNECTIONS,
    UNKNOWN_USER,
)

PLAIN = {
    "mobile_carrier_guarded": "mobile_carrier_like",
    "large_webmail_guarded": "large_webmail_like",
    "small_isp_guarded": "small_isp",
    "company_guarded": "company",
    "university_guarded": "university",
}
PUBLISHED = {
    # docomo's page for senders of bulk mail.
    ("mobile_carrier_guarded", "session_limits.recipients"): 100,
    # Gmail's answers 81126 and 14229414, Yahoo's best practices, Outlook.com's policies.
    ("large_webmail_guarded", "reputation.harmless_complaints"): "0.1 %",
    ("large_webmail_guarded", "reputation.fatal_complaints"): "0.3 %",
    ("large_webmail_guarded", "connection_limit.per_client"): 500,
    ("large_webmail_guarded", "authentication.requires"): ["spf", "dkim", "dmarc"],
    # Postfix: smtpd_client_connection_count_limit and default_process_limit.
    ("company_guarded", "connection_limit.per_client"): 50,
    ("company_guarded", "server_processes.limit"): 100,
    # postgrey's options.
    ("university_guarded", "greylisting.delay"): "300 s",
    ("university_guarded", "greylisting.retry_window"): "2 d",
    ("university_guarded", "greylisting.network"): 24,
    ("university_guarded", "greylisting.auto_allowlist"): 5,
    ("university_guarded", "greylisting.forget_after"): "35 d",
}
REPORTED = {
    # KumoMTA's shaping rules for yahoo.co.jp: 2 connections (one at each of two hosts), 10 letters/s, 20 a connection.
    ("japanese_portal_like", "connection_limit.per_client"): 1,
    ("japanese_portal_like", "rate_limit.rate"): "10/s",
    ("japanese_portal_like", "session_limits.letters"): 20,
    ("large_webmail_guarded", "session_limits.letters"): 20,
    ("small_isp_guarded", "session_limits.letters"): 10,
}


def sent_to(
    preset: str, postconf: dict[str, Any], stream: dict[str, Any], duration: str = "1 h", **more: Any
) -> RunRecord:
    return run(
        duration,
        senders={"shop": sender(postconf, **more)},
        providers={"there": {"preset": preset, "domain": "there.example", "user_filter": "0 %"}},
        letters={"news": letters("there", **stream)},
    )


@pytest.mark.parametrize(("preset", "path"), PUBLISHED)
def test_a_published_figure_is_the_published_one(preset: str, path: str) -> None:
    value = leaves(catalogue.preset("provider", preset).tree)[path]
    assert (value.value, value.grade) == (PUBLISHED[preset, path], "published")


@pytest.mark.parametrize(("preset", "path"), REPORTED)
def test_what_practitioners_report_is_no_more_than_that(preset: str, path: str) -> None:
    value = leaves(catalogue.preset("provider", preset).tree)[path]
    assert (value.value, value.grade) == (REPORTED[preset, path], "community")


@pytest.mark.parametrize("guarded", PLAIN)
def test_a_guarded_preset_is_the_plain_one_with_more_rules(guarded: str) -> None:
    """Nothing of the machine changes, and no rule is missing, so that the two may be compared."""
    more = leaves(catalogue.preset("provider", guarded).tree)
    plain = leaves(catalogue.preset("provider", PLAIN[guarded]).tree)
    assert {path: more[path].value for path in plain} == {path: plain[path].value for path in plain}
    assert len(more) > len(plain) + 4


@pytest.mark.parametrize("preset", [*PLAIN, "japanese_portal_like"])
def test_a_rule_of_a_preset_can_be_switched_off(preset: str) -> None:
    rules = ("session_limits", "reputation", "greylisting", "authentication", "server_processes")
    made = Provider.model_validate(
        {"preset": preset, "domain": "a.example", **dict.fromkeys(rules), "blocklists": []}
    )
    assert [rule for rule in rules if getattr(made, rule) is not None] == []


def test_a_carrier_s_hundred_hit_only_a_sender_who_keeps_connections() -> None:
    """docomo's rule. Postfix keeps no connection with TLS unless smtp_tls_connection_reuse is on: nothing is lost.

    With it, letters back to back share a session, and the one that names the 101st recipient is refused for good. The
    first connection is closed after one letter, and each further one carries 100 and fails at the next: of 301 letters
    the 102nd and the 203rd come back.
    """
    one_by_one = {"smtp_destination_concurrency_limit": 1}
    usual = sent_to("mobile_carrier_guarded", one_by_one, {"count": 301})
    assert SESSION_CUT not in usual.attempts["reply"]
    kept = sent_to(
        "mobile_carrier_guarded", {**one_by_one, "smtp_tls_connection_reuse": "yes"}, {"count": 301}
    )
    columns = zip(kept.letters["outcome"], kept.letters["kind"], strict=True)
    returned = [row for row, (outcome, kind) in enumerate(columns) if kind == LETTER and outcome == BOUNCED]
    assert returned == [101, 202]


def test_a_carrier_shuts_out_who_writes_to_many_unknown_users() -> None:
    """That is published, the share is not: with a third of unknown users it refuses connections, with 1 % it does not.

    Of 1,500 letters 1,000 have an addressee; less than half of those get through before the door is shut.
    """
    stream = {"count": 1500, "over": "1 h"}
    many = sent_to("mobile_carrier_guarded", {}, {**stream, "unknown_users": "33 %"}, "65 min")
    few = sent_to("mobile_carrier_guarded", {}, {**stream, "unknown_users": "1 %"}, "65 min")
    assert POOR_REPUTATION_YET in many.attempts["reply"]
    assert len(delivered_s(many, "news")) < 500
    assert set(few.attempts["reply"]) == {ACCEPTED, UNKNOWN_USER}


def test_a_webmail_takes_sixty_letters_a_minute_for_one_mailbox() -> None:
    """Google Workspace: 60 a minute to one mailbox. Of ten a second the bucket lets 60 in, and then one each second."""
    record = run(
        "1 min",
        senders={"shop": sender(NO_RETRY)},
        providers={"there": {"preset": "large_webmail_guarded", "domain": "there.example", "users": 1}},
        letters={"news": letters("there", rate="10/s", until="20 s")},
    )
    replies = list(record.attempts["reply"])
    assert set(replies) == {ACCEPTED, RATE_LIMITED}
    assert replies.count(ACCEPTED) == pytest.approx(60 + 20, abs=3)


def test_a_portal_holds_two_connections_of_one_sender_and_turns_the_others_away() -> None:
    record = sent_to("japanese_portal_like", NO_RETRY, {"count": 100})
    attempts = record.attempts
    replies = list(attempts["reply"])
    assert TOO_MANY_CONNECTIONS in replies
    assert most_at_once(record) > 2
    let_in = [row for row, reply in enumerate(replies) if reply == ACCEPTED]
    moments = [(attempts["handed_us"][row] + attempts["setup_us"][row], 1) for row in let_in]
    moments += [(attempts["ended_us"][row], -1) for row in let_in]
    now = most = 0
    for _, change in sorted(moments):
        now += change
        most = max(most, now)
    assert most == 2
