"""What followed from trouble: for each incident the letters that it delayed, and by how much.

Read from the tables alone, so what is claimed is what they show, and no more:

- An attempt belongs to trouble at a host, a road, a resolver or a name server if it was under way during that trouble,
  went there, and failed with an answer that such trouble gives: `down` with "connection refused", not with
  "greylisted". So does a letter that was put off untried meanwhile for that same answer, if the trouble is the whole
  provider's. To a time for which a sender takes a destination for dead (`suspended`) belong the letters that it put
  off untried in that time.
- A letter's delay by an incident is what such attempts took, from the delivery agent on, and the waits after them.
  Who is refused for good is not delayed.
- For trouble at a provider's mailbox server, which lets no reader in, it is the time that letters lay in the inbox
  meanwhile, not yet fetched.
- For trouble at a sender it is the time that its letters stood in its mail bag, its incoming or its active queue
  while the trouble lasted. Rests in the deferred queue belong to the refusals with which they began.

Not claimed: what would have happened without the incident. A letter may have had to wait anyway; others, whose
attempts only took longer or who stood behind delayed ones, were held up by it too and are not counted. One wait may
belong to several incidents, to an outage and to the rest of the destination that followed from it; so delays of
incidents do not add up.
Left out: which of several hosts failed, where an attempt tried more than one (the table names the last one); where
each mailbox is a destination of its own, the rests of one provider's mailboxes are not told apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.kernel.recorder import RunRecord
from sim.results.blame import Blame
from sim.results.columns import NEVER, Bools, Whole, column, whole
from sim.vocabulary import replies
from sim.vocabulary.delay_parts import AFTER_A_CRASH, PUT_OFF_UNTRIED
from sim.vocabulary.kinds import LETTER, NO_HOST
from sim.vocabulary.outcomes import BOUNCED, INBOX

_TIMED_OUT: Final = (replies.CONNECT_TIMED_OUT, replies.CONVERSATION_TIMED_OUT)
ANSWERS: Final[Mapping[str, Mapping[str, tuple[int, ...]]]] = {
    "providers": {
        "down": (replies.CONNECTION_REFUSED, replies.LOST_CONNECTION, *_TIMED_OUT),
        "crash": (replies.LOST_CONNECTION, *_TIMED_OUT),
        "silent": _TIMED_OUT,
        "slow": _TIMED_OUT,
        "refusing": (replies.CONNECTION_REFUSED,),
        "hanging": _TIMED_OUT,
        "greets_421": (replies.SERVER_BUSY,),
        "greets_554": (replies.GREETED_554, replies.GREETED_554_FINAL),
        "disk_full": (replies.DISK_FULL,),
        "disk_full_final": (replies.DISK_FULL_FINAL,),
        "denying_users": (replies.UNKNOWN_USER,),
    },
    "roads": {
        "down": (replies.NO_ROUTE, *_TIMED_OUT),
        "silent": _TIMED_OUT,
        "slow": _TIMED_OUT,
        "losing": _TIMED_OUT,
    },
    "resolvers": dict.fromkeys(("down", "silent", "slow", "servfail"), (replies.DNS_TRY_AGAIN,)),
    "name_servers": {
        **dict.fromkeys(("down", "silent", "slow", "servfail"), (replies.DNS_TRY_AGAIN,)),
        "nxdomain": (replies.DOMAIN_NOT_FOUND,),
    },
}
"""With which answers an attempt fails by which trouble at which kind of place."""


@dataclass(frozen=True)
class Consequences:
    """What followed from each incident, in the order of the table.

    Attributes:
        letters_delayed: how many letters it delayed.
        delay_us: by how much, summed over them.
        worst: the row of the letter that it delayed most; NEVER where it delayed none.
    """

    letters_delayed: Whole
    delay_us: Whole
    worst: Whole


def consequences(record: RunRecord, blame: Blame) -> Consequences:
    """Find for each incident of a run whom it delayed."""
    found = [_summed(letter, lasted) for letter, lasted in _Failures(record, blame).of_each_incident()]
    columns = np.array(found, dtype=np.int64).reshape(len(found), 3)
    return Consequences(columns[:, 0], columns[:, 1], columns[:, 2])


def _summed(letter: Whole, lasted: Whole) -> tuple[int, int, int]:
    """Sum delays by letter; give how many letters have any, their sum, and the letter with the most."""
    letter, lasted = letter[lasted > 0], lasted[lasted > 0]
    if not len(letter):
        return 0, 0, NEVER
    rows, place = np.unique(letter, return_inverse=True)
    worst = np.bincount(place, weights=lasted).argmax()
    return len(rows), int(lasted.sum()), int(rows[worst])


class _Failures:
    """The attempts of one run that put their letters off, and what each cost."""

    def __init__(self, record: RunRecord, blame: Blame) -> None:
        attempts, letters = record.attempts, record.letters
        self._record, self._blame = record, blame
        kind, outcome = column(letters, "kind"), column(letters, "outcome")
        letter = whole(attempts, "letter")
        refused = blame.is_last[: len(letter)] & (outcome[letter] == BOUNCED)
        failed = (column(attempts, "reply") != replies.ACCEPTED) & (kind[letter] == LETTER) & ~refused
        which = np.flatnonzero(failed)
        self._letter = letter[which]
        self._lasted: Whole = (blame.dns + blame.connection + blame.transfer + blame.waiting)[which]
        self._handed, self._ended = whole(attempts, "handed_us")[which], whole(attempts, "ended_us")[which]
        self._reply, self._host = column(attempts, "reply")[which], column(attempts, "host")[which]
        self._untried: Bools = blame.cause[which] == PUT_OFF_UNTRIED
        self._sender = column(letters, "sender")[self._letter]
        self._provider = column(letters, "provider")[self._letter]
        self._rests = self._by_way()

    def of_each_incident(self) -> list[tuple[Whole, Whole]]:
        """Give for each incident the letters of the attempts that belong to it, and what each of these cost."""
        table = self._record.incidents
        found = []
        for kind, where, from_us, to_us in zip(
            *(table[name] for name in ("kind", "where", "from_us", "to_us")), strict=True
        ):
            until_us = self._record.simulated_us if to_us == NEVER else to_us
            section, _, place = where.partition(".")
            if " > " in where:
                found.append(self._during_a_rest(where, from_us, until_us))
            elif section == "readers":
                found.append(self._in_the_inbox(self._record.names.providers.index(place), from_us, until_us))
            elif section == "senders":
                found.append(self._in_the_house(self._record.names.senders.index(place), from_us, until_us))
            else:
                there = self._there(section, place) & np.isin(self._reply, ANSWERS[section].get(kind, ()))
                there &= (self._handed < until_us) & (self._ended >= from_us)
                found.append((self._letter[there], self._lasted[there]))
        return found

    def _there(self, section: str, place: str) -> Bools:
        """Mark the failed attempts whose way led by a place."""
        scenario, names = self._record.scenario, self._record.names
        if section == "roads":
            road = scenario.roads[place]
            sender, provider = names.senders.index(road.sender), names.providers.index(road.provider)
            along: Bools = (self._sender == sender) & (self._provider == provider)
            return along
        if section == "resolvers":
            asks = [sender.resolver == place for sender in scenario.senders.values()]
            asking: Bools = np.array(asks, dtype=np.bool_)[self._sender]
            return asking
        if section == "name_servers":
            knows = [place in provider.name_servers for provider in scenario.providers.values()]
            known: Bools = np.array(knows, dtype=np.bool_)[self._provider]
            return known
        name, _, host = place.partition(".")
        mine: Bools = self._provider == names.providers.index(name)
        if host:
            here = self._host == names.hosts.index(place)
            if len(scenario.providers[name].mx) == 1:
                here |= self._host == NO_HOST
            mine &= here
        return mine

    def _by_way(self) -> Mapping[tuple[int, int], Whole]:
        """Group the attempts that were put off untried by sender and provider, in order of time."""
        rests = np.flatnonzero(self._untried)
        if not len(rests):
            return {}
        way = self._sender[rests].astype(np.int64) << 16 | self._provider[rests]
        order = np.lexsort((self._ended[rests], way))
        rests, way = rests[order], way[order]
        firsts = np.flatnonzero(np.diff(way, prepend=-1))
        return {
            (int(way[first]) >> 16, int(way[first]) & 0xFFFF): group
            for first, group in zip(firsts, np.split(rests, firsts[1:]), strict=True)
        }

    def _during_a_rest(self, where: str, from_us: int, until_us: int) -> tuple[Whole, Whole]:
        names = self._record.names
        sender, _, provider = where.partition(" > ")
        way = (names.senders.index(sender), names.providers.index(provider))
        rests = self._rests.get(way, np.zeros(0, dtype=np.int64))
        low, high = np.searchsorted(self._ended[rests], (from_us, until_us))
        return self._letter[rests[low:high]], self._lasted[rests[low:high]]

    def _in_the_inbox(self, provider: int, from_us: int, until_us: int) -> tuple[Whole, Whole]:
        """Give how long letters lay in a provider's inboxes during some time before anybody fetched them."""
        letters, readings = self._record.letters, self._record.readings
        fetched = np.full(len(letters), self._record.simulated_us, dtype=np.int64)
        np.minimum.at(fetched, column(readings, "letter"), whole(readings, "fetched_us"))
        mine = (column(letters, "provider") == provider) & (column(letters, "kind") == LETTER)
        own = np.flatnonzero(mine & (column(letters, "outcome") == INBOX))
        within = np.minimum(fetched[own], until_us) - np.maximum(whole(letters, "ended_us")[own], from_us)
        return own, np.maximum(within, 0)

    def _in_the_house(self, sender: int, from_us: int, until_us: int) -> tuple[Whole, Whole]:
        """Give how long letters stood in a sender's queues during some time."""
        blame, letters = self._blame, self._record.letters
        mine = (column(letters, "sender") == sender) & (column(letters, "kind") == LETTER)
        own, stays = np.flatnonzero(mine), np.flatnonzero(mine[blame.letter])
        still = np.flatnonzero(mine & (blame.standing > 0))
        # What a crash has broken off goes back to the incoming queue.
        again = stays[blame.cause[stays] == AFTER_A_CRASH]
        attempts, aborted = self._record.attempts, self._record.aborted
        activated = np.concatenate((whole(attempts, "activated_us"), whole(aborted, "activated_us")))
        came = np.concatenate(
            (
                whole(letters, "submitted_us")[own],
                activated[stays],
                blame.open_since[still],
                (activated + blame.queue)[again],
            )
        )
        stayed = np.concatenate(
            (blame.submission[own], blame.queue[stays], blame.standing[still], blame.waiting[again])
        )
        within = np.minimum(came + stayed, until_us) - np.maximum(came, from_us)
        letter = np.concatenate((own, blame.letter[stays], still, blame.letter[again]))
        return letter, np.maximum(within, 0)
