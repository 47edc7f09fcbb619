"""Checks of what the mail system itself writes: each DSN and each notice of delay has its reason, none is missing.

A letter that is returned makes a DSN, at that moment. A letter that is put off, and not given up, makes a notice
at the first moment at which it is `delay_warning_time` old, less one second, by whole seconds of the wall clock.
Neither makes another one.
"""

from collections.abc import Iterator

import numpy as np

from sim.results.audit_checks import Check, any_of, none_wrong
from sim.results.audit_rows import AuditedRows
from sim.results.columns import NEVER, Whole
from sim.vocabulary.kinds import DSN, LETTER, WARNING
from sim.vocabulary.outcomes import BOUNCED, EXPIRED


def notice_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check the notices."""
    returned = rows.is_letter & np.isin(rows.outcome, [BOUNCED, EXPIRED])
    at_us = np.where(returned, rows.ended, NEVER)
    yield from _of_kind(rows, DSN, at_us, "a_dsn_for_each_return", "a_dsn_belongs_to_its_letter")
    at_us = _late(rows)
    yield from _of_kind(
        rows, WARNING, at_us, "a_warning_for_each_late_letter", "a_warning_belongs_to_its_letter"
    )


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
    # Backwards, so that of several the first is written last.
    at_us[rows.tried[late[::-1]]] = rows.done[late[::-1]]
    return at_us
