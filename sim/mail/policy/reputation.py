"""Remember how each sender behaved, and let it feel that: how much is taken, what is filed as spam, who is refused.

From: smtp_server, which asks at the greeting, at RCPT or at the final dot, as `stage` says, and tells what became
      of the letter; and whoever hears of complaints and of letters to traps.
To:   smtp_server, as a reply (421 4.7.28, too fast; 421 4.7.0, standing too low; or others that are set), and as
      the share of a sender's accepted letters that goes to the spam folder.

A memory belongs to an address, to a sending domain, or to both; then each has its own, all hear of everything,
and the worst counts. A memory consists of six sums that fade. With t the time since the last event, H the half-life
and J the time that proportions are taken over, each event first lets them fade, and then adds to them:

    letters     x 2^(-t/H)    + 1 for a letter that is accepted
    today       x e^(-t/1 d)  + 1 for the same: of letters that come steadily, as many as come in a day
    judged      x e^(-t/J)    + 1 for the same
    complaints  x e^(-t/J)    + 1 for a complaint; + `trap_complaints`, `unauthenticated_complaints` or
                              `pushing_complaints` for a letter to a trap, one that fails authentication, a push
    unknown     x e^(-t/J)    + 1 for a letter to a user that does not exist
    blame       x 2^(-t/H)    and, after each addition to complaints or unknown, at least as much as they deserve

How much is taken. With k = ln 2 / H the share that is forgotten a day and g = ln(growth):

    usual     = k/(1 - k) x (letters - today)
    headroom  = 1 + g/k
    allowance = standing x (stranger + headroom x usual)
    a letter is too fast if today + 1 > allowance

A steady sender of r letters a day has letters = r/k and today = r, so usual = r. One that has grown as e^(g t) to
r a day has letters = r/(k + g) and today = r/(1 + g), so today = headroom x usual: it just has room. The last day
is not part of what is usual, so nobody makes itself a habit by one burst. The price of a long memory is a wide
headroom: a sender of every day may bring several times as much on one day; but so may one that writes once a week,
whose usual day is a seventh of its busy one.

What is held against it. With N the fewest letters that a proportion is taken of:

    x = complaints / max(judged, N)
    y = unknown / max(judged + unknown, N)
    b(x) = 0 up to harmless, 1 from fatal on, (x - harmless)/(fatal - harmless) between
    blame    = max(blame, 1 - (1 - b(x)) (1 - b(y)))
    standing = 1 - blame

So good letters thin out complaints that come after them, but blame itself only fades: after n half-lives with nothing
new 2^-n of it is left. Silence does not change the proportions, as letters and complaints fade alike, until fewer than
N are left; one that comes back soon and goes on as before is soon where it was.

What it feels:

    share to the spam folder = 0 from `spam_below` on, 1 up to `refused_below`, on a straight line between
    refused if standing < refused_below

Each attempt that is refused, for its haste or for its standing, weighs `pushing_complaints` and is no accepted
letter: a sender that keeps knocking is kept out by its knocking.
There is no chance in here; whoever asks for a share draws with it.
See: Gmail's answers 81126, 14229414 and 3726730 for the figures that are published; SendGrid's and Amazon's
advice on warming up; Microsoft's S3150 for pushing on.
Left out: netblocks and URLs as keys; what readers do besides complaining (opening, answering, moving); complaints in
proportion to the letters that reached an inbox, as Yahoo counts; limits by the hour; letters under way
between the question and the acceptance.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from sim.mail.policy.sender_memory import SenderMemory, Terms
from sim.scenario.reputation import Reputation as ReputationSettings
from sim.vocabulary.replies import ACCEPTED, POOR_REPUTATION_YET, UNUSUAL_RATE

_NOBODY: Final[Mapping[int, float]] = MappingProxyType({})


class Reputation:
    """The memories of one provider, shared by its hosts.

    Args:
        settings: what is remembered, for how long, and what comes of it.
        senders: the place of each client's sender: `Clients.sender`.
        too_fast: what one is told who brings too much, as a place in `REPLIES`: `settings.too_fast_index`.
        refused: what one is told whose standing is too low: `settings.refused_index`.
        known: by a sender's place, how many letters a second it had brought for long when the run began, evenly
            from its addresses.
        comes_later: of each client, whether it is none of these addresses: `Clients.comes_later`. It is a stranger
            then, though its domain may be known. Left out, there are no such clients.
        domains: equal for clients that send in the name of one domain; left out, each sender has one of its own.
    """

    def __init__(
        self,
        settings: ReputationSettings,
        senders: Sequence[int],
        too_fast: int = UNUSUAL_RATE,
        refused: int = POOR_REPUTATION_YET,
        known: Mapping[int, float] = _NOBODY,
        comes_later: Sequence[bool] = (),
        domains: Sequence[int] | None = None,
    ) -> None:
        self._terms = Terms.of(settings)
        self._senders = senders
        self._domain_of = senders if domains is None else domains
        self._too_fast = too_fast
        self._refused = refused
        self._known = known
        self._comes_later = comes_later or [False] * len(senders)
        self._by_ip = settings.kept_by != "domain"
        self._by_domain = settings.kept_by != "ip"
        self._trap = settings.trap_complaints
        self._unauthenticated = settings.unauthenticated_complaints
        self._pushing = settings.pushing_complaints
        self._spam_below = settings.spam_below_ratio
        self._refused_below = settings.refused_below_ratio
        self._domains: dict[int, SenderMemory] = {}
        self._clients: dict[int, tuple[SenderMemory, ...]] = {}

    def ask(self, client: int, now_us: int) -> int:
        """Answer one more letter; where it is the greeting that is judged, one more connection."""
        memories = self._of(client)
        if self.refuses(client, now_us):
            reply = self._refused
        elif all(memory.has_room(now_us) for memory in memories):
            return ACCEPTED
        else:
            reply = self._too_fast
        self._weigh(client, self._pushing, now_us)
        return reply

    def accepted(self, client: int, now_us: int) -> None:
        """Note that a letter was accepted, wherever it lies."""
        for memory in self._of(client):
            memory.accepted(now_us)

    def unknown_user(self, client: int, now_us: int) -> None:
        """Note a letter to a user that does not exist."""
        for memory in self._of(client):
            memory.missed(now_us)

    def complaint(self, client: int, now_us: int) -> None:
        """Note that a reader reported one of its letters as spam."""
        self._weigh(client, 1.0, now_us)

    def trap(self, client: int, now_us: int) -> None:
        """Note a letter to a spam trap."""
        self._weigh(client, self._trap, now_us)

    def authentication_failed(self, client: int, now_us: int) -> None:
        """Note a letter that could not be authenticated."""
        self._weigh(client, self._unauthenticated, now_us)

    def standing(self, client: int, now_us: int) -> float:
        """Give a client's standing, 0 (none left) to 1 (nothing is held against it)."""
        return min(memory.standing(now_us) for memory in self._of(client))

    def allowance(self, client: int, now_us: int) -> float:
        """Give how many letters a client may have brought within the last day."""
        return min(memory.allowance(now_us) for memory in self._of(client))

    def spam_share(self, client: int, now_us: int) -> float:
        """Give the share of a client's accepted letters that goes to the spam folder, 0 to 1."""
        missing = self._spam_below - self.standing(client, now_us)
        return min(1.0, max(0.0, missing / (self._spam_below - self._refused_below)))

    def refuses(self, client: int, now_us: int) -> bool:
        """Tell whether a client's standing is too low for any letter."""
        return self.standing(client, now_us) < self._refused_below

    def _weigh(self, client: int, weight: float, now_us: int) -> None:
        for memory in self._of(client):
            memory.complained(weight, now_us)

    def _of(self, client: int) -> tuple[SenderMemory, ...]:
        """Give the memories that a client belongs to."""
        memories = self._clients.get(client)
        if memories is None:
            sender, domain = self._senders[client], self._domain_of[client]
            found = []
            if self._by_ip:
                per_day = self._known.get(sender, 0.0) * 86_400
                found.append(SenderMemory(self._terms, self._share(client, per_day)))
            if self._by_domain:
                if domain not in self._domains:
                    self._domains[domain] = SenderMemory(self._terms, self._usual_per_day(domain))
                found.append(self._domains[domain])
            memories = self._clients[client] = tuple(found)
        return memories

    def _share(self, client: int, per_day: float) -> float:
        """Give how much of what its sender had brought came from a client's address."""
        if self._comes_later[client]:
            return 0.0
        columns = zip(self._senders, self._comes_later, strict=True)
        return per_day / sum(one == self._senders[client] and not later for one, later in columns)

    def _usual_per_day(self, domain: int) -> float:
        """Give how much all who send in a domain's name had brought a day when the run began."""
        pairs = zip(self._senders, self._domain_of, strict=True)
        return sum(
            self._known.get(sender, 0.0) * 86_400 for sender in {who for who, of in pairs if of == domain}
        )
