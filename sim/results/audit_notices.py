"""Checks of what the mail system itself writes: each DSN and each notice of delay has its reason, none is missing.

A letter that is returned makes a DSN, at that moment; of several recipients of one message those who are returned at
one time share it. A letter that is put off, and not given up, makes a notice
at the first moment at which it is `delay_warning_time` old, less one second, by whole seconds of the wall clock.
Neither makes another one. A plain program writes nobody. What a relay accepts goes on as a row of its own.
"""

from collections.abc import Iterator

import numpy as np

from sim.results.audit_checks import Check, any_of, none_wrong
from sim.results.audit_rounds import firsts
from sim.results.audit_rows import AuditedRows
from sim.results.columns import NEVER, Whole
from sim.vocabulary.kinds import DSN, LETTER, RELAYED, WARNING
from sim.vocabulary.outcomes import BOUNCED, EXPIRED


def notice_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check the notices."""
    programs = rows.by_sender(lambda sender: sender.program is not None)
    writes = (rows.is_letter | (rows.kind == RELAYED)) & ~programs.astype(np.bool_)[rows.sender]
    returned = writes & np.isin(rows.outcome, [BOUNCED, EXPIRED])
    at_us = np.where(returned, rows.ended, NEVER) if rows.rounds is None else _returned_together(rows)
    yield from _of_kind(rows, DSN, at_us, "a_dsn_for_each_return", "a_dsn_belongs_to_its_letter")
    yield from _carried_on(rows)
    at_us = _late(rows)
    yield from _of_kind(
        rows, WARNING, at_us, "a_warning_for_each_late_letter", "a_warning_belongs_to_its_letter"
    )


def _carried_on(rows: AuditedRows) -> Iterator[Check]:
    """Check that each letter that a relay has accepted goes on from there, once and from that moment."""
    relays = [provider.relay is not None for provider in rows.record.scenario.providers.values()]
    if not any(relays):
        return
    # One place more, for mail to the own machine.
    at_relay = np.array([*relays, False])[np.minimum(rows.provider, len(relays))]
    wanted = at_relay & (rows.delivered != NEVER)
    carried = np.flatnonzero(rows.kind == RELAYED)
    parent = rows.parent[carried]
    yield none_wrong("carried_on_once", np.bincount(parent, minlength=len(wanted)) != wanted, rows.name)
    strange = any_of(
        rows.entry[carried] != rows.entry[parent],
        rows.number[carried] != rows.number[parent],
        rows.accepted[carried] != rows.delivered[parent],
    )
    yield none_wrong("carried_on_from_its_acceptance", strange, rows.name, carried)


def _of_kind(rows: AuditedRows, kind: int, at_us: Whole, each: str, belongs: str) -> Iterator[Check]:
    """Check that each letter that has a moment has a notice of that moment, and that no other has one."""
    notice = np.flatnonzero(rows.kind == kind)
    parent = rows.parent[notice]
    found = np.bincount(parent, minlength=len(rows.kind))
    yield none_wrong(each, found != (at_us != NEVER), rows.name)
    strange = any_of(
        rows.entry[notice] != rows.entry[parent],
        rows.number[notice] != rows.number[parent],
        rows.sender[notice] != rows.sender[parent],
        rows.submitted[notice] != at_us[parent],
    )
    yield none_wrong(belongs, strange, rows.name, notice)


def _late(rows: AuditedRows) -> Whole:
    """Give for each letter when its writer must have been warned; NEVER where not."""
    at_us = np.full(len(rows.kind), NEVER, dtype=np.int64)
    warning_s = rows.by_sender(lambda sender: sender.postconf.delay_warning_time)
    if not warning_s.any():
        return at_us
    put_off = np.flatnonzero(rows.put_off())
    letter = rows.tried[put_off]
    after_s = warning_s[rows.sender[letter]]
    late = put_off[(after_s > 0) & (rows.kind[letter] == LETTER) & (rows.age_s(put_off) >= after_s - 1)]
    if rows.rounds is not None:
        # One a message: at the first of its rounds that is late, for the first of those who are put off in it.
        late = late[np.lexsort((rows.tried[late], rows.settled[late], rows.message[rows.tried[late]]))]
        late = late[firsts(rows.message[rows.tried[late]])]
    # Backwards, so that of several the first is written last.
    at_us[rows.tried[late[::-1]]] = rows.settled[late[::-1]]
    return at_us


def _returned_together(rows: AuditedRows) -> Whole:
    """Give when a DSN must have been written, for the first of those whom it returns; NEVER for the others.

    Who is refused for good waits for the end of his message's round; who is given up is given up at that end.
    """
    at_us = np.full(len(rows.kind), NEVER, dtype=np.int64)
    assert rows.rounds is not None
    for outcome in (BOUNCED, EXPIRED):
        last = np.flatnonzero(
            rows.is_last & (rows.outcome[rows.tried] == outcome) & rows.is_letter[rows.tried]
        )
        last = last[np.argsort(rows.tried[last], kind="stable")]
        last = last[firsts(rows.rounds.closing[rows.rounds.of[last]])]
        at_us[rows.tried[last]] = rows.settled[last]
    return at_us
