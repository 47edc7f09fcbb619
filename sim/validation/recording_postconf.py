"""The Postfix parameters of a recording, as a scenario's `postconf:` says them.

A transport's own parameter (`smtp_destination_concurrency_failed_cohort_limit`) is the general one here
(`default_destination_concurrency_failed_cohort_limit`), since all mail goes by one transport. What cannot
matter in these worlds is named with the reason; whatever else is set makes a recording one that is not covered.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from sim.scenario.postconf import Postconf

NO_MATTER: Final[Mapping[str, str]] = {
    "transport_retry_time": "concerns delivery programs that cannot be started; none was",
    "bounce_queue_lifetime": "concerns returned letters, which here go into a mailbox of the sender's own machine",
    "in_flow_delay": "slows submission down; the moments of acceptance are replayed",
    "smtp_data_xfer_timeout": "a body of two kilobytes is sent at once",
    "smtp_quit_timeout": "the answer to QUIT is not waited for",
    "smtp_starttls_timeout": "TLS is off",
    "qmgr_message_recipient_limit": "each letter has one recipient",
    "qmgr_message_recipient_minimum": "each letter has one recipient",
    "default_delivery_slot_cost": "each letter has one recipient, so none is overtaken",
    "default_delivery_slot_discount": "each letter has one recipient, so none is overtaken",
    "default_delivery_slot_loan": "each letter has one recipient, so none is overtaken",
    "default_minimum_delivery_slots": "each letter has one recipient, so none is overtaken",
    "inet_protocols": "addresses are IPv4",
    "notify_classes": "concerns copies of bounces to the postmaster",
    "double_bounce_sender": "concerns bounces of bounces",
}
"""Parameter -> why it decides nothing of what is compared."""
_SUBMISSION: Final = ("smtpd_", "postscreen_", "cleanup_", "message_size_limit", "mynetworks")
"""How these begin, submission is concerned, whose outcome is replayed."""
_NO_TLS: Final = ("smtp_tls_", "tls_")
_NAMES: Final = (
    "my",
    "mail_",
    "alias_",
    "local_",
    "relay_",
    "compatibility_level",
    "debug_",
    "syslog_",
    "maillog_",
)
"""How these begin, names and files of the machine are concerned."""


def field(parameter: str) -> str | None:
    """Find the scenario's name of a parameter: its own, or the general one that a transport's overrides."""
    bare = parameter.removeprefix("smtp_")
    return next(
        (name for name in (parameter, f"default_{bare}", bare) if name in Postconf.model_fields), None
    )


def reason(parameter: str) -> str | None:
    """Give why a parameter that a scenario does not have decides nothing, if that is so."""
    if parameter in NO_MATTER:
        return NO_MATTER[parameter]
    if parameter.startswith(_SUBMISSION):
        return "concerns submission; the moments of acceptance are replayed"
    if parameter.startswith(_NO_TLS):
        return "TLS is off"
    if parameter.startswith(_NAMES):
        return "names and files of the machine"
    return None


def needs(parameters: Mapping[str, Any]) -> list[str]:
    """List the parameters that may matter and that a scenario does not have."""
    return [
        f"`{key} = {value}` in main_cf"
        for key, value in parameters.items()
        if field(key) is None and reason(key) is None
    ]


def postconf(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a scenario's `postconf:`."""
    found: dict[str, Any] = {}
    for key, value in parameters.items():
        name = field(key)
        if name is not None and reason(key) is None:
            found[name] = _value(value)
    return found


def _value(value: Any) -> Any:
    # Postfix's files hold text; a bare number there takes Postfix's own unit, as it does in a scenario.
    text = str(value)
    if text.isdecimal():
        return int(text)
    return float(text) if re.fullmatch(r"[0-9]+\.[0-9]+", text) else text
