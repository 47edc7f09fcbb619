"""Things that happened to people who run mail, each with a right value that can be derived.

A case is a world as small as its question, told as a scenario file would tell it, and what must come of it by
arithmetic, by Postfix's source, or by the log of the day. Each has a number, by which its test is found, too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from sim.validation.cases import (
    full_disks,
    identity,
    late_answers,
    limits,
    mail_hosts,
    many_letters,
    out_of_reach,
    pacing,
    retry_ages,
    retry_herd,
    shared_slots,
    strangers,
    wrong_answers,
)
from sim.validation.row import Row


@dataclass(frozen=True)
class Case:
    """One case.

    Attributes:
        number: what it is called, such as D01.
        rows: runs it and gives its rows.
        count: how many rows it gives.
    """

    number: str
    rows: Callable[[], Iterable[Row]]
    count: int


CASES: Final = (
    Case("D01", retry_herd.rows, retry_herd.COUNT),
    Case("D02", retry_ages.rows, retry_ages.COUNT),
    Case("D03", mail_hosts.blocked_port, mail_hosts.BLOCKED_COUNT),
    Case("D04", pacing.paced_and_refused, pacing.REFUSED_COUNT),
    Case("D05", shared_slots.released_together, shared_slots.RELEASED_COUNT),
    Case("D06", shared_slots.one_sick_provider, shared_slots.SICK_COUNT),
    Case("D07", shared_slots.behind_a_window, shared_slots.WINDOW_COUNT),
    Case("D08", mail_hosts.some_hosts_refuse, mail_hosts.SOME_REFUSE_COUNT),
    Case("D09", mail_hosts.greeted_with_554, mail_hosts.GREETING_COUNT),
    Case("D10", out_of_reach.failing_resolver, out_of_reach.FAILING_RESOLVER_COUNT),
    Case("D11", out_of_reach.misspelt_domains, out_of_reach.MISSPELT_COUNT),
    Case("D12", strangers.pool_of_networks, strangers.POOL_COUNT),
    Case("D13", strangers.clock_and_hint, strangers.HINT_COUNT),
    Case("D14", shared_slots.full_host, shared_slots.FULL_HOST_COUNT),
    Case("D15", limits.office_behind_one_address, limits.ONE_ADDRESS_COUNT),
    Case("D16", pacing.rate_delay, pacing.RATE_DELAY_COUNT),
    Case("D17", pacing.lanes, pacing.LANES_COUNT),
    Case("D18", pacing.carrier, pacing.CARRIER_COUNT),
    Case("D19", limits.hundred_in_a_session, limits.SESSION_COUNT),
    Case("D20", limits.after_the_body, limits.AFTER_THE_BODY_COUNT),
    Case("D21", limits.two_hours_of_penalty, limits.PENALTY_COUNT),
    Case("D22", limits.reply_code, limits.REPLY_CODE_COUNT),
    Case("D23", out_of_reach.long_outage, out_of_reach.LONG_OUTAGE_COUNT),
    Case("D24", full_disks.free_but_not_enough, full_disks.SPACE_COUNT),
    Case("D25", wrong_answers.full_disk, wrong_answers.DISK_COUNT),
    Case("D26", many_letters.personalised_copies, many_letters.COPIES_COUNT),
    Case("D28", many_letters.newsletter_in_front, many_letters.NEWSLETTER_COUNT),
    Case("D29", many_letters.reply_all_storm, many_letters.STORM_COUNT),
    Case("D30", strangers.failover, strangers.FAILOVER_COUNT),
    Case("D31", wrong_answers.error_for_a_listing, wrong_answers.BLOCKLIST_COUNT),
    Case("D32", identity.ten_terms, identity.SPF_COUNT),
    Case("D33", identity.aligned, identity.ALIGNED_COUNT),
    Case("D38", late_answers.slow_filter, late_answers.SLOW_FILTER_COUNT),
    Case("D39", wrong_answers.wrongly_unknown, wrong_answers.SUPPRESSED_COUNT),
)
COUNT: Final = sum(case.count for case in CASES)
"""How many rows `rows` gives."""


def rows(advance: Callable[[], None] | None = None) -> list[Row]:
    """Run every case.

    Args:
        advance: told after each row.
    """
    found: list[Row] = []
    for case in CASES:
        for row in case.rows():
            found.append(row)
            if advance is not None:
                advance()
    return found
