"""The smtpd parameters of a recorded receiver, as a provider says them.

All recorded clients come from the loopback address. It stands in `mynetworks`, whose members are exempt from anvil's
limits unless `smtpd_client_event_limit_exceptions` says otherwise (smtpd.c).
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from sim.validation import recording_postconf
from sim.validation.recording_settings import bad

_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_RESTRICTIONS: Final = re.compile(
    r"smtpd_(?:client|helo|sender|recipient|relay|data|end_of_data)_restrictions"
)
_HARMLESS: Final = frozenset({"permit", "permit_mynetworks", "reject_unauth_destination"})
_LIMITS: Final = frozenset(
    {
        "smtpd_client_connection_count_limit",
        "smtpd_client_connection_rate_limit",
        "smtpd_client_message_rate_limit",
        "smtpd_client_recipient_rate_limit",
        "smtpd_client_event_limit_exceptions",
        "anvil_rate_time_unit",
        "smtpd_timeout",
        "default_process_limit",
        "in_flow_delay",
        "content_filter",
    }
)
NO_MATTER: Final[Mapping[str, str]] = {
    "anvil_status_update_time": "concerns what anvil writes into the log",
    "smtpd_client_new_tls_session_rate_limit": "TLS is off",
    "smtpd_client_auth_rate_limit": "nobody logs in",
    "smtpd_error_sleep_time": "concerns clients with many errors in one session; these hang up at the first",
    "smtpd_soft_error_limit": "concerns clients with many errors in one session; these hang up at the first",
    "smtpd_hard_error_limit": "concerns clients with many errors in one session; these hang up at the first",
    "smtpd_delay_reject": "no restriction refuses anybody",
    "smtpd_peername_lookup": "names of clients decide nothing",
    "smtpd_banner": "the words of the greeting decide nothing",
}
"""Parameter of smtpd -> why it decides nothing of what is compared."""
_EXCEPTIONS: Final = "smtpd_client_event_limit_exceptions"


def needs(main_cf: Mapping[str, Any]) -> list[str]:
    """List the parameters that may matter and that a scenario does not have."""
    found = []
    for key, value in main_cf.items():
        text = str(value)
        if _RESTRICTIONS.fullmatch(key):
            strange = [
                word for word in _words(text) if word not in _HARMLESS and not word.startswith("sleep ")
            ]
            found += [f"`{word}` in {key}" for word in strange]
        elif key in {"smtpd_timeout", "anvil_rate_time_unit"}:
            if _time(text) is None:
                found.append(f"`{key} = {text}` in main_cf")
        elif key not in {*_LIMITS, *NO_MATTER} and (
            key.startswith("smtpd_") or recording_postconf.needs({key: value})
        ):
            found.append(f"`{key} = {text}` in main_cf")
    return found


def sleep_s(main_cf: Mapping[str, Any]) -> float:
    """Give how long restrictions sleep for each letter; they are all looked at once it is known who writes to whom."""
    return float(
        sum(
            int(word.split()[1])
            for key, value in main_cf.items()
            if _RESTRICTIONS.fullmatch(key)
            for word in _words(str(value))
            if word.startswith("sleep ")
        )
    )


def silence_s(main_cf: Mapping[str, Any]) -> float:
    """Give after how long a silence a process hangs up."""
    return float(_time(str(main_cf.get("smtpd_timeout", "300s"))) or 300)


def process_limit(main_cf: Mapping[str, Any]) -> int:
    """Give how many processes a service may have of which master.cf says nothing else."""
    return _number(main_cf, "default_process_limit", 100)


def limits(main_cf: Mapping[str, Any]) -> dict[str, Any]:
    """Give the limits of one client, as a provider's settings."""
    if _is_exempt(str(main_cf.get(_EXCEPTIONS, "$mynetworks"))):
        return {}
    found: dict[str, Any] = {}
    unit = f"{_time(str(main_cf.get('anvil_rate_time_unit', '60s'))) or 60} s"
    most = _number(main_cf, "smtpd_client_connection_count_limit", (process_limit(main_cf) + 1) // 2)
    if most:
        found["connection_limit"] = {"per_client": most}
    if rate := _number(main_cf, "smtpd_client_connection_rate_limit", 0):
        found["connection_rate"] = {"limit": rate, "time_unit": unit}
    # With one recipient a letter both limits count the same.
    rates = [_number(main_cf, f"smtpd_client_{what}_rate_limit", 0) for what in ("message", "recipient")]
    if any(rates):
        found["letter_rate"] = {"limit": min(rate for rate in rates if rate), "time_unit": unit}
    return found


def _is_exempt(exceptions: str) -> bool:
    """Tell whether the loopback address is among those whom no limit concerns."""
    return any(
        word in {"$mynetworks", "${mynetworks}", "static:all"} or word.startswith("127.")
        for word in re.split(r"[\s,]+", exceptions)
    )


def _words(text: str) -> list[str]:
    """Give the restrictions of a list, a sleep with its seconds as one."""
    words = [word for word in re.split(r"[\s,]+", text) if word]
    found: list[str] = []
    for place, word in enumerate(words):
        if word.isdecimal() and place and words[place - 1] == "sleep":
            found[-1] = f"sleep {word}"
        else:
            found.append(word)
    return found


def _time(text: str) -> int | None:
    """Read a time; of one that depends on stress, what holds without, since none comes over loopback."""
    calm = re.fullmatch(r"\$\{stress\?\{?[0-9]+[smhdw]?\}?:\{?([0-9]+[smhdw]?)\}?\}([smhdw]?)", text)
    if calm is not None:
        text = calm[1] + calm[2]
    match = re.fullmatch(r"([0-9]{1,8})([smhdw]?)", text)
    return int(match[1]) * _UNITS[match[2]] if match else None


def _number(main_cf: Mapping[str, Any], key: str, default: int) -> int:
    value = str(main_cf.get(key, default))
    if not (value.isascii() and value.isdecimal() and len(value) < 9):
        raise bad(key, value, "a whole number")
    return int(value)
