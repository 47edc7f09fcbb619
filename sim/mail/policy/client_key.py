"""Whom a rule takes for one and the same client: one address, one network, or one sending domain.

Part of greylisting and rate_limit. `Clients` (sim.mail.clients) has the lists: `network` joins the addresses of one
netblock, `domain` those of one domain.
"""

from collections.abc import Callable, Sequence

ClientKey = Callable[[int], int] | Sequence[int]
"""Gives a client's key: clients with the same key are one to the rule."""


def as_function(key: ClientKey | None) -> Callable[[int], int] | None:
    """Give the key as a function; None where each client is its own."""
    return key if key is None or callable(key) else key.__getitem__
