"""Why a recording that is off is off, as far as that was found out; shown beside the row that misses."""

from collections.abc import Mapping
from typing import Final

KNOWN_MISSES: Final[Mapping[str, str]] = {
    "outage_midway_refused": "the disk of the recorded machine stood still for 0.14 s at 35.2 s, ten seconds after"
    " the port was closed: three letters became active in one scan, had all failed before the next one came, and the"
    " site was dead at once. Moments of acceptance do not tell that; in the replay one of the letters finds a kept"
    " connection, is delivered, and the site is dead nine seconds later. Which of the two happens hangs on one"
    " millisecond",
    "rate_limited_polite": "two of the four connections hang on the end of a second: Postfix counts the pause"
    " between two letters and the life of a kept connection in whole seconds, and once in 90 letters a second ended"
    " in the millisecond between the end of the pause and the choice of the next letter (qmgr_entry.c, events.c);"
    " in the replay that never happens",
}
"""Name of a recording -> what explains its misses."""

MISSES_OF_RECEIVERS: Final[Mapping[str, str]] = {
    "connection_limit_5": "once the recorded host still counted a connection that its client had left a millisecond"
    " before, since a process tells anvil of the end after it has answered QUIT. That client came back 5 s later, and"
    " from then on one of five is out of step: 61 refusals instead of 57. In the replay that never happens",
    "flood_100_clients": "while 100 smtpd processes run, everything else gets a smaller share of the two cores:"
    " deliveries went on at 500 a second then and at 1,700 a second in the pauses, in the replay at 840 a second"
    " throughout. The parts of a machine do not share cores here",
}
"""The same of a server that received; the names of both kinds may be the same."""
