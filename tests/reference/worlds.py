"""Small random worlds, each made from one number, in which everything happens that the semantics speak of.

Durations are odd and jittered, so that no two events meet at one moment except where their order is defined.
Some failures take a time without jitter (a connection that times out, a directory that does not answer). They must
not fall into step with the scans, the rests of dead destinations and the importer, so seconds are chosen that have no
common measure, and there are none of these failures where a full active queue lets the importer follow their ends, or
a worn-out process or a rate delay makes others do so.
"""

from random import Random
from typing import Any

from sim.scenario.faults import KINDS_BY_PLACE

Mapping = dict[str, Any]

SENDERS = ("school", "library")
PROVIDERS = ("office", "webmail", "carrier")
LOSSES = ("2 %", "15 %", "40 %")
IN_STEP = {
    "providers": ("silent", "hanging"),
    "resolvers": ("silent", "down", "servfail"),
    "name_servers": ("silent", "servfail", "down", "slow"),
    "roads": ("silent", "losing"),
}
"""Troubles after which attempts end in step, at times without jitter."""
BEYOND = ("disk_full", "disk_full_final", "denying_users", "crash")
"""Troubles that are left to `remembering_worlds`, and to `crashing_worlds`."""


def world(seed: int) -> Mapping:
    """Make the scenario that belongs to a number, as a person would write it."""
    chance = Random(f"world/{seed}")
    senders = SENDERS[: chance.choice((1, 1, 2))]
    providers = PROVIDERS[: chance.choice((1, 2, 2, 3))]
    minutes = chance.choice((20, 40, 90))
    raw: Mapping = {
        "format": 1,
        "seed": chance.randrange(1_000_000),
        "start": chance.choice(("2026-01-05T00:00:00+00:00", "2026-09-01T06:00:00.371+09:00")),
        "duration": f"{minutes} min",
        "senders": {},
        "providers": {name: _provider(chance, name) for name in providers},
        "default_road": _road(chance),
        "letters": {},
    }
    has_resolver = chance.random() < 0.7
    if has_resolver:
        raw["resolvers"] = {"campus": _resolver(chance)}
    for name in senders:
        raw["senders"][name] = _sender(chance, name, has_resolver)
    is_in_step = any(_follows_ends(sender) for sender in raw["senders"].values())
    if has_resolver:
        _give_name_servers(chance, raw, is_in_step)
    for sender in raw["senders"].values():
        sender["outbound_port_25"] = "blocked" if not is_in_step and chance.random() < 0.04 else "open"
    raw["roads"] = {
        f"{sender}_{provider}": {"from": sender, "to": provider, **_road(chance)}
        for sender in senders
        for provider in providers
        if chance.random() < 0.5
    }
    if not is_in_step:
        for road in (raw["default_road"], *raw["roads"].values()):
            road.update(_maybe(chance, 0.2, ("loss", lambda: chance.choice(LOSSES))))
            road.update(_maybe(chance, 0.05, ("round_trip", lambda: _us(chance, 700, 12_000))))
    for index in range(chance.choice((1, 2, 3))):
        raw["letters"][f"entry{index}"] = _letters(chance, senders, providers, minutes)
    raw["readers"] = {name: _readers(chance) for name in providers if chance.random() < 0.5}
    raw["faults"] = _faults(chance, raw, minutes, is_in_step)
    return raw


def _follows_ends(sender: Mapping) -> bool:
    """Tell whether something starts at the end of an attempt and takes its time: importer, process or pause."""
    host, postconf = sender["host"], sender["postconf"]
    imports = host.get("import_time", "0 s") != "0 s" and "qmgr_message_active_limit" in postconf
    wears_out = "process_start" in host and "max_use" in postconf
    return imports or wears_out or any(name.endswith("rate_delay") for name in postconf)


def _us(chance: Random, low_ms: float, high_ms: float) -> str:
    return f"{chance.randrange(int(low_ms * 1000), int(high_ms * 1000))} us"


def _maybe(chance: Random, share: float, value: Any) -> Mapping:
    """Give a key or leave it out: `value` is (key, function of chance)."""
    key, make = value
    return {key: make()} if chance.random() < share else {}


def _uniform(chance: Random, low_ms: float, high_ms: float) -> Mapping:
    low = chance.randrange(int(low_ms * 1000), int(high_ms * 1000))
    return {"uniform": [f"{low} us", f"{low + chance.randrange(1000, int(high_ms * 1000))} us"]}


def _sender(chance: Random, name: str, has_resolver: bool) -> Mapping:
    is_instant = chance.random() < 0.2
    host: Mapping = (
        {}
        if is_instant
        else {
            "commit_time": _uniform(chance, 1, 40),
            "commit_workers": chance.choice((1, 1, 2, 3)),
            "import_time": chance.choice(("0 s", _us(chance, 0.1, 8))),
            "serial_time": chance.choice(("0 s", _us(chance, 0.1, 8))),
            "letter_time": _us(chance, 0, 30),
            "process_start": _us(chance, 0, 90),
            "deferral_time": _us(chance, 0, 20),
        }
    )
    return {
        "domain": f"{name}.example",
        "host": host,
        "resolver": "campus" if has_resolver and chance.random() < 0.8 else "none",
        "tls": chance.choice(("none", "1.2", "1.3")),
        **_maybe(chance, 0.3, ("scan_phase", lambda: _us(chance, 0, 30_000))),
        **_maybe(chance, 0.2, ("retry", lambda: _retry(chance))),
        "postconf": _postconf(chance),
    }


def _retry(chance: Random) -> Mapping:
    """Make the rule of another MTA: fixed waits, then growing ones."""
    first = chance.randrange(30_000_000, 200_000_000)
    growing = {"every": f"{2 * first + 1} us", "factor": chance.choice((1.0, 1.5, 2.0))}
    steps = [{"until": f"{3 * first} us", "every": f"{first} us"}, {"until": f"{60 * first} us", **growing}]
    if chance.random() < 0.5:
        return {
            "steps": steps,
            "jitter": chance.choice(("0 %", "20 %")),
            "queue_run": _us(chance, 9_000, 50_000),
        }
    return {"steps": steps, "jitter": "20 %"}


def _postconf(chance: Random) -> Mapping:
    minimal = chance.choice((3, 19, 61, 151))
    forms = ("1", "0.5", "1/concurrency", "0.8/sqrt_concurrency")
    all_settings: Mapping = {
        "queue_run_delay": chance.choice((10, 30, 100)),
        "minimal_backoff_time": minimal,
        "maximal_backoff_time": minimal * chance.choice((1, 4, 10)),
        "maximal_queue_lifetime": f"{chance.choice((0, 120, 600, 1500, 9000))}s",
        "initial_destination_concurrency": chance.choice((1, 2, 3, 5)),
        "default_destination_concurrency_limit": chance.choice((2, 5, 9)),
        "smtp_destination_concurrency_limit": chance.choice((0, 2, 4, 12)),
        "default_destination_concurrency_positive_feedback": chance.choice(forms),
        "default_destination_concurrency_negative_feedback": chance.choice(forms),
        "default_destination_concurrency_failed_cohort_limit": chance.choice((0, 0.5, 1.5, 3.0)),
        "default_process_limit": chance.choice((1, 2, 4, 7)),
        "qmgr_message_active_limit": chance.choice((1, 3, 8, 25)),
        "max_idle": chance.choice((1, 5, 20)),
        "smtp_tls_connection_reuse": True,
        "smtp_connect_timeout": chance.choice((2, 7, 29)),
        "smtp_helo_timeout": chance.choice((3, 20, 100)),
        "smtp_rcpt_timeout": chance.choice((3, 20, 100)),
        "smtp_data_done_timeout": chance.choice((3, 20, 100)),
        "smtp_connection_cache_on_demand": chance.choice(("yes", "yes", "no")),
        "smtp_connection_cache_time_limit": chance.choice((1, 3, 8)),
        "smtp_connection_reuse_time_limit": chance.choice((2, 10, 40)),
        "smtp_mx_address_limit": chance.choice((0, 1, 2, 3)),
        "smtp_mx_session_limit": chance.choice((0, 1, 2, 3)),
        "smtp_randomize_addresses": chance.choice(("yes", "no")),
        "smtp_skip_5xx_greeting": chance.choice(("yes", "no", "no")),
        "smtp_rset_timeout": chance.choice((1, 5, 20)),
        "smtp_mail_timeout": chance.choice((3, 20, 100)),
        "smtp_data_init_timeout": chance.choice((3, 20, 100)),
        "message_size_limit": chance.choice((0, 60_000, 200_000)),
    }
    rare: Mapping = {
        "max_use": chance.choice((1, 2, 5)),
        "delay_warning_time": f"{chance.choice((20, 200, 900))}s",
        "smtp_destination_rate_delay": f"{chance.choice((0, 1, 13))}s",
        "default_destination_rate_delay": chance.choice((1, 4)),
        "smtp_destination_recipient_limit": 1,
        "default_destination_recipient_limit": chance.choice((1, 0)),
        "soft_bounce": "yes",
    }
    always = {*list(all_settings)[:4], "smtp_connect_timeout"}
    chosen = {key: value for key, value in all_settings.items() if key in always or chance.random() < 0.5}
    return {**chosen, **{key: value for key, value in rare.items() if chance.random() < 0.12}}


def _provider(chance: Random, name: str) -> Mapping:
    wait = chance.choice((7, 40, 130))
    return {
        "domain": f"{name}.example",
        "users": chance.choice((5, 10_000)),
        "mx": _hosts(chance),
        "mx_ttl": _us(chance, 1000, 400_000),
        "address_ttl": _us(chance, 1000, 400_000),
        "banner_delay": _us(chance, 0, 60) if chance.random() < 0.93 else _us(chance, 1_000, 9_000),
        "command_time": _us(chance, 0, 9),
        "accept_time": _uniform(chance, 0, 25) if chance.random() < 0.7 else _us(chance, 0, 9),
        "pipelining": chance.random() < 0.5,
        "tls": chance.random() < 0.5,
        **_maybe(chance, 0.4, ("connection_limit", lambda: _connection_limit(chance))),
        **_maybe(chance, 0.35, ("rate_limit", lambda: _rate_limit(chance))),
        **_maybe(
            chance, 0.3, ("greylisting", lambda: {"delay": f"{wait} s", "retry_window": f"{4 * wait} s"})
        ),
        **_maybe(chance, 0.2, ("user_filter", lambda: "10 %")),
        **_maybe(chance, 0.2, ("temporary_failures", lambda: "20 %")),
        **_maybe(chance, 0.4, ("checking", lambda: _checking(chance))),
        **_maybe(chance, 0.5, ("delivery", lambda: _delivery(chance))),
    }


def _hosts(chance: Random) -> list[Mapping]:
    """Make one, two or four hosts; some differ from what the provider says of all."""
    number = chance.choice((1, 1, 2, 2, 4))
    if number == 1:
        return [{"host": "mx"}]
    preferences = [10] + [chance.choice((10, 10, 20)) for _ in range(number - 1)]
    return [
        {
            "host": f"mx{position}",
            "preference": preference,
            **_maybe(chance, 0.15, ("accept_time", lambda: _uniform(chance, 0, 400))),
            **_maybe(chance, 0.15, ("connection_limit", lambda: _connection_limit(chance))),
        }
        for position, preference in enumerate(preferences, start=1)
    ]


def _connection_limit(chance: Random) -> Mapping:
    return {
        **_maybe(chance, 0.7, ("per_client", lambda: chance.choice((1, 2, 4)))),
        **_maybe(chance, 0.7, ("total", lambda: chance.choice((1, 3, 6)))),
    }


def _rate_limit(chance: Random) -> Mapping:
    return {"rate": chance.choice(("7/min", "0.7/s", "100/h")), "burst": chance.choice((1, 3, 10))}


def _checking(chance: Random) -> Mapping:
    time = chance.choice((_uniform(chance, 5, 300), {"exponential": "90 ms"}))
    return {"workers": chance.choice((1, 2)), "time": time}


def _delivery(chance: Random) -> Mapping:
    time = chance.choice((_uniform(chance, 1, 200), {"lognormal": {"mean": "20 ms", "cv": 2}}))
    return {"time": time, **_maybe(chance, 0.6, ("workers", lambda: chance.choice((1, 2))))}


def _resolver(chance: Random) -> Mapping:
    return {
        "cache": chance.random() < 0.75,
        "hit_time": _us(chance, 0, 2),
        "lookup_time": chance.choice((_uniform(chance, 5, 120), {"exponential": "40 ms"})),
        "timeout": _us(chance, 500, 4000),
        "attempts": chance.choice((1, 2, 3)),
        "upstream_timeout": _us(chance, 30, 400),
        "upstream_tries": chance.choice((1, 2, 5)),
        "servfail_ttl": chance.choice(("0 s", _us(chance, 500, 20_000))),
    }


def _give_name_servers(chance: Random, raw: Mapping, is_in_step: bool) -> None:
    """Let some domains have name servers of their own, and some records that are not the usual ones."""
    servers = {name: {"answer_time": _uniform(chance, 2, 90)} for name in ("ns1", "ns2")}
    if chance.random() < 0.5:
        raw["name_servers"] = servers
    if is_in_step:  # Everybody answers in time.
        in_time = {"timeout": _us(chance, 4_000, 9_000), "upstream_timeout": _us(chance, 100, 400)}
        raw["resolvers"]["campus"].update(in_time)
    for provider in raw["providers"].values():
        if "name_servers" in raw and chance.random() < 0.7:
            provider["name_servers"] = chance.choice((["ns1"], ["ns1", "ns2"], ["ns2", "ns1"]))
        provider["negative_ttl"] = _us(chance, 1000, 400_000)
        if chance.random() < 0.15:
            provider["records"] = chance.choice(("null_mx", "nxdomain"))
        elif len(provider["mx"]) == 1 and chance.random() < 0.25:
            provider["records"] = "address"


def _road(chance: Random) -> Mapping:
    return {
        "round_trip": _us(chance, 1, 250),
        "jitter": _us(chance, 20, 90),
        "bandwidth": chance.choice(("100 Mbit/s", "2 Mbit/s", "64 kbit/s")),
    }


def _letters(chance: Random, senders: tuple[str, ...], providers: tuple[str, ...], minutes: int) -> Mapping:
    shares: Mapping = dict.fromkeys(providers[1:], "30 %")
    shares[providers[0]] = "rest"
    sizes = ("20 kB", {"median": "20 kB", "p90": "150 kB"}, {"median": "200 kB", "p90": "1500 kB"}, "700 B")
    raw: Mapping = {
        "from": chance.choice(senders),
        "to": shares,
        "size": chance.choice(sizes),
        **_maybe(chance, 0.4, ("unknown_users", lambda: "15 %")),
    }
    at_ms = minutes * 60_000 * 0.5
    way = chance.choice(("burst", "over", "pace", "everyday", "everyday", "listed"))
    if way == "listed":
        times = sorted(chance.randrange(int(at_ms * 1000)) for _ in range(chance.randrange(1, 40)))
        return {**raw, "times": [f"{time} us" for time in times]}
    raw["at"] = chance.choice(("0 s", _us(chance, 1, at_ms)))
    if way == "everyday":
        raw["rate"] = chance.choice(("2/min", "9/min", "0.4/s"))
        raw["until"] = _us(chance, at_ms + 1, 1.5 * at_ms)
        if chance.random() < 0.3:
            raw["hours"] = [chance.choice((0.5, 1, 2)) for _ in range(24)]
            raw["weekdays"] = [chance.choice((0.5, 1, 1.5)) for _ in range(7)]
        return raw
    raw["count"] = chance.randrange(1, 61)
    if way == "over":
        raw["over"] = _us(chance, 1000, 300_000)
    elif way == "pace":
        raw["pace"] = chance.choice(("2.93/s", "49.7/min"))
    return raw


def _readers(chance: Random) -> Mapping:
    return {
        "with": {"app": "40 %", "imap": "30 %", "pop3": "rest"},
        "opens_after": chance.choice(
            ({"median": "3 min", "p90": "40 min"}, {"median": "10 s", "p90": "30 s"})
        ),
        "devices": chance.choice((1, 2, 3)),
        "poll": _us(chance, 60_000, 600_000),
    }


def _faults(chance: Random, raw: Mapping, minutes: int, is_in_step: bool) -> list[Mapping]:
    """Make some trouble; at one place one trouble after the other."""
    sections = ("senders", "resolvers", "name_servers", "name_servers", "roads")
    places = [f"{part}.{name}" for part in sections for name in raw.get(part, {})]
    places += [f"providers.{name}" for name in raw["providers"]] * 2
    free_from_ms = dict.fromkeys(places, 0.0)
    faults: list[Mapping] = []
    number, longest_gap = chance.choice(((0, 0), (1, 0.4), (3, 0.4), (6, 0.3), (12, 0.1), (40, 0.04)))
    for _ in range(number):
        place = chance.choice(places)
        at_ms = free_from_ms[place] + chance.uniform(1, minutes * 60_000 * longest_gap)
        if chance.random() < 0.4:  # In the middle of the first conversations, where it is free then.
            at_ms = max(free_from_ms[place] + 1, _first_letter_ms(chance, raw)) + chance.uniform(1, 3_000)
        for_ms = chance.choice((300, 2_000, 8_000, 30_000, 400_000)) * chance.uniform(0.5, 1.5)
        free_from_ms[place] = at_ms + for_ms + 1
        faults.append(_fault(chance, raw, place, at_ms, for_ms, is_in_step))
    return faults


def _first_letter_ms(chance: Random, raw: Mapping) -> float:
    """Give the moment at which one of the entries begins."""
    letters = raw["letters"][chance.choice(list(raw["letters"]))]
    first = letters["times"][0] if "times" in letters else letters["at"]
    number, unit = first.split()
    return float(number) / 1000 if unit == "us" else 0.0


def _fault(
    chance: Random, raw: Mapping, place: str, at_ms: float, for_ms: float, is_in_step: bool
) -> Mapping:
    section = place.partition(".")[0]
    kinds = [kind for kind in KINDS_BY_PLACE[section] if kind not in BEYOND]
    if is_in_step and section != "senders":
        kinds = [kind for kind in kinds if kind not in IN_STEP[section]]
    what = chance.choice(kinds)
    where = place
    if section == "providers" and chance.random() < 0.5:
        hosts = raw["providers"][place.split(".")[1]]["mx"]
        where = f"{place}.{chance.choice(hosts)['host']}"
    at, lasts = f"{int(at_ms * 1000)} us", f"{int(for_ms * 1000)} us"
    fault: Mapping = {"at": at, "for": lasts, "where": where, "what": what}
    if what == "slow":
        is_short = chance.random() < 0.6 or (is_in_step and section == "resolvers")
        fault["by"] = _us(chance, 10, 2000) if is_short else _us(chance, 2000, 30_000)
    if what == "losing":
        fault["share"] = chance.choice(LOSSES)
    return fault
