"""From a recording of a Postfix that receives to a scenario that replays its clients.

The clients are a plain program with so many threads; the moment at which each first began is an input, all else
follows. The receiver is a provider with Postfix's processes and limits, and behind it the same machine's queue manager
carries on what was accepted: to the content filter or, where mail was thrown away, to a host that takes it at once.
The constants are those of the machine on which the sender's recordings were made.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sim.scenario.load import scenario_from_mapping
from sim.scenario.schema import Scenario
from sim.validation import receiver_postconf, recording_receivers
from sim.validation.receiver_machine import PROCESS_START_US, SERIES_US, letter_us
from sim.validation.recording_folder import Recording
from sim.validation.recording_postconf import postconf
from sim.validation.recording_settings import bad, duration, epoch_s, number, parameters, section

CLIENTS: Final = "clients"
RECEIVER: Final = "receiver"
GATEWAY: Final = "gateway"
NEXT_HOP: Final = "next_hop"
LETTER_SIZE: Final = "2285 B"
"""Size of each recorded letter, as the queue manager logged it."""
_MOST_CLIENTS: Final = 100_000
_MOST_LETTERS: Final = 10_000_000
_TIMEOUTS: Final = ("connect", "helo", "mail", "rcpt", "data_init", "data_done")
_KNOWN: Final = frozenset(
    {
        "about",
        "main_cf",
        "maxproc",
        "filter",
        "idle",
        "clients",
        "letters",
        "reuse",
        "retry_s",
        "max_s",
        "t0_epoch",
        "recorded",
    }
)
"""What run.json may say here; with anything else a recording is not covered."""


def needs(recording: Recording) -> list[str]:
    """List what a recording asks for that a scenario cannot say; empty if it can be replayed."""
    found = [f"`{key}` in run.json" for key in recording.settings if key not in _KNOWN]
    found += receiver_postconf.needs(parameters(recording))
    if "filter" in recording.settings:
        found += recording_receivers.needs(section(recording.settings, "filter"), "filter")
    assert recording.receiver is not None
    came_again = any(letter.attempts > 1 for letter in recording.letters)
    refused = any(one.reply.startswith("4") for one in recording.receiver.tries)
    if "retry_s" not in recording.settings and (came_again or refused):
        found.append("`retry_s`: letters were refused, and nobody says when they came again")
    return found


def has_chance(recording: Recording) -> bool:
    """Tell whether a draw decides anything."""
    return recording_receivers.has_chance(section(recording.settings, "filter"))


def scenario_of(recording: Recording, changes: Sequence[str] = (), lang: str = "en") -> Scenario:
    """Make the scenario that replays a recording; ask `needs` first whether that is possible.

    Args:
        recording: what is replayed.
        changes: settings in which the replay is to differ from it, each `path=value`.
        lang: the language of what is said to be wrong with them.
    """
    settings, main_cf = recording.settings, parameters(recording)
    start = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=round(epoch_s(recording) * 1e6))
    behaviour = section(settings, "filter")
    idle = _whole(settings.get("idle", 0), "idle")
    next_hop = {"domain": "next-hop.example", **recording_receivers.rules(behaviour, "filter")}
    next_hop["accept_time"] = recording_receivers.accept_time(behaviour, "filter")
    limit = recording_receivers.connection_limit(behaviour, "filter")
    scenario: dict[str, Any] = {
        "format": 1,
        "start": start.isoformat(),
        "duration": duration(recording.compared_s),
        "default_road": {"round_trip": "0 s", "jitter": "0 s", "bandwidth": "1000 Gbit/s"},
        "senders": {CLIENTS: _clients(recording), GATEWAY: _gateway(main_cf)},
        "providers": {
            RECEIVER: _receiver(settings, main_cf),
            NEXT_HOP: {**next_hop, "connection_limit": limit} if limit else next_hop,
        },
        "letters": {"tries": _letters(recording)},
        "faults": [
            *recording_receivers.faults(behaviour, "filter", f"providers.{NEXT_HOP}"),
        ],
    }
    if idle:
        scenario["silent_clients"] = {"idle": {"from": CLIENTS, "to": RECEIVER, "count": idle}}
    stem = re.sub(r"[^a-z0-9_]", "_", recording.name.lower())
    return scenario_from_mapping(scenario, stem=stem, lang=lang, overrides=changes)


def clients_and_letters(settings: Mapping[str, Any]) -> tuple[int, int]:
    """Give how many clients there were, and how many letters each had."""
    clients = _whole(settings.get("clients"), "clients", 1)
    letters = _whole(settings.get("letters", 1), "letters", 1)
    if clients > _MOST_CLIENTS or clients * letters > _MOST_LETTERS:
        raise bad("clients and letters", (clients, letters), f"at most {_MOST_LETTERS:,} letters")
    return clients, letters


def _clients(recording: Recording) -> dict[str, Any]:
    settings = recording.settings
    clients, _ = clients_and_letters(settings)
    # The recorded program has the patience of the whole recording.
    patience_s = int(recording.length_s) + 1
    return {
        "domain": "clients.example",
        "tls": "none",
        "program": {
            "threads": clients,
            "reuse_connections": bool(settings.get("reuse", False)),
            "retry_after": duration(number(settings.get("retry_s", 5), "retry_s")),
        },
        "postconf": {f"smtp_{name}_timeout": f"{patience_s}s" for name in _TIMEOUTS},
    }


def _gateway(main_cf: Mapping[str, Any]) -> dict[str, Any]:
    """Give the machine as seen from behind: its queue manager and its SMTP client."""
    own = {key: value for key, value in main_cf.items() if not key.startswith("smtpd_")}
    flow = {"in_flow_delay": own["in_flow_delay"]} if "in_flow_delay" in own else {}
    return {
        "domain": "gateway.example",
        "host": "recording_machine",
        "tls": "none",
        "scan_phase": "0 s",
        "postconf": {**postconf(own), **flow},
    }


def _receiver(settings: Mapping[str, Any], main_cf: Mapping[str, Any]) -> dict[str, Any]:
    usual = receiver_postconf.process_limit(main_cf)
    limit = _whole(settings.get("maxproc", usual), "maxproc", 1)
    busy_us = round(receiver_postconf.sleep_s(main_cf) * 1e6) + letter_us()
    return {
        "domain": "receiver.example",
        "pipelining": False,
        "accept_time": f"{busy_us} us",
        "checking": {"workers": 1, "time": f"{SERIES_US} us"},
        "server_processes": {
            "limit": limit,
            # The port listens with room for as many as the larger of both limits (master_listen.c).
            "accept_queue": max(limit, usual) + 1,
            "start_time": f"{PROCESS_START_US} us",
            "silence_timeout": duration(receiver_postconf.silence_s(main_cf)),
            # A service that only the machine itself can reach is never under stress (master_ent.c).
            "stress_mode": False,
        },
        **receiver_postconf.limits(main_cf),
        "relay": {"by": GATEWAY, "to": NEXT_HOP},
    }


def _letters(recording: Recording) -> dict[str, Any]:
    """Give all letters: each client's first one when it began, the others with the last of these."""
    _, letters = clients_and_letters(recording.settings)
    assert recording.receiver is not None
    begun = recording.receiver.begun_s
    times = [*begun, *([begun[-1]] * (len(begun) * (letters - 1)))]
    return {
        "from": CLIENTS,
        "to": RECEIVER,
        "size": LETTER_SIZE,
        "times": [duration(moment_s) for moment_s in times],
    }


def _whole(value: object, what: str, least: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 10**9:
        raise bad(what, value, f"a whole number, {least} or more")
    return value
