"""Where letters claim to come from, what SPF, DKIM and DMARC make of it, and where they end: entry by entry."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim.analogy.labels import taught
from sim.errors import ArgumentError
from sim.kernel.recorder import RunRecord
from sim.mail.authentication.checks import Authentication, authenticate
from sim.mail.authentication.entries import presented_by
from sim.mail.authentication.forwarding import Presented
from sim.mail.authentication.published import records_of
from sim.results.columns import column
from sim.scenario.schema import Scenario
from sim.vocabulary.kinds import LETTER
from sim.vocabulary.outcomes import INBOX, SPAM

POLICIES: Final = ("absent", "none", "quarantine", "reject")
_PUBLISHABLE: Final = ("spf", "dkim", *(f"dmarc={policy}" for policy in POLICIES[1:]))


@dataclass(frozen=True)
class Published:
    """What a domain publishes: registered offices, a key for its seal, and a rule for letters that do not match."""

    spf: bool = False
    dkim: bool = False
    dmarc: str = "absent"

    @classmethod
    def of(cls, words: Sequence[str]) -> "Published":
        """Read it from words as `spf`, `dkim` and `dmarc=reject`; what is not named is not published.

        Raises:
            ArgumentError: a word is none of them.
        """
        spf, dkim, dmarc = False, False, "absent"
        for word in words:
            name, _, policy = word.lower().replace(" ", "").replace("dmarc=p=", "dmarc=").partition("=")
            if name == "dmarc" and policy in POLICIES[1:]:
                dmarc = policy
            elif name in ("spf", "dkim") and not policy:
                spf, dkim = spf or name == "spf", dkim or name == "dkim"
            else:
                raise taught(ArgumentError, "not_published", found=word, expected=", ".join(_PUBLISHABLE))
        return cls(spf, dkim, dmarc)

    def words(self, nothing: str) -> str:
        """Say it shortly."""
        parts = ["SPF"] * self.spf + ["DKIM"] * self.dkim
        parts += [] if self.dmarc == "absent" else [f"DMARC p={self.dmarc}"]
        return " + ".join(parts) or nothing

    def setting(self, sender: str) -> str:
        """Give the setting of a scenario that makes a sender publish it."""
        dkim, spf = "signed" if self.dkim else "absent", "yes" if self.spf else "no"
        return f"senders.{sender}.authentication={{spf: {spf}, dkim: {dkim}, dmarc: {self.dmarc}}}"


@dataclass(frozen=True)
class Origin:
    """Letters of one entry.

    Attributes:
        name: of the entry.
        genuine: whether whoever stands in From has written them.
        shown: what they show a receiver.
        checks: what it finds.
        inbox: so many lie in the inbox.
        spam: so many lie in the spam folder.
        refused: so many did not arrive.
    """

    name: str
    genuine: bool
    shown: Presented
    checks: Authentication
    inbox: int = 0
    spam: int = 0
    refused: int = 0

    @property
    def count(self) -> int:
        """How many letters there are."""
        return self.inbox + self.spam + self.refused


def origins_of(scenario: Scenario) -> list[Origin]:
    """Give what letters show and what a receiver finds, before anything runs."""
    records = records_of(scenario.senders.values(), scenario.zones)
    found = []
    for name, entry in scenario.letters.items():
        shown = presented_by(entry, scenario.senders, scenario.senders[entry.sender].addresses[0])
        found.append(Origin(name, entry.forges is None, shown, authenticate(shown, records, 0.0)))
    return found


def origins_after(record: RunRecord) -> list[Origin]:
    """Give the same after a run, with where the letters ended."""
    letters = record.letters
    columns = (column(letters, name).tolist() for name in ("entry", "outcome", "kind"))
    ended = Counter((entry, outcome) for entry, outcome, kind in zip(*columns, strict=True) if kind == LETTER)
    found = []
    for place, origin in enumerate(origins_of(record.scenario)):
        count = sum(number for (entry, _), number in ended.items() if entry == place)
        inbox, spam = ended[place, INBOX], ended[place, SPAM]
        found.append(
            Origin(
                origin.name,
                origin.genuine,
                origin.shown,
                origin.checks,
                inbox,
                spam,
                count - inbox - spam,
            )
        )
    return found
