"""Random worlds whose receivers remember, and whose senders react: see worlds for the others.

To a random world come addresses, rules of receivers with a memory, full disks and denied users, suspensions,
suppression lists and warm-up schedules. What the rules add in time is odd, and follows upon moments that have a jitter,
so that still no two events meet at one moment.
"""

from random import Random
from typing import Any

from tests.reference.crowded_worlds import several
from tests.reference.worlds import Mapping, world

FIRST = 2_000_000
"""These worlds are made from others than those of the numbers that `worlds` itself is used with."""
INNER_TROUBLES = ("disk_full", "disk_full_final", "denying_users")
ADDRESSES = ("192.0.2.10", "192.0.2.77", "198.51.100.9", "198.51.100.10", "2001:db8::1", "2001:db8:0:1::1")
LISTED = (*ADDRESSES, "192.0.2.0/24", "198.51.100.0/28", "2001:db8::/32")
AFTER_GREETING = ("450 4.7.1", "421 4.7.28", "454 4.7.0", "554 5.7.0")
REPLIES = {"greeting": ("421 4.7.0", "421 4.7.28"), "rcpt": AFTER_GREETING, "end_of_data": AFTER_GREETING}
TOLD = ("450 4.7.1", "421 4.7.28", "450 4.2.0", "421 4.7.0", "452 4.3.1", "550 5.1.1", "421 4.3.2")


def remembering_world(number: int) -> Mapping:
    """Make the scenario that belongs to a number, as a person would write it."""
    chance = Random(f"remembering world/{number}")
    raw = several(FIRST + number) if chance.random() < 0.3 else world(FIRST + number)
    minutes = int(raw["duration"].split()[0])
    if chance.random() < 0.15:
        raw["duration"] = "3 d"
    addresses = chance.sample(ADDRESSES, len(ADDRESSES))
    for place, sender in enumerate(raw["senders"].values()):
        _give_addresses(chance, sender, addresses[3 * place : 3 * place + 3], minutes)
        sender.update(_maybe(chance, 0.4, ("suspensions", lambda: _suspensions(chance))))
        sender.update(_maybe(chance, 0.4, ("bounce_handling", lambda: _bounce_handling(chance))))
    if len(raw["senders"]) == 2 and chance.random() < 0.3:
        raw["senders"]["library"]["domain"] = raw["senders"]["school"]["domain"]
    share = chance.choice((0.15, 0.3, 0.45))
    for provider in raw["providers"].values():
        _give_rules(chance, provider, minutes, list(raw["senders"]), share)
    for entry in raw["letters"].values():
        _give_traits(chance, entry)
        if entry.get("recipients", 1) > 3 and "rate" in entry:
            entry["rate"] = "1.1/min"  # Else there would be thousands.
    raw["letters"]["again"] = _letters_once_more(chance, raw, minutes)
    raw["faults"] += _inner_troubles(chance, raw, minutes)
    if _may_ask_no_host(raw):
        # Such deliveries take a time without jitter, and processes would start at their ends.
        for sender in raw["senders"].values():
            sender["host"].pop("process_start", None)
    return raw


def _may_ask_no_host(raw: Mapping) -> bool:
    """Tell whether deliveries may end with what the directory says."""
    records = {provider.get("records", "mx") for provider in raw["providers"].values()}
    places = {fault["where"].partition(".")[0] for fault in raw["faults"]}
    return bool(records & {"null_mx", "nxdomain"} or places & {"resolvers", "name_servers"})


def _us(chance: Random, low_s: float, high_s: float) -> str:
    return f"{chance.randrange(int(low_s * 1e6), int(high_s * 1e6))} us"


def _maybe(chance: Random, share: float, value: Any) -> Mapping:
    """Give a key or leave it out: `value` is (key, function of chance)."""
    key, make = value
    return {key: make()} if chance.random() < share else {}


def _give_addresses(chance: Random, sender: Mapping, own: list[str], minutes: int) -> None:
    sender["addresses"] = own[: chance.choice((1, 2, 3))]
    if chance.random() < 0.2:
        other = own[1:] if sender["addresses"] != own[1:] else own[:1]
        sender["address_changes"] = [{"at": _us(chance, 1, minutes * 30), "addresses": other}]
    sender["address_choice"] = chance.choice(("first", "per_letter", "per_attempt"))
    sender["reverse_dns"] = chance.random() < 0.8


def _suspensions(chance: Random) -> list[Mapping]:
    told = chance.sample(TOLD, chance.choice((1, 2, 4)))
    return [{"reply": reply, "for": _us(chance, 1, chance.choice((10, 300)))} for reply in told]


def _bounce_handling(chance: Random) -> Mapping:
    return {
        "suppress_after": chance.choice((1, 1, 2, 3)),
        "apart": chance.choice(("0 s", _us(chance, 10, 600))),
        "obeys_complaints": chance.random() < 0.7,
    }


def _give_rules(chance: Random, provider: Mapping, minutes: int, senders: list[str], share: float) -> None:
    rules: Mapping = {
        "connection_rate": lambda: _connection_rate(chance),
        "session_limits": lambda: _session_limits(chance),
        "reverse_dns": lambda: {"missing": chance.choice(("let_in", "put_off", "refused"))},
        "blocklists": lambda: [_blocklist(chance, minutes) for _ in range(chance.choice((1, 1, 2)))],
        "rate_limit": lambda: _rate_limit(chance),
        "further_rate_limits": lambda: [_rate_limit(chance) for _ in range(chance.choice((1, 2, 3)))],
        "greylisting": lambda: _greylisting(chance),
        "content_filter": lambda: _content_filter(chance),
        "reputation": lambda: _reputation(chance, senders),
    }
    for name, make in rules.items():
        provider.update(_maybe(chance, share, (name, make)))
    provider["feedback"] = chance.choice(("none", "aggregate", "per_letter", "per_letter"))


def _connection_rate(chance: Random) -> Mapping:
    return {"limit": chance.choice((1, 3, 10)), "time_unit": chance.choice(("60 s", "3 s", "7100 ms"))}


def _session_limits(chance: Random) -> Mapping:
    return {
        **_maybe(chance, 0.7, ("letters", lambda: chance.choice((1, 2, 5)))),
        **_maybe(chance, 0.5, ("recipients", lambda: chance.choice((2, 5, 20)))),
    }


def _blocklist(chance: Random, minutes: int) -> Mapping:
    listings = [
        {
            "address": chance.choice(LISTED),
            "at": _us(chance, 0, minutes * 40),
            **_maybe(chance, 0.8, ("for", lambda: _us(chance, 1, minutes * 20))),
        }
        for _ in range(chance.choice((1, 2, 4)))
    ]
    return {
        "listings": listings,
        "answers": chance.choice(("well", "well", "well", "error_code", "silent")),
        "match": chance.choice(("any", "listing_codes", "listing_codes")),
        "lookup_time": chance.choice(("0 s", _us(chance, 0.001, 2))),
        "timeout": _us(chance, 2, 11),
    }


def _rate_limit(chance: Random) -> Mapping:
    stage = chance.choice(("greeting", "rcpt", "rcpt", "end_of_data"))
    keys = ("ip", "netblock") if stage == "greeting" else ("ip", "netblock", "domain", "mailbox")
    return {
        "rate": chance.choice(("7/min", "0.7/s", "100/h")),
        "burst": chance.choice((1, 3, 10)),
        "stage": stage,
        "key": chance.choice(keys),
        **_maybe(chance, 0.5, ("reply", lambda: chance.choice(REPLIES[stage]))),
        **_maybe(chance, 0.3, ("penalty", lambda: _us(chance, 1, 200))),
    }


def _greylisting(chance: Random) -> Mapping:
    wait = chance.choice((7, 40, 130))
    return {
        "delay": f"{wait} s",
        "retry_window": f"{chance.choice((3, 30)) * wait} s",
        "network": chance.choice((24, 32)),
        **_maybe(chance, 0.5, ("auto_allowlist", lambda: chance.choice((1, 1, 2)))),
        **_maybe(chance, 0.5, ("forget_after", lambda: _us(chance, 20, chance.choice((2_000, 20_000))))),
    }


def _content_filter(chance: Random) -> Mapping:
    return {
        "missed": chance.choice(("0 %", "30 %")),
        "mistaken": chance.choice(("0 %", "10 %")),
        "puts": chance.choice(("spam", "refused", "discarded")),
    }


def _reputation(chance: Random, senders: list[str]) -> Mapping:
    stage = chance.choice(("greeting", "rcpt", "end_of_data"))
    too_fast = ("421 4.7.28",) if stage == "greeting" else ("421 4.7.28", "450 4.7.1")
    refused = ("421 4.7.0",) if stage == "greeting" else ("421 4.7.0", "550 5.7.1")
    return {
        "kept_by": chance.choice(("ip", "domain", "both")),
        "stranger": chance.choice(("5/d", "20/d", "100/d", "1/min")),
        "growth_per_day": chance.choice((1.0, 1.5, 4.0)),
        "half_life": chance.choice(("1 d", "5 d", "14 d")),
        "judged_over": chance.choice(("7 d", "2 h", "3 min")),
        "known": {name: "40/d" for name in senders if chance.random() < 0.3},
        "harmless_complaints": "1 %",
        "fatal_complaints": chance.choice(("3 %", "20 %")),
        "harmless_unknown_users": "2 %",
        "fatal_unknown_users": chance.choice(("10 %", "50 %")),
        "fewest_letters": chance.choice((5, 20, 100)),
        "trap_complaints": chance.choice((1.0, 10.0)),
        "pushing_complaints": chance.choice((0.0001, 0.05)),
        "stage": stage,
        "too_fast_reply": chance.choice(too_fast),
        "refused_reply": chance.choice(refused),
    }


def _give_traits(chance: Random, entry: Mapping) -> None:
    entry.update(_maybe(chance, 0.5, ("spam", lambda: chance.choice(("20 %", "90 %")))))
    entry.update(_maybe(chance, 0.4, ("spam_traps", lambda: "4 %")))
    entry.update(_maybe(chance, 0.5, ("complaints", lambda: "10 %")))
    entry.update(_maybe(chance, 0.4, ("unsubscribes", lambda: "10 %")))


def _letters_once_more(chance: Random, raw: Mapping, minutes: int) -> Mapping:
    """Make a campaign to addresses to which there were letters before."""
    first = raw["letters"]["entry0"]
    way = chance.choice(("pace", "over", "warm_up"))
    ways = {
        "pace": lambda: chance.choice(("2.93/s", "9.7/min")),
        "over": lambda: _us(chance, 1, minutes * 20 if raw["duration"] != "3 d" else 90_000),
        "warm_up": lambda: {"letters_a_day": chance.choice(([317, 911], [1999], [53, 71, 613]))},
    }
    raw_entry: Mapping = {
        "from": first["from"],
        "to": dict(first["to"]),
        "size": "3 kB",
        "at": _us(chance, 1, minutes * 40 if raw["duration"] != "3 d" else 40_000),
        "count": chance.choice((20, 60)),
        way: ways[way](),
    }
    _give_traits(chance, raw_entry)
    if "recipients" in first and chance.random() < 0.5:
        raw_entry["recipients"] = chance.choice((1, 2, 5))
        raw_entry["count"] = 20
    return raw_entry


def _inner_troubles(chance: Random, raw: Mapping, minutes: int) -> list[Mapping]:
    """Fill disks and deny users, one trouble after the other at one host, and none beside another trouble there."""
    troubles: list[Mapping] = []
    for name, provider in raw["providers"].items():
        where = f"providers.{name}"
        if chance.random() < 0.4:
            where = f"{where}.{chance.choice(provider['mx'])['host']}"
        if any(fault["where"].startswith(f"providers.{name}") for fault in raw["faults"]):
            continue
        at_s = 0.0
        for _ in range(chance.choice((0, 1, 2, 3))):
            at_s += chance.uniform(0.001, minutes * 15)
            lasts_s = chance.uniform(0.3, minutes * 10)
            what = chance.choice(INNER_TROUBLES)
            trouble: Mapping = {
                "at": f"{int(at_s * 1e6)} us",
                "for": f"{int(lasts_s * 1e6)} us",
                "where": where,
                "what": what,
            }
            if what == "denying_users":
                trouble["share"] = chance.choice(("20 %", "70 %"))
            troubles.append(trouble)
            at_s += lasts_s + 0.001
    return troubles
