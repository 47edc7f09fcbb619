"""From a recording's `run.json` to a scenario that replays its arrivals.

What was set becomes a setting, the moments of acceptance become listed letters, the machine becomes the host
preset `recording_machine`. The one thing that is read off the recording's outcome is the phase of the
deferred-queue scans, an accident of when Postfix was started; it is an input and not a fit.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, Final

from sim.errors import RecordingError
from sim.scenario.load import scenario_from_mapping
from sim.scenario.postconf import Postconf
from sim.scenario.schema import Scenario
from sim.validation.recording_folder import Recording

LETTER_SIZE: Final = "2306 B"
"""Size of each recorded letter, as the queue manager logged it."""
_LETTER_TIME_S: Final = 0.006
"""From a scan to the earliest end of a delivery, the provider's own time excluded: about one letter's work."""
_YEAR_1980: Final = 315_532_800
_YEAR_2200: Final = 7_258_118_400
_QUIET_S: Final = 1.0
"""A delivery after so long a silence is the first of a scan."""
_NO_MATTER: Final = {
    "soft_bounce": "its value `no` is the default",
    "transport_retry_time": "concerns delivery programs that cannot be started",
}
_PROVIDER_KEYS: Final = {
    "ip", "data_s", "data_dist", "cmd_s", "banner_s", "max_conns", "rate_per_s", "burst", "grey_s", "hard_p", "down",
    "pipelining",
}  # fmt: skip


def needs(recording: Recording) -> list[str]:
    """List what a recording asks for that scenarios of this version cannot say; empty if it can be replayed."""
    if "providers" not in recording.settings:
        return ["a recorded receiver: run.json has no `providers`"]
    wanted = [f"`{key}` in run.json" for key in ("dns",) if key in recording.settings]
    first_s = recording.letters[0].accepted_s
    for domain, behaviour in _providers(recording).items():
        wanted += [f"`{key}` at {domain}" for key in behaviour if key not in _PROVIDER_KEYS]
        if behaviour.get("data_dist", "exp") != "exp":
            wanted.append(f"`data_dist: {behaviour['data_dist']}` at {domain}")
        if any(begin > first_s for begin, _ in _down(behaviour, domain)):
            wanted.append(f"a port that closes while open connections go on, at {domain}")
    for key, value in _section(recording.settings, "main_cf").items():
        if key not in _NO_MATTER and _field(key) is None:
            wanted.append(f"`{key} = {value}` in main_cf")
    return wanted


def has_chance(recording: Recording) -> bool:
    """Tell whether a draw decides anything in a recording, so that it is one sample of many."""
    return any("data_dist" in b or "hard_p" in b for b in _providers(recording).values())


def scenario_of(recording: Recording, changes: Sequence[str] = (), lang: str = "en") -> Scenario:
    """Make the scenario that replays a recording; ask `needs` first whether that is possible.

    Args:
        recording: what is replayed.
        changes: settings in which the replay is to differ from it, each `path=value`.
        lang: the language of what is said to be wrong with them.
    """
    names = {domain: f"provider_{index}" for index, domain in enumerate(_providers(recording), start=1)}
    start = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=round(_epoch_s(recording) * 1e6))
    return scenario_from_mapping(
        {
            "format": 1,
            "start": start.isoformat(),
            "duration": _duration(recording.length_s),
            "default_road": {"round_trip": "0 s", "jitter": "0 s", "bandwidth": "1000 Gbit/s"},
            "senders": {"recorded": _sender(recording)},
            "providers": {names[d]: _provider(b, d, names[d]) for d, b in _providers(recording).items()},
            "letters": dict(_letters(recording, names)),
            "faults": [
                {
                    "at": _duration(begin),
                    "for": _duration(end - begin),
                    "where": f"providers.{names[d]}",
                    "what": "down",
                }
                for d, b in _providers(recording).items()
                for begin, end in _down(b, d)
            ],
        },
        stem=re.sub(r"[^a-z0-9_]", "_", recording.name.lower()),
        lang=lang,
        overrides=changes,
    )


def scan_phase_s(recording: Recording) -> float:
    """Read off when the deferred queue was scanned, in seconds after a multiple of `queue_run_delay`.

    The median over scans of the first delivery of a retried letter after a silence, less what one delivery
    takes: a real scan keeps to its grid within a second, since Postfix's timer counts whole seconds.
    0 where no letter was retried: the phase then decides nothing.
    """
    every_s = _scan_every_s(recording)
    providers = _providers(recording)
    retried = sorted(
        (letter.delivered_s, _number(providers.get(letter.destination, {}).get("data_s", 0), "data_s"))
        for letter in recording.letters
        if letter.attempts > 1 and letter.delivered_s is not None
    )
    offsets: list[float] = []
    last_s = -_QUIET_S
    for delivered_s, service_s in retried:
        if delivered_s - last_s >= _QUIET_S:
            offsets.append((delivered_s - service_s - _LETTER_TIME_S + _QUIET_S) % every_s - _QUIET_S)
        last_s = delivered_s
    near = [offset for offset in offsets if offset < _QUIET_S]
    return median(near) if near else 0.0


def _sender(recording: Recording) -> dict[str, Any]:
    postconf: dict[str, Any] = {}
    for key, value in _section(recording.settings, "main_cf").items():
        field = _field(key)
        if field is not None:
            # Postfix's files hold text; a bare number there takes Postfix's own unit, as it does in a scenario.
            postconf[field] = int(value) if str(value).isdecimal() else value
    every_s = _scan_every_s(recording)
    return {
        "domain": "sender.example",
        "host": "recording_machine",
        "tls": "none",
        "scan_phase": _duration(scan_phase_s(recording) % every_s),
        "postconf": postconf,
    }


def _provider(behaviour: dict[str, Any], domain: str, name: str) -> dict[str, Any]:
    def seconds(key: str) -> str:
        return _duration(_number(behaviour.get(key, 0), f"{key} at {domain}"))

    data = seconds("data_s")
    exponential = "data_dist" in behaviour
    provider: dict[str, Any] = {
        "domain": f"{name.replace('_', '-')}.example",
        "banner_delay": seconds("banner_s"),
        "command_time": seconds("cmd_s"),
        "accept_time": {"exponential": data} if exponential else data,
        "pipelining": bool(behaviour.get("pipelining", False)),
        "tls": False,
    }
    if "max_conns" in behaviour:
        provider["connection_limit"] = {
            "total": int(_number(behaviour["max_conns"], f"max_conns at {domain}"))
        }
    if "rate_per_s" in behaviour:
        rate = _number(behaviour["rate_per_s"], f"rate_per_s at {domain}")
        burst = int(_number(behaviour.get("burst", 1), f"burst at {domain}"))
        provider["rate_limit"] = {"rate": f"{rate:f}/s", "burst": burst}
    if "grey_s" in behaviour:
        provider["greylisting"] = seconds("grey_s")
    return provider


def _letters(recording: Recording, names: dict[str, str]) -> Iterable[tuple[str, dict[str, Any]]]:
    for domain, name in names.items():
        times = [_duration(letter.accepted_s) for letter in recording.letters if letter.destination == domain]
        if not times:
            continue
        entry: dict[str, Any] = {"from": "recorded", "times": times, "to": name, "size": LETTER_SIZE}
        hard = _number(_providers(recording)[domain].get("hard_p", 0), f"hard_p at {domain}")
        if hard:
            entry["unknown_users"] = f"{hard * 100:f} %"
        yield f"to_{name}", entry
    strange = sorted({letter.destination for letter in recording.letters} - set(names))
    if strange:
        raise RecordingError(
            "unknown_destination",
            f"recording {recording.name}: letters go to {', '.join(strange[:3])}, of which `providers` in run.json"
            " says nothing. Describe it there.",
            found=strange,
        )


def _field(parameter: str) -> str | None:
    """Find the scenario's name of a Postfix parameter: its own, or the default that a transport's one overrides."""
    general = "default_" + parameter.removeprefix("smtp_")
    return next((name for name in (parameter, general) if name in Postconf.model_fields), None)


def _providers(recording: Recording) -> dict[str, dict[str, Any]]:
    providers = _section(recording.settings, "providers")
    for domain, behaviour in providers.items():
        if not isinstance(behaviour, dict):
            raise _bad(f"providers, {domain}", behaviour, "a mapping such as {data_s: 0.2}")
    return providers


def _section(settings: dict[str, Any], key: str) -> dict[str, Any]:
    section = settings.get(key, {})
    if not isinstance(section, dict):
        raise _bad(key, section, "a mapping")
    return section


def _down(behaviour: dict[str, Any], domain: str) -> list[tuple[float, float]]:
    windows = behaviour.get("down", [])
    if not isinstance(windows, list) or not all(isinstance(w, list) and len(w) == 2 for w in windows):
        raise _bad(f"down at {domain}", windows, "a list of [from, to] in seconds")
    return [
        (_number(begin, f"down at {domain}"), _number(end, f"down at {domain}")) for begin, end in windows
    ]


def _epoch_s(recording: Recording) -> float:
    value = recording.settings.get("t0_epoch")
    if value is None or not _YEAR_1980 < value < _YEAR_2200:
        raise _bad(
            "t0_epoch", value, "the wall clock's seconds at the start: Postfix counts in whole seconds"
        )
    return float(value)


def _scan_every_s(recording: Recording) -> int:
    value = _section(recording.settings, "main_cf").get("queue_run_delay", "300s")
    match = re.fullmatch(r"([1-9][0-9]{0,7})s?", str(value))
    if match is None:
        raise _bad("queue_run_delay", value, "seconds, as in 5s")
    return int(match[1])


def _number(value: object, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise _bad(what, value, "a number, 0 or more")
    return float(value)


def _bad(what: str, found: object, expected: str) -> RecordingError:
    return RecordingError(
        "bad_setting", f"run.json: {what} is {found!r}. Write {expected}.", found=found, expected=expected
    )


def _duration(seconds: float) -> str:
    return f"{round(seconds * 1e6)} us"
