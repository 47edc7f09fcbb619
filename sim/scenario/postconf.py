"""Postfix's own parameters of sending, with Postfix's names, units and default values.

A bare number takes the unit that Postfix gives it (seconds; hours for the delay warning, days for the
lifetime), and `300s`, `5m`, `2h`, `5d`, `1w` are read as Postfix reads them. Kept are seconds.
"""

import re
from fractions import Fraction
from typing import Annotated, Any, Final

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    Strict,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from sim.scenario.settings import Flag, Settings, graded, is_written, refuse

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_TIME: Final = re.compile(r"([0-9]{1,10})([smhdw]?)")
_TIME_PATTERN: Final = "^[0-9]+[smhdw]?$"
_MOST: Final = 2_147_483_647
"""Postfix keeps its numbers in a C int."""
_POSTFIX: Final = "Postfix 3.5 to 3.12, compiled default (src/global/mail_params.h)"


def _time(default_unit: str, at_least: int) -> Any:
    """Make the validator of a time parameter."""

    def read(value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            seconds = value * _UNITS[default_unit] if is_written(info.context) else value
        else:
            match = _TIME.fullmatch(value) if isinstance(value, str) else None
            if match is None:
                refuse("no_postfix_time", found=value, expected="300s")
            seconds = int(match[1]) * _UNITS[match[2] or default_unit]
        if not at_least <= seconds <= _MOST:
            refuse("out_of_range", found=value, expected=f"{at_least}s … {_MOST}s")
        return seconds

    return BeforeValidator(read)


def format_postfix_time(seconds: int) -> str:
    """Write seconds as Postfix does: `300s`, `5d`."""
    return f"{seconds // 86400}d" if seconds and seconds % 86400 == 0 else f"{seconds}s"


_WRITE: Final = PlainSerializer(format_postfix_time, return_type=str, when_used="json-unless-none")
_SCHEMA: Final = WithJsonSchema(
    {"type": ["string", "integer"], "pattern": _TIME_PATTERN, "minimum": 0, "examples": ["300s", "5d"]}
)
Seconds = Annotated[int, _time("s", 1), _WRITE, _SCHEMA]
SecondsOrNone = Annotated[int, _time("s", 0), _WRITE, _SCHEMA]
"""A time that Postfix takes as none when it is 0."""
Hours = Annotated[int, _time("h", 0), _WRITE, _SCHEMA]
Days = Annotated[int, _time("d", 0), _WRITE, _SCHEMA]
Limit = Annotated[int, Strict(), Field(ge=1, le=_MOST)]
LimitOrNone = Annotated[int, Strict(), Field(ge=0, le=_MOST)]
"""A limit that Postfix takes as none when it is 0."""

_FEEDBACK: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?) */? *(concurrency|sqrt_concurrency)?")


def _feedback(value: Any) -> Any:
    """Read `1`, `0.5/concurrency` or `1/sqrt_concurrency`, and write it in one way."""
    text = str(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else ""
    match = _FEEDBACK.fullmatch(text.strip())
    divided = match is not None and match[2] is not None
    if match is None or divided != ("/" in text) or Fraction(match[1][:40]) > 1:
        refuse("no_feedback", found=value, expected="1, 0.5, 1/concurrency, 1/sqrt_concurrency")
    return f"{match[1]}/{match[2]}" if divided else match[1]


Feedback = Annotated[
    str,
    BeforeValidator(_feedback),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "pattern": "^[0-9]+(\\.[0-9]+)?( */ *(sqrt_)?concurrency)?$",
            "minimum": 0,
            "maximum": 1,
        }
    ),
]


def _default(value: Any) -> Any:
    return graded(value, "published", _POSTFIX)


class Postconf(Settings):
    """Postfix's parameters, under their own names and in their own units (see postconf(5))."""

    queue_run_delay: Seconds = _default(300)
    """Time between two scans of the deferred queue; a letter is retried at a scan and at no other time."""
    minimal_backoff_time: Seconds = _default(300)
    """Shortest wait of a deferred letter before it may be tried again; also how long a dead destination rests."""
    maximal_backoff_time: Seconds = _default(4000)
    """Longest wait of a deferred letter before it may be tried again."""
    maximal_queue_lifetime: Days = _default(432_000)
    """Age at which a letter that is deferred once more goes back to its sender; a bare number means days."""
    delay_warning_time: Hours = _default(0)
    """Age at which a deferred letter makes a notice to its sender; 0 for none, a bare number means hours."""
    soft_bounce: Flag = _default(False)
    """Keep letters that were refused for good, and try them again until they expire."""
    initial_destination_concurrency: Limit = _default(5)
    """How many deliveries to one destination may start side by side, at first."""
    default_destination_concurrency_limit: LimitOrNone = _default(20)
    """How many deliveries to one destination may ever go on side by side; 0 for no limit."""
    smtp_destination_concurrency_limit: LimitOrNone | None = _default(None)
    """The same for SMTP only; left out, the default limit holds."""
    default_destination_rate_delay: SecondsOrNone = _default(0)
    """Pause after each delivery to a destination, which then gets one delivery at a time; 0 for none."""
    smtp_destination_rate_delay: SecondsOrNone | None = _default(None)
    """The same pause for SMTP only; left out, the default pause holds."""
    default_destination_recipient_limit: LimitOrNone = _default(50)
    """How many recipients one delivery takes; with 1 each recipient is a destination of its own; 0 for no limit."""
    smtp_destination_recipient_limit: LimitOrNone | None = _default(None)
    """The same limit of recipients for SMTP only; left out, the default limit holds."""
    default_delivery_slot_cost: LimitOrNone = _default(5)
    """So many deliveries of a large message earn one that smaller messages may have first; 0 or 1 for never."""
    default_delivery_slot_loan: LimitOrNone = _default(3)
    """So many deliveries, on top of the discount, need not be earned yet when a smaller message goes first."""
    default_delivery_slot_discount: Annotated[int, Strict(), Field(ge=0, le=100)] = _default(50)
    """So much of what a smaller message needs, in percent, need not be earned yet when it goes first."""
    default_minimum_delivery_slots: LimitOrNone = _default(3)
    """A message that cannot earn so many deliveries is never made to wait for a smaller one."""
    default_destination_concurrency_positive_feedback: Feedback = _default("1")
    """How much the window of a destination grows after a delivery that reached the server."""
    default_destination_concurrency_negative_feedback: Feedback = _default("1")
    """How much the window of a destination shrinks after a connection that failed."""
    default_destination_concurrency_failed_cohort_limit: Annotated[float, Field(ge=0, le=1000)] = _default(
        1.0
    )
    """How many full windows of failures in a row make a destination dead; 0 for never."""
    default_process_limit: Limit = _default(100)
    """How many delivery processes may run side by side, over all destinations."""
    qmgr_message_active_limit: Limit = _default(20_000)
    """How many letters the active queue holds."""
    in_flow_delay: Annotated[int, _time("s", 0), Field(le=10), _WRITE, _SCHEMA] = _default(1)
    """Pause for a letter that comes over SMTP, to a gateway, faster than letters are imported; 0 for none."""
    max_use: Limit = _default(100)
    """How many deliveries one process makes before it ends."""
    max_idle: Seconds = _default(100)
    """How long an idle process waits for work before it ends."""
    smtp_connect_timeout: Seconds = _default(30)
    """How long the client waits for a connection to open."""
    smtp_helo_timeout: Seconds = _default(300)
    """How long the client waits for the greeting and for the answer to EHLO."""
    smtp_mail_timeout: Seconds = _default(300)
    """How long the client waits for the answer to MAIL FROM."""
    smtp_rcpt_timeout: Seconds = _default(300)
    """How long the client waits for the answer to RCPT TO."""
    smtp_data_init_timeout: Seconds = _default(120)
    """How long the client waits for the answer to DATA."""
    smtp_data_done_timeout: Seconds = _default(600)
    """How long the client waits for the answer to the final dot."""
    smtp_rset_timeout: Seconds = _default(20)
    """How long the client waits for the answer to RSET, with which it tries a kept connection."""
    smtp_skip_5xx_greeting: Flag = _default(True)
    """Take a greeting of 5xx for a temporary refusal, and go on to the next host."""
    smtp_connection_cache_on_demand: Flag = _default(True)
    """Keep a connection open for the next letter where one letter follows another."""
    smtp_connection_cache_time_limit: Seconds = _default(2)
    """How long an unused connection is kept open."""
    smtp_connection_reuse_time_limit: Seconds = _default(300)
    """How long after it was opened a connection may be used again."""
    smtp_tls_connection_reuse: Flag = _default(False)
    """Keep connections with TLS open for the next letter, too."""
    smtp_mx_address_limit: LimitOrNone = _default(5)
    """How many hosts of a destination one attempt may try; 0 for no limit."""
    smtp_mx_session_limit: LimitOrNone = _default(2)
    """How many hosts of a destination one attempt may talk to; failed handshakes do not count; 0 for no limit."""
    smtp_randomize_addresses: Flag = _default(True)
    """Try hosts of equal preference in random order."""
    message_size_limit: Annotated[int, Strict(), Field(ge=0, le=_MOST)] = _default(10_240_000)
    """Largest letter that the sender takes, in bytes; 0 for no limit."""

    @property
    def destination_limit(self) -> int:
        """Return the limit that holds for deliveries by SMTP."""
        limit = self.smtp_destination_concurrency_limit
        return self.default_destination_concurrency_limit if limit is None else limit

    @property
    def rate_delay_s(self) -> int:
        """Return the pause after each delivery by SMTP, in seconds; 0 for none."""
        delay_s = self.smtp_destination_rate_delay
        return self.default_destination_rate_delay if delay_s is None else delay_s

    @property
    def recipient_limit(self) -> int:
        """Return how many recipients one delivery by SMTP takes along; 0 for no limit."""
        limit = self.smtp_destination_recipient_limit
        return self.default_destination_recipient_limit if limit is None else limit

    @model_validator(mode="after")
    def _bounds_in_order(self) -> "Postconf":
        if self.minimal_backoff_time > self.maximal_backoff_time:
            refuse(
                "wrong_order",
                "maximal_backoff_time",
                found=format_postfix_time(self.maximal_backoff_time),
                expected=f"minimal_backoff_time ({self.minimal_backoff_time}s) <= maximal_backoff_time",
            )
        return self
