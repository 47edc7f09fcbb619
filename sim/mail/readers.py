"""The addressees: when each letter in a mailbox is fetched, and when it is opened.

From: pop3, imap, webmail.
To:   nobody; this is where a letter's way ends.

Each person reads with one kind of program. A letter is opened some time after it was filed (lognormal),
and not before it was fetched. While the mailbox server lets nobody in (fault `down` at `readers.X`), a POP3 program
comes in vain and tries again at its next poll, and what was not fetched by POP3 before cannot be opened. Nothing that
readers do changes the run, so this is worked out after it.
See: OpensAfter in the catalogue for where the times come from.
Left out: reports of spam, unsubscribing, replies, people who never open.
"""

from itertools import accumulate
from typing import Final

from sim.kernel.condition import Condition
from sim.kernel.draws import Draws, hash64, uniform
from sim.kernel.letters import Letters
from sim.kernel.recorder import PackedTable
from sim.kernel.variates import lognormal_sampler
from sim.mail.imap import opening_device
from sim.mail.pop3 import fetched_us
from sim.mail.webmail import shown_us
from sim.scenario.readers import Readers as ReadersSettings
from sim.vocabulary.kinds import APP, IMAP, LETTER, POP3, READER_KINDS
from sim.vocabulary.outcomes import INBOX

_FLUSH_AT_BYTES: Final = 1_000_000
"""Keeps the waiting rows from standing in memory beside the columns that they go to."""


class Readers:
    """The people of one provider.

    Args:
        name: the provider's.
        settings: what they read with, and how soon.
        draws: chance.
        end_us: when the run ends.
        condition: that of the provider's mailbox server, as readers find it.
    """

    def __init__(
        self, name: str, settings: ReadersSettings, draws: Draws, end_us: int, condition: Condition
    ) -> None:
        self._condition = condition
        self._settings = settings
        self._end_us = end_us
        self._person_key = hash64(f"reader:{name}")
        self._kinds = [
            (limit, READER_KINDS[kind])
            for limit, kind in zip(accumulate(settings.by_kind.values()), settings.by_kind, strict=True)
        ]
        opens = settings.opens_after
        self._sample_delay = lognormal_sampler(opens.median_us, opens.p90_us)
        self._kind_base = draws.purpose("reader_kind")
        self._open_base = draws.purpose("opens_after")
        self._device_base = draws.purpose("device")
        self._phase_base = draws.purpose("poll_phase")

    def _kind(self, person: int) -> int:
        """Give what a person reads with."""
        if len(self._kinds) > 1:
            draw = uniform(self._kind_base, person)
            for limit, kind in self._kinds:
                if draw < limit:
                    return kind
        return self._kinds[-1][1]

    def opened_us(self, key: int, mailbox: int, stored_us: int) -> int:
        """Give when a letter is opened that lies in a mailbox since `stored_us`."""
        return self._moments(key, mailbox, stored_us)[2]

    def _moments(self, key: int, mailbox: int, stored_us: int) -> tuple[int, int, int]:
        """Give what its reader reads with, when a letter is fetched or shown, and when it is opened."""
        person = self._person_key + mailbox
        kind = self._kind(person)
        opened_us = stored_us + self._sample_delay(uniform(self._open_base, key))
        first_us = stored_us
        if kind == APP:
            first_us = shown_us(stored_us)
        elif kind == POP3:
            poll_us = self._settings.poll_us
            phase_us = int(uniform(self._phase_base, person) * poll_us)
            first_us = fetched_us(stored_us, poll_us, phase_us)
            while (up_us := self._condition.up_again_us(first_us)) > first_us:
                first_us = fetched_us(up_us, poll_us, phase_us)
            if opened_us < first_us:
                opened_us = first_us
        if kind != POP3 and self._condition.eventful:
            first_us = self._condition.up_again_us(first_us)
            opened_us = self._condition.up_again_us(max(opened_us, first_us))
        return kind, first_us, opened_us

    def read(self, row: int, key: int, mailbox: int, stored_us: int, readings: PackedTable) -> None:
        """Tell when one letter is fetched and opened; moments after the end are not told."""
        end_us = self._end_us
        kind, first_us, opened_us = self._moments(key, mailbox, stored_us)
        if first_us >= end_us:
            return
        if opened_us >= end_us:
            opened_us = -1
        if kind != IMAP:
            readings.buffer += readings.pack(row, first_us, opened_us, kind, 0)
            return
        devices = self._settings.devices
        opening = opening_device(uniform(self._device_base, key), devices)
        for device in range(devices):
            readings.add(row, first_us, opened_us if device == opening else -1, kind, device)


def read_all(letters: Letters, by_provider: dict[int, Readers], readings: PackedTable) -> None:
    """Work out the readings of all letters that lie in a mailbox with a reader.

    Args:
        letters: the finished letters.
        by_provider: readers by the provider's place.
        readings: the table to fill, in order of the letters.
    """
    if not by_provider:
        return
    rows = zip(
        letters.outcome, letters.kind, letters.provider, letters.mailbox, letters.ended_us, strict=True
    )
    for row, (outcome, letter_or_dsn, provider, mailbox, ended_us) in enumerate(rows):
        if outcome == INBOX and letter_or_dsn == LETTER and provider in by_provider:
            by_provider[provider].read(row, letters.key(row), mailbox, ended_us, readings)
            if len(readings.buffer) > _FLUSH_AT_BYTES:
                readings.flush()
