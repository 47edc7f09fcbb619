"""Webmail and phone apps: the provider's own programs, which show a letter as soon as it is filed.

From: mailbox_store.
To:   readers.

See: none; a provider's app speaks no standard protocol.
Left out: push services and their delays, web servers and their load.
"""


def shown_us(stored_us: int) -> int:
    """Give when a letter that was filed at `stored_us` is to be seen: at once, it is in the provider's hands."""
    return stored_us
