"""Refuse every letter while the disk is nearly full, as Postfix's smtpd does; and keep count of what lies there.

From: smtp_server, which asks at RCPT (Postfix at MAIL, which is the same to the client) and at the final dot;
      delivery_agent, with letters that are filed.
To:   smtp_server, as a reply: 452 4.3.1 comes back later, 552 5.3.4 does not; mailbox_store.

What counts is 1.5 times the largest letter that might come, not the letter that is there. An accepted message is one
file on the disk from its 250 until all its copies are in their mailboxes; where these lie on the same disk, each copy
stays for good. The half of a letter that is kept free beyond the largest one is for those that are under way. From
the first refusal to the last the disk is full, as an incident tells; refusals no more than 300 s apart are one.
See: smtpd_check.c (smtpd_check_queue) of Postfix; message_size_limit and queue_minfree in postconf(5).
Left out: inodes; files that are not letters; room for letters that are being received, of which more may be under way
than fit; what readers delete; SIZE at MAIL, with which a client hears of the limit before it sends a body; letters that
a crash keeps from being filed, which take no room until they are.
"""

from heapq import heappop, heappush
from typing import Final

from sim.kernel.letters import Letters
from sim.kernel.recorder import Table
from sim.mail.handoff import FilesLetters
from sim.scenario.disk import Disk
from sim.vocabulary.replies import ACCEPTED, DISK_FULL, MESSAGE_TOO_BIG

_APART_US: Final = 300_000_000
"""Whoever was refused is back by then (minimal_backoff_time of Postfix); if nobody is refused, the disk is not full."""


class DiskSpace:
    """The disk of one provider.

    Args:
        settings: how much room there is.
        letters: the world's letters.
        store: where letters are filed.
        incidents: the table that tells when it was full.
        where: its place in that table, such as `providers.office`.
    """

    def __init__(
        self, settings: Disk, letters: Letters, store: FilesLetters, incidents: Table, where: str
    ) -> None:
        self._letters = letters
        self._store = store
        self._free_bytes = settings.free_bytes
        self._refuses_at_bytes = settings.refuses_at_bytes
        self._largest_bytes = settings.message_size_limit_bytes
        self._mailboxes_too = settings.mailboxes
        self._changes: list[tuple[int, int]] = []
        """When more or less is free, and by how many bytes."""
        self._incidents = incidents
        self._where = where
        self._incident = -1
        self._message = (-1, -1)
        """The file that was told of last: its first letter, and when it was accepted,"""
        self._gone_us = -1
        """and when its last copy is filed, as far as is known."""

    def ask(self, client: int, envelope: int, mailbox: int, now_us: int) -> int:
        """Answer whether a letter may come at all."""
        del client, envelope, mailbox
        if self.free_bytes(now_us) > self._refuses_at_bytes:
            return ACCEPTED
        self._tell(now_us)
        return DISK_FULL

    def _tell(self, now_us: int) -> None:
        """Write down that it is full, or that it still is."""
        incidents = self._incidents
        if self._incident < 0 or now_us - incidents["to_us"][self._incident] > _APART_US:
            self._incident = len(incidents)
            incidents.add("disk_full", self._where, now_us, now_us + 1, "disk_space")
        else:
            incidents["to_us"][self._incident] = now_us + 1

    def ask_at_dot(self, row: int, client: int, now_us: int) -> int:
        """Answer whether a letter is one of those that are taken."""
        del client, now_us
        return ACCEPTED if self._letters.size_bytes[row] <= self._largest_bytes else MESSAGE_TOO_BIG

    def file(self, row: int, at_us: int) -> None:
        """File a letter, whose room on the disk is free again then."""
        letters = self._letters
        self._store.file(row, at_us)
        accepted_us, size_bytes = letters.delivered_us[row], letters.size_bytes[row]
        message = (letters.message[row], accepted_us)
        if message != self._message:
            self._message, self._gone_us = message, at_us
            heappush(self._changes, (accepted_us, -size_bytes))
            heappush(self._changes, (at_us, size_bytes))
        elif at_us > self._gone_us:
            heappush(self._changes, (self._gone_us, -size_bytes))
            heappush(self._changes, (at_us, size_bytes))
            self._gone_us = at_us
        if self._mailboxes_too:
            heappush(self._changes, (at_us, -size_bytes))

    def free_bytes(self, now_us: int) -> float:
        """Give how much is free now."""
        changes = self._changes
        while changes and changes[0][0] <= now_us:
            self._free_bytes += heappop(changes)[1]
        return self._free_bytes
