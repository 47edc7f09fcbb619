"""The stage of a delivery attempt at which it was decided (RFC 5321 commands, and what precedes them)."""

from typing import Final

NONE: Final = 0
DNS: Final = 1
CONNECT: Final = 2
GREETING: Final = 3
EHLO: Final = 4
MAIL: Final = 5
RCPT: Final = 6
DATA: Final = 7
END_OF_DATA: Final = 8

STAGE_NAMES: Final[dict[int, str]] = {
    NONE: "none",
    DNS: "dns",
    CONNECT: "connect",
    GREETING: "greeting",
    EHLO: "ehlo",
    MAIL: "mail",
    RCPT: "rcpt",
    DATA: "data",
    END_OF_DATA: "end_of_data",
}
"""Stage to the word that tables use."""
