"""What a sender does when a receiver tells it to slow down: stop sending there for a while."""

from typing import Annotated, Any, Final

from pydantic import BeforeValidator, WithJsonSchema

from sim.scenario.nearest import nearest
from sim.scenario.settings import Settings, keyed, refuse
from sim.units import PositiveDuration
from sim.vocabulary.replies import REPLIES

_KEYS: Final = tuple(dict.fromkeys(reply.key for reply in REPLIES if reply.code is not None))


def _reply(value: Any) -> Any:
    """Look a reply up among those that there are."""
    if isinstance(value, str) and value not in _KEYS:
        close = nearest(value, _KEYS)
        refuse(
            "unknown_reply", found=value, expected=", ".join(_KEYS), **({"nearest": close} if close else {})
        )
    return value


ReplyKey = Annotated[str, BeforeValidator(_reply), WithJsonSchema({"enum": list(_KEYS)})]


class Suspension(Settings):
    """One reply, and for how long nothing goes to a destination that has given it."""

    reply: ReplyKey
    """The reply, by its two codes."""
    lasts_us: PositiveDuration = keyed("for")
    """How long nothing is sent there."""
