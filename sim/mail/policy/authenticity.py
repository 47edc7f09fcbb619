"""Ask who a letter really is from: SPF, DKIM and DMARC.

From: smtp_server, which asks at the final dot.
To:   smtp_server, as a reply (421 4.7.26 comes back later, 550 5.7.26 goes back), or as the spam folder; reputation,
      with letters of which nothing can be authenticated.

What a letter shows of its origin follows from its entry: written by its sender, forged (`forges`), or forwarded for
somebody else (`forwarded`), of which only the second hop is simulated. Records do not change during a run, so each
entry is looked up once for each address that it comes from. A DMARC policy is applied where the provider obeys;
besides, it may require that SPF, DKIM or DMARC pass, from a day on.
See: RFC 7208, RFC 6376, RFC 7489, RFC 8601; sim.mail.authentication.
Left out: the time that look-ups take; records that change; the way of a forwarded letter to its forwarder.
"""

from collections.abc import Callable, Sequence
from typing import Final

from sim.kernel.letters import Letters
from sim.mail.authentication.checks import Authentication, authenticate
from sim.mail.authentication.forwarding import Presented
from sim.mail.authentication.records import Records
from sim.scenario.authentication import AuthenticationCheck
from sim.vocabulary.outcomes import INBOX, SPAM
from sim.vocabulary.replies import ACCEPTED, UNAUTHENTICATED, UNAUTHENTICATED_YET

_EVERY_LETTER: Final = 0.0
"""The draw of `pct`, which senders of a scenario do not set."""


class Authenticity:
    """What one provider asks of letters' senders.

    Args:
        settings: what it asks for.
        letters: the world's letters.
        addresses: of all clients, as text.
        presented: tells what letters of an entry show of their origin, coming from an address.
        records: who answers.
    """

    def __init__(
        self,
        settings: AuthenticationCheck,
        letters: Letters,
        addresses: Sequence[str],
        presented: Callable[[int, str], Presented],
        records: Records,
    ) -> None:
        self._settings = settings
        self._letters = letters
        self._addresses = addresses
        self._presented = presented
        self._records = records
        self._reply = {"put_off": UNAUTHENTICATED_YET, "refused": UNAUTHENTICATED}.get(
            settings.missing, ACCEPTED
        )
        self._known: dict[tuple[int, int], Authentication] = {}

    def ask(self, row: int, client: int, now_us: int) -> int:
        """Answer one letter: its domain's policy first, then what the provider requires."""
        found = self.look_up(row, client)
        if self._settings.obeys_dmarc and found.dmarc.disposition == "reject":
            return UNAUTHENTICATED
        return self._reply if self._lacks_something(found, now_us) else ACCEPTED

    def sort(self, row: int, client: int, now_us: int) -> int:
        """Give where a letter shall lie that was not refused."""
        found = self.look_up(row, client)
        if self._settings.obeys_dmarc and found.dmarc.disposition == "quarantine":
            return SPAM
        return SPAM if self._settings.missing == "spam" and self._lacks_something(found, now_us) else INBOX

    def is_nobody_s(self, row: int, client: int) -> bool:
        """Tell whether neither SPF nor a signature vouches for a letter."""
        found = self.look_up(row, client)
        return found.spf.result != "pass" and all(one.result != "pass" for one in found.dkim)

    def look_up(self, row: int, client: int) -> Authentication:
        """Give what the three checks find of a letter."""
        entry = self._letters.entry[row]
        known = self._known.get((entry, client))
        if known is None:
            presented = self._presented(entry, self._addresses[client])
            known = self._known[entry, client] = authenticate(presented, self._records, _EVERY_LETTER)
        return known

    def _lacks_something(self, found: Authentication, now_us: int) -> bool:
        if now_us < self._settings.since_us:
            return False
        passed = {
            "spf": found.spf.result == "pass",
            "dkim": any(one.result == "pass" for one in found.dkim),
            "dmarc": found.dmarc.result == "pass",
        }
        return not all(passed[what] for what in self._settings.requires)
