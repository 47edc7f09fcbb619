"""How letters are authenticated: what a sender's domain publishes, and what a receiver makes of it."""

from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from sim.scenario.settings import Flag, Settings, graded
from sim.units import Duration

_ASKED: Final = "what Gmail asks of everybody who sends in bulk (answer 81126)"


def _dkim(value: Any) -> Any:
    return {True: "signed", False: "absent"}.get(value, value) if isinstance(value, bool) else value


Dkim = Annotated[
    Literal["signed", "broken", "absent"],
    BeforeValidator(_dkim),
    WithJsonSchema({"enum": [True, False, "signed", "broken", "absent"]}),
]


class SenderAuthentication(Settings):
    """What a sender's domain publishes, and whether its letters are signed."""

    spf: Flag = graded(True, "published", _ASKED)
    """Whether an SPF record names the sender's addresses, and refuses all others."""
    dkim: Dkim = graded("signed", "published", _ASKED)
    """Whether letters are `signed` with a key that is published, the signature is `broken`, or `absent`."""
    dmarc: Literal["absent", "none", "quarantine", "reject"] = graded("none", "published", _ASKED)
    """What the DMARC record asks for with letters that do not pass, or `absent` for no record."""


class AuthenticationCheck(Settings):
    """What a receiver does with SPF, DKIM and DMARC."""

    obeys_dmarc: Flag = graded(
        True, "published", "RFC 7489 6.6.2: a receiver applies the policy that it finds"
    )
    """Whether it does what the domain's DMARC policy asks: the spam folder, or 550 5.7.26."""
    requires: Annotated[tuple[Literal["spf", "dkim", "dmarc"], ...], Field(max_length=3)] = graded(
        (), "assumption", "nothing unless a provider is said to ask for it"
    )
    """What must pass, besides that."""
    since_us: Duration = graded(0, "assumption", "from the beginning", key="since")
    """From when on that is asked, counted from the start."""
    missing: Literal["put_off", "refused", "spam"] = graded(
        "put_off", "published", "Gmail, answer 14229414: temporary rejections first, 421 4.7.26"
    )
    """What becomes of letters that lack it: `put_off` with 421 4.7.26, `refused` with 550 5.7.26, or `spam`."""
