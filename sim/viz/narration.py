"""One letter's journey as a short story, in the words of mail or in those of the post office.

What takes no time that anybody would notice is left out: the table of the journey has it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import pandas as pd

from sim.analogy.labels import label
from sim.analogy.terms import terms
from sim.results.journeys import Journey, Stop
from sim.viz.amounts import duration_words, moment_words

VOCABULARIES: Final = ("mail", "post")
"""The words of mail, and those of the post office."""
NOTABLE_S: Final = 1.0
"""A wait that is shorter is not told."""
QUICK: Final = ("spool", "incoming", "active", "asked_dns", "asked_cache", "with_fellows", "delivery")
"""Stops that are told only if they take long."""
WAYS: Final = ("connected", "connection_reused", "went_along")
"""Stops that are told within the sentence of the answer that follows."""
STAYS: Final = ("spool", "incoming", "deferred", "delivery")
"""Stops at which a letter may be when the run ends."""
ONCE: Final = ("fetched", "opened")
"""Stops that may come once for each device, of which the first is told."""
MOST_TROUBLES: Final = 3


def narrate(
    told: Journey, incidents: pd.DataFrame, start: datetime, words: str = "post", lang: str = "en"
) -> list[str]:
    """Tell a journey, one sentence after the other.

    Args:
        told: the journey.
        incidents: the table of incidents; those that the letter met are told.
        start: the moment that is time 0.
        words: `mail` or `post`.
        lang: the language.
    """
    teller = _Teller(told, start, words, lang)
    sentences = list(teller.sentences())
    met = _met(told, incidents)
    if met:
        sentences.insert(1, teller.trouble(met))
    return sentences


class _Teller:
    """Who tells: what stays the same from one sentence to the next."""

    def __init__(self, told: Journey, start: datetime, words: str, lang: str) -> None:
        self._told, self._start, self._words, self._lang = told, start, words, lang
        self._numbered = any(stop.attempt is not None and stop.attempt > 1 for stop in told.stops)
        self._explained: set[str] = set()
        self._way, self._clock = "", ""

    def sentences(self) -> Iterator[str]:
        """Give the sentences, those that say nothing included in none."""
        traits = self._told.traits
        if traits["kind"] == "duplicate":
            yield self._say("duplicate_begins", None)
        once: set[str] = set()
        for stop in self._told.stops:
            if stop.what in ONCE:
                if stop.what in once:
                    continue
                once.add(stop.what)
            yield from filter(None, self._stop(stop))

    def _stop(self, stop: Stop) -> Iterator[str]:
        what = stop.what
        if what in WAYS:
            self._way = self._say(what, stop)
        elif what == "spool":
            is_notice = self._told.traits["kind"] in ("dsn", "warning")
            yield self._say("notice" if is_notice else "spool", stop)
            if stop.stayed_s is None:
                yield self._say("spool_at_end", stop)
            elif stop.stayed_s >= NOTABLE_S:
                yield self._say("spool_wait", stop)
        elif stop.stayed_s is None and what in STAYS:
            yield self._say(f"{what}_at_end", stop)
        elif what in QUICK and (stop.stayed_s or 0.0) < NOTABLE_S:
            return
        else:
            is_taken = what == "answered" and stop.fields["reply_name"] == "accepted"
            yield self._say("taken" if is_taken else what, stop)
            yield self._because(stop)

    def _because(self, stop: Stop) -> str:
        """Say once what an answer means."""
        name = stop.fields.get("reply_name", "accepted")
        if name == "accepted" or name in self._explained:
            return ""
        self._explained.add(name)
        return self._label("because", about=terms()[f"reply.{name}"].about[self._lang])

    def _say(self, key: str, stop: Stop | None) -> str:
        said = self._label(key, **self._fields(stop))
        if stop is not None and stop.what not in (*WAYS, *QUICK[1:], "deferred"):
            self._clock = moment_words(self._start, float(int(stop.at_s)), self._lang)
        return said

    def _label(self, key: str, **fields: object) -> str:
        return label(f"story_{self._words}.{key}", self._lang, **fields)

    def _fields(self, stop: Stop | None) -> Mapping[str, str]:
        traits, lang = self._told.traits, self._lang
        said = {name: str(traits[name]) for name in ("letter", "sender", "provider")}
        said["size"] = f"{traits['size_bytes'] / 1000:,.1f}"
        if stop is None:
            return said
        said["when"] = self._when(stop)
        said["host"] = stop.place
        said["time"] = "" if stop.stayed_s is None else duration_words(stop.stayed_s, lang)
        begun_s = min(one.at_s for one in self._told.stops)
        said["total"] = duration_words(stop.at_s - begun_s, lang)
        said["way"] = self._way
        said["try"] = self._try(stop)
        said.update(self._answer(stop.fields))
        if "reader" in stop.fields:
            said["reader"] = self._term(f"reader.{stop.fields['reader']}")
        return said

    def _when(self, stop: Stop) -> str:
        """Say the time of day; nobody wants to hear the same second twice."""
        clock = moment_words(self._start, float(int(stop.at_s)), self._lang)
        if clock == self._clock:
            return label("story.at_once", self._lang)
        return label("story.when", self._lang, clock=clock)

    def _try(self, stop: Stop) -> str:
        if not self._numbered or stop.attempt is None:
            return "、" if self._lang == "ja" else ""
        return label("story.try", self._lang, attempt=stop.attempt)

    def _answer(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        if "reply_name" not in fields:
            return {}
        stage = "" if fields["stage"] == "none" else self._term(f"stage.{fields['stage']}")
        return {
            "reply": self._term(f"reply.{fields['reply_name']}"),
            "code": str(fields["reply"]),
            "where": label("story.where", self._lang, stage=stage) if stage else "",
        }

    def _term(self, key: str) -> str:
        one = terms()[key]
        return (one.post if self._words == "post" else one.mail)[self._lang]

    def trouble(self, met: list["_Trouble"]) -> str:
        """Say what was broken where the letter went."""
        said = [
            label(
                "story.trouble",
                self._lang,
                kind=self._term(f"fault.{one.kind}"),
                where=one.where.partition(".")[2],
                since=moment_words(self._start, one.from_s, self._lang),
                until=moment_words(self._start, one.to_s, self._lang),
            )
            for one in met
        ]
        return self._label("trouble", troubles=label("story.next", self._lang).join(said))


class _Trouble(NamedTuple):
    kind: str
    where: str
    from_s: float
    to_s: float


def _met(told: Journey, incidents: pd.DataFrame) -> list[_Trouble]:
    """Give the incidents that a letter met: those of its places, while it was there or tried to get there.

    What the sender itself put off is told by the letter's stops.
    """
    sender, provider = told.traits["sender"], told.traits["provider"]
    tries = [
        stop for stop in told.stops if stop.attempt is not None and stop.what not in ("active", "suspended")
    ]
    hosts = {f"providers.{stop.place}" for stop in tries} | {f"providers.{provider}"}
    in_dns = [s for s in tries if s.fields.get("reply_name") == "dns_try_again" or _is_slow(s, "asked_dns")]
    on_road = [s for s in tries if _is_slow(s, *WAYS, "answered") or s.what == "not_connected"]
    at_sender = [stop for stop in told.stops if stop.place == sender]

    def there(where: str) -> list[Stop]:
        if where in hosts:
            return [stop for stop in tries if stop not in in_dns]
        if where == f"senders.{sender}":
            return at_sender
        if where.startswith("roads."):
            return on_road
        return in_dns if where.startswith(("resolvers.", "name_servers.")) else []

    ends = incidents["to_s"].fillna(float("inf")).astype(float)
    columns = (
        incidents["kind"].astype(str),
        incidents["where"].astype(str),
        incidents["from_s"].astype(float),
    )
    met = [
        one
        for one in (_Trouble(*row) for row in zip(*columns, ends, strict=True))
        if one.kind != "suspended"
        and any(s.at_s < one.to_s and s.at_s + (s.stayed_s or 0.0) >= one.from_s for s in there(one.where))
    ]
    return met[:MOST_TROUBLES]


def _is_slow(stop: Stop, *whats: str) -> bool:
    return stop.what in whats and (stop.stayed_s or 0.0) >= NOTABLE_S
