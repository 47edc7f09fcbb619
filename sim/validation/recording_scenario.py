"""From a recording's `run.json` to a scenario that replays its arrivals.

What was set becomes a setting, the moments of acceptance become listed letters, the machine becomes the host
preset `recording_machine`. The one thing that is read off the recording's outcome is the phase of the
deferred-queue scans, an accident of when Postfix was started; it is an input and not a fit.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sim.scenario.load import scenario_from_mapping
from sim.scenario.schema import Scenario
from sim.validation import receiver_scenario, recording_postconf, recording_receivers, recording_sites
from sim.validation.recording_folder import Recording
from sim.validation.recording_phase import scan_every_s, scan_phase_s
from sim.validation.recording_settings import duration, epoch_s, parameters, receivers

LETTER_SIZE: Final = "2306 B"
"""Size of each recorded letter, as the queue manager logged it."""
SENDER: Final = "recorded"


def needs(recording: Recording) -> list[str]:
    """List what a recording asks for that scenarios of this version cannot say; empty if it can be replayed."""
    if recording.receiver is not None:
        return receiver_scenario.needs(recording)
    if "providers" not in recording.settings:
        return ["`providers` or `clients` in run.json"]
    return recording_sites.needs(recording) + recording_postconf.needs(parameters(recording))


def has_chance(recording: Recording) -> bool:
    """Tell whether a draw decides anything in a recording, so that it is one sample of many."""
    if recording.receiver is not None:
        return receiver_scenario.has_chance(recording)
    if any(recording_receivers.has_chance(behaviour) for behaviour in receivers(recording).values()):
        return True
    # Hosts of equal preference are tried in an order that is drawn anew for each attempt.
    preferences = [[host.preference for host in site.hosts] for site in recording_sites.sites(recording)]
    return any(len(set(of_site)) < len(of_site) for of_site in preferences)


def returned_letters_stay(recording: Recording) -> bool:
    """Tell whether a letter that went back to the sender stayed in its deferred queue.

    The recorded machine had no mailboxes of its own. Without DNS the look-up of its own domain failed for the
    time being, so returned letters waited; with DNS there was no such domain, and they were gone.
    """
    lifetime = str(parameters(recording).get("bounce_queue_lifetime", "5d"))
    return "dns" not in recording.settings and lifetime.strip("0") not in {"", "s", "d"}


def scenario_of(recording: Recording, changes: Sequence[str] = (), lang: str = "en") -> Scenario:
    """Make the scenario that replays a recording; ask `needs` first whether that is possible.

    Args:
        recording: what is replayed.
        changes: settings in which the replay is to differ from it, each `path=value`.
        lang: the language of what is said to be wrong with them.
    """
    if recording.receiver is not None:
        return receiver_scenario.scenario_of(recording, changes, lang)
    start = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=round(epoch_s(recording) * 1e6))
    return scenario_from_mapping(
        {
            "format": 1,
            "start": start.isoformat(),
            "duration": duration(recording.compared_s),
            "default_road": {"round_trip": "0 s", "jitter": "0 s", "bandwidth": "1000 Gbit/s"},
            "senders": {SENDER: _sender(recording)},
            "providers": recording_sites.providers(recording),
            "resolvers": recording_sites.resolvers(recording),
            "letters": _letters(recording),
            "faults": recording_sites.faults(recording),
        },
        stem=re.sub(r"[^a-z0-9_]", "_", recording.name.lower()),
        lang=lang,
        overrides=changes,
    )


def _sender(recording: Recording) -> dict[str, Any]:
    return {
        "domain": "sender.example",
        "host": "recording_machine",
        "tls": "none",
        "resolver": recording_sites.RESOLVER if "dns" in recording.settings else None,
        "scan_phase": duration(scan_phase_s(recording) % scan_every_s(recording)),
        "postconf": recording_postconf.postconf(parameters(recording)),
    }


def _letters(recording: Recording) -> dict[str, dict[str, Any]]:
    known = receivers(recording)
    found: dict[str, dict[str, Any]] = {}
    for site in recording_sites.sites(recording):
        times = [
            duration(letter.accepted_s) for letter in recording.letters if letter.destination == site.domain
        ]
        if not times:
            continue
        found[f"to_{site.name}"] = entry = {
            "from": SENDER,
            "times": times,
            "to": site.name,
            "size": LETTER_SIZE,
        }
        if site.hosts:
            receiver = site.hosts[0].receiver
            unknown = recording_receivers.unknown_users(known[receiver], receiver)
            if unknown is not None:
                entry["unknown_users"] = unknown
    return found
