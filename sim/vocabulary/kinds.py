"""What a row of the letters table is, and how an addressee reads."""

from typing import Final

LETTER: Final = 0
DSN: Final = 1
"""A delivery status notification (RFC 3464): the bounce, a letter of its own."""
WARNING: Final = 2
"""A notice to the sender that a letter is late and still being tried (delay_warning_time)."""
DUPLICATE: Final = 3
"""Another copy of a letter that its receiver had already, since the sender did not hear of the first (RFC 1047)."""

RELAYED: Final = 4
"""A letter that a gateway has accepted, as it goes on from there; its parent is the letter that came."""

KIND_NAMES: Final[dict[int, str]] = {
    LETTER: "letter",
    DSN: "dsn",
    WARNING: "warning",
    DUPLICATE: "duplicate",
    RELAYED: "relayed",
}

POP3: Final = 0
IMAP: Final = 1
APP: Final = 2

READER_NAMES: Final[dict[int, str]] = {POP3: "pop3", IMAP: "imap", APP: "app"}
READER_KINDS: Final[dict[str, int]] = {name: kind for kind, name in READER_NAMES.items()}

LOCAL: Final = 65535
"""Provider index of a letter that stays on the sender's own machine (a DSN), and host index of none."""
NO_HOST: Final = 65535
