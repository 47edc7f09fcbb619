"""Checks of the readings: each letter in an inbox that somebody reads is fetched, once on each device."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.results.audit_checks import Check, none_wrong
from sim.results.audit_rows import AuditedRows
from sim.results.columns import NEVER, Bools, Whole, column, whole
from sim.results.shut_mailboxes import Shut, may_be_fetched, may_be_left, shut_spells
from sim.scenario.readers import Readers
from sim.vocabulary.kinds import IMAP, POP3, READER_NAMES
from sim.vocabulary.outcomes import INBOX


def reading_checks(rows: AuditedRows) -> Iterator[Check]:
    """Check that readings are complete and fit how people read."""
    record = rows.record
    habits = [record.scenario.readers.get(name) for name in record.names.providers]
    letter: Whole = column(record.readings, "letter")
    shut = shut_spells(record)
    in_box = np.flatnonzero(rows.is_letter & (rows.lies_in == INBOX))
    yield none_wrong("everything_is_fetched", _missing(rows, habits, shut, in_box), rows.name, in_box)
    yield none_wrong("fetched_as_people_read", _strange(rows, habits, shut), rows.name, letter)
    opened = letter[column(record.readings, "opened_us") != NEVER]
    twice = np.bincount(opened, minlength=len(rows.kind)) > 1
    yield none_wrong("opened_once", twice, rows.name)


def _missing(rows: AuditedRows, habits: list[Readers | None], shut: Shut, in_box: Whole) -> Bools:
    """Mark letters in inboxes that were not fetched as often as their reader has devices.

    A letter that nobody fetched may wait for the first poll of its POP3 reader, within one `poll` of its
    arrival; that is all right if it arrived less than one `poll` before the end, or if nobody was let in after
    its arrival for as long as a `poll`.
    """
    readings = rows.record.readings
    letter = column(readings, "letter")
    # In bytes, since there may be millions: nobody has 255 devices.
    fetched = np.minimum(np.bincount(letter, minlength=len(rows.kind)), 255).astype(np.uint8)[in_box]
    by_imap = rows.marked(letter[column(readings, "reader") == IMAP])[in_box]
    devices = np.array([1 if habit is None else habit.devices for habit in habits], dtype=np.uint8)
    is_read = np.array([habit is not None for habit in habits], dtype=np.uint8)
    provider = rows.provider[in_box]
    wrong = np.flatnonzero(fetched != np.where(by_imap, devices[provider], is_read[provider]))
    polls_us = _polls_us(habits)[provider[wrong]]
    late = rows.filed[in_box[wrong]] + polls_us > rows.end_us
    for place, spells in shut.items():
        for one in np.flatnonzero(provider[wrong] == place):
            filed_us = int(rows.filed[in_box[wrong[one]]])
            late[one] = may_be_left(spells, filed_us, rows.end_us, int(polls_us[one]))
    missing = np.zeros(len(in_box), dtype=np.bool_)
    missing[wrong[(fetched[wrong] != 0) | ~late]] = True
    return missing


def _strange(rows: AuditedRows, habits: list[Readers | None], shut: Shut) -> Bools:
    """Mark readings by programs that nobody has there, at wrong moments, or out of their devices' order."""
    readings = rows.record.readings
    letter, reader = column(readings, "letter"), column(readings, "reader")
    device = column(readings, "device")
    provider = np.minimum(rows.provider[letter], len(habits))
    used = np.zeros((len(habits) + 1, max(READER_NAMES) + 1), dtype=np.bool_)
    for place, habit in enumerate(habits):
        for kind, name in READER_NAMES.items():
            used[place, kind] = habit is not None and name in habit.by_kind
    strange: Bools = ~used[provider, reader]
    late_us = whole(readings, "fetched_us") - rows.filed[letter]
    polls_us = _polls_us(habits)
    longest_us = np.where(reader == POP3, polls_us[provider] - 1, 0)
    untimely = (late_us < 0) | (late_us > longest_us)
    for place, spells in shut.items():
        for one in np.flatnonzero(provider == place):
            filed_us, poll_us = int(rows.filed[letter[one]]), int(polls_us[place]) * (reader[one] == POP3)
            fetched_us = filed_us + int(late_us[one])
            untimely[one] = not may_be_fetched(spells, filed_us, fetched_us, int(poll_us))
    strange |= untimely
    # The readings of one letter stand together, by device.
    again = letter[1:] == letter[:-1]
    strange[:1] |= device[:1] != 0
    strange[1:] |= device[1:] != np.where(again, device[:-1] + 1, 0)
    strange[1:] |= (letter[1:] < letter[:-1]) | (again & (reader[1:] != reader[:-1]))
    return strange


def _polls_us(habits: list[Readers | None]) -> NDArray[np.int64]:
    """Give for each provider, and for none, how long a letter may wait to be fetched: where nobody polls, 0."""
    polls = [habit.poll_us if habit is not None and "pop3" in habit.by_kind else 0 for habit in habits]
    return np.array([*polls, 0], dtype=np.int64)
