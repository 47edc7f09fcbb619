"""Checks across the parts of a scenario: does every name that is used belong to something?

They work on the mapping as written, and look only at parts that have the right form, so that they find what they
can even where something else is wrong.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sim.scenario.nearest import nearest


@dataclass(frozen=True)
class Found:
    """Something wrong: its code, where it is (`at`), and what the sentence needs."""

    code: str
    at: tuple[str | int, ...]
    fields: dict[str, Any] = field(default_factory=dict)


_PLACES_OF_FAULTS: Final = ("providers", "senders", "resolvers", "name_servers", "roads", "readers")


def cross_checks(raw: Mapping[str, Any]) -> list[Found]:
    """Return everything that does not fit together, in the order of the checks."""
    return [
        *_resolvers(raw),
        *_name_servers(raw),
        *_known_senders(raw),
        *_letters(raw),
        *_relays(raw),
        *_silent_clients(raw),
        *_readers(raw),
        *_roads(raw),
        *_faults(raw),
        *_watch(raw),
    ]


def _part(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = raw.get(key)
    return part if isinstance(part, Mapping) else {}


def _items(raw: Mapping[str, Any], key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, item in _part(raw, key).items():
        if isinstance(item, Mapping):
            yield name, item


def _unknown(raw: Mapping[str, Any], section: str, name: Any, *at: str | int) -> Iterator[Found]:
    """Find a name that stands for nothing in a section."""
    known = [str(one) for one in _part(raw, section)]
    if isinstance(name, str) and not known:
        yield Found("nothing_to_name", at, {"found": name, "section": section})
    elif isinstance(name, str) and name not in known:
        fields: dict[str, Any] = {"found": name, "section": section, "expected": ", ".join(known)}
        if close := nearest(name, known):
            fields["nearest"] = close
        yield Found(f"unknown_{section.removesuffix('s')}", at, fields)


def _resolvers(raw: Mapping[str, Any]) -> Iterator[Found]:
    for name, sender in _items(raw, "senders"):
        if sender.get("resolver") not in (None, "none"):
            yield from _unknown(raw, "resolvers", sender["resolver"], "senders", name, "resolver")


def _name_servers(raw: Mapping[str, Any]) -> Iterator[Found]:
    for name, provider in _items(raw, "providers"):
        servers = provider.get("name_servers")
        for index, server in enumerate(servers if isinstance(servers, list | tuple) else ()):
            yield from _unknown(raw, "name_servers", server, "providers", name, "name_servers", index)


def _known_senders(raw: Mapping[str, Any]) -> Iterator[Found]:
    for name, provider in _items(raw, "providers"):
        for sender in _part(_part(provider, "reputation"), "known"):
            yield from _unknown(raw, "senders", sender, "providers", name, "reputation", "known", sender)


def _letters(raw: Mapping[str, Any]) -> Iterator[Found]:
    for name, letters in _items(raw, "letters"):
        yield from _unknown(raw, "senders", letters.get("from"), "letters", name, "from")
        forwarded = letters.get("forwarded")
        if isinstance(forwarded, Mapping):
            yield from _written_by(raw, letters, forwarded, "letters", name, "forwarded", "written_by")
        to = letters.get("to")
        if isinstance(to, str):
            yield from _unknown(raw, "providers", to, "letters", name, "to")
        for provider in to if isinstance(to, Mapping) else ():
            yield from _unknown(raw, "providers", provider, "letters", name, "to", provider)
        sender, recipients = _part(raw, "senders").get(str(letters.get("from"))), letters.get("recipients", 1)
        if isinstance(sender, Mapping) and sender.get("program") is not None and recipients != 1:
            fields = {"found": f"recipients: {recipients}", "other": "program", "expected": "recipients: 1"}
            yield Found("does_not_go_with", ("letters", name, "recipients"), fields)


def _relays(raw: Mapping[str, Any]) -> Iterator[Found]:
    following: dict[Any, Any] = {}
    for name, provider in _items(raw, "providers"):
        relay = provider.get("relay")
        if not isinstance(relay, Mapping):
            continue
        yield from _unknown(raw, "senders", relay.get("by"), "providers", name, "relay", "by")
        yield from _unknown(raw, "providers", relay.get("to"), "providers", name, "relay", "to")
        carrier = _part(raw, "senders").get(relay.get("by", ""))
        if isinstance(carrier, Mapping) and carrier.get("program") is not None:
            yield Found("relay_by_program", ("providers", name, "relay", "by"), {"found": relay["by"]})
        following[name] = relay.get("to")
    for name in following:
        way, place = [name], following[name]
        while place in following and place not in way:
            way.append(place)
            place = following[place]
        if place == name:
            found = ", ".join([*way, name])
            yield Found("relay_in_circle", ("providers", name, "relay", "to"), {"found": found})
            return


def _silent_clients(raw: Mapping[str, Any]) -> Iterator[Found]:
    for name, silent in _items(raw, "silent_clients"):
        yield from _unknown(raw, "senders", silent.get("from"), "silent_clients", name, "from")
        yield from _unknown(raw, "providers", silent.get("to"), "silent_clients", name, "to")


def _written_by(
    raw: Mapping[str, Any], letters: Mapping[str, Any], forwarded: Mapping[str, Any], *at: str | int
) -> Iterator[Found]:
    writer = forwarded.get("written_by")
    yield from _unknown(raw, "senders", writer, *at)
    if isinstance(writer, str) and writer == letters.get("from"):
        yield Found("forwards_its_own", at, {"found": writer})


def _readers(raw: Mapping[str, Any]) -> Iterator[Found]:
    for provider in _part(raw, "readers"):
        yield from _unknown(raw, "providers", provider, "readers", provider)


def _roads(raw: Mapping[str, Any]) -> Iterator[Found]:
    ends: dict[tuple[Any, Any], str] = {}
    for name, road in _items(raw, "roads"):
        yield from _unknown(raw, "senders", road.get("from"), "roads", name, "from")
        yield from _unknown(raw, "providers", road.get("to"), "roads", name, "to")
        pair = (road.get("from"), road.get("to"))
        if not all(isinstance(end, str) for end in pair):
            continue
        if pair in ends:
            yield Found("second_road", ("roads", name), {"found": name, "other": ends[pair]})
        ends.setdefault(pair, name)


def _faults(raw: Mapping[str, Any]) -> Iterator[Found]:
    faults = raw.get("faults")
    for index, fault in enumerate(faults if isinstance(faults, list | tuple) else ()):
        where = fault.get("where") if isinstance(fault, Mapping) else None
        if isinstance(where, str):
            yield from _place(raw, where, "faults", index, "where")


def _place(raw: Mapping[str, Any], where: str, *at: str | int) -> Iterator[Found]:
    section, _, rest = where.partition(".")
    sections = _PLACES_OF_FAULTS
    if section not in sections or not rest:
        fields = {"found": where, "expected": ", ".join(_places(raw)) or "providers.office"}
        if close := nearest(where, _places(raw)):
            fields["nearest"] = close
        yield Found("unknown_place", at, fields)
        return
    name, _, host = rest.partition(".")
    if not _places(raw):
        yield Found("nothing_to_name", at, {"found": where, "section": section})
    elif name not in _part(raw, section) or (host and host not in _hosts(raw, section, name)):
        fields = {"found": where, "expected": ", ".join(_places(raw))}
        if close := nearest(where, _places(raw)):
            fields["nearest"] = close
        yield Found("unknown_place", at, fields)


def _hosts(raw: Mapping[str, Any], section: str, name: str) -> list[str]:
    """Return the names of a provider's hosts; a provider that lists none has the one called mx."""
    provider = _part(raw, section).get(name)
    if section != "providers" or not isinstance(provider, Mapping):
        return []
    hosts = provider.get("mx", [{"host": "mx"}])
    found = (
        [host.get("host") for host in hosts if isinstance(host, Mapping)]
        if isinstance(hosts, list | tuple)
        else []
    )
    return [name for name in found if isinstance(name, str)]


def _places(raw: Mapping[str, Any]) -> list[str]:
    places = [f"{section}.{name}" for section in _PLACES_OF_FAULTS for name in _part(raw, section)]
    places += [
        f"providers.{name}.{host}"
        for name in _part(raw, "providers")
        for host in _hosts(raw, "providers", name)
    ]
    return list(dict.fromkeys(places))


def _watch(raw: Mapping[str, Any]) -> Iterator[Found]:
    watch = raw.get("watch")
    for index, letter in enumerate(watch if isinstance(watch, list | tuple) else ()):
        match = (
            re.fullmatch(r"([a-z][a-z0-9_]*)/([1-9][0-9]{0,18})", letter) if isinstance(letter, str) else None
        )
        if match is None:
            continue  # its form is wrong, which the model says
        entry = _part(raw, "letters").get(match[1])
        if entry is None:
            yield from _unknown(raw, "letters", match[1], "watch", index)
        elif isinstance(entry, Mapping):
            times = entry.get("times")
            messages = len(times) if isinstance(times, list | tuple) else entry.get("count")
            recipients = entry.get("recipients", 1)
            if not isinstance(messages, int) or not isinstance(recipients, int):
                continue
            number = messages * recipients
            if 0 < number < int(match[2]):
                yield Found(
                    "no_such_letter",
                    ("watch", index),
                    {"found": letter, "expected": f"{match[1]}/1 … {match[1]}/{number}"},
                )
