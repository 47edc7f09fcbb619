"""What the machine of the recordings takes for one piece of work: measured once, never fitted.

The values stand in the host preset `recording_machine`. They come from the two recordings in which nothing
else decides, `no_service_time` (the provider adds no time) and `steady_one_destination` (0.2 s a letter), and
one of them from the first line of every recording's log:

serial_time     `no_service_time` keeps the sender busy from the first letter to the last. Whatever is done for
                one letter after another cannot take longer than the whole run over its letters, and as nothing
                else is short of room, it takes just that: see `serial_time_s`.
letter_time     In `steady_one_destination`, long after submission, 20 deliveries go on side by side without a
                pause. A delivery takes what the provider takes and what the machine takes: see `letter_work_s`.
                Less `serial_time`, this is the part that every process does by itself.
import_time     While letters lie in incoming, the queue manager imports without a pause. Letters that became
                active between two looks at the queue (growth of active plus deliveries), in all intervals with
                a letter in incoming at both ends, in both recordings: 3,650 letters in 3.51 s, 0.96 ms each.
process_start   The log tells the first delivery's wait between the active queue and its process, which had to be
                started (second figure of `delays=`): 0.01 s in fourteen of the twenty recordings, 0.02 to 0.05 s
                in six, in which the disk stood still for a moment. The median counts.
deferral_time   No letter is deferred in either recording. Taken like `letter_time`, as it is a small file
                synced to disk; an assumption.

During submission the clients, Postfix and the provider shared two cores, and letters took about 1.6 ms in
series; afterwards 0.6 ms. The constants are means over both, and the free shift of the comparison covers it.
"""

from bisect import bisect_right
from typing import Final

from sim.validation.recording_folder import Recording

MEASURED_ON: Final = frozenset({"no_service_time", "steady_one_destination"})
"""Recordings that are no independent evidence for the constants of their machine, only for the rest."""
SETTLED_S: Final = (6.0, 22.0)
"""Between these moments of `steady_one_destination` submission is over and the window is fully open."""
WINDOW: Final = 20
"""Deliveries side by side, Postfix's limit."""


def serial_time_s(no_service_time: Recording) -> float:
    """Give the time that is spent for one letter after another, in seconds."""
    accepted_s = no_service_time.letters[0].accepted_s
    return (no_service_time.delivered_s[-1] - accepted_s) / len(no_service_time.letters)


def letter_work_s(steady_one_destination: Recording, provider_s: float) -> float:
    """Give the time that a delivery takes beyond the provider's own, in seconds."""
    begin_s, end_s = SETTLED_S
    delivered_s = steady_one_destination.delivered_s
    letters = bisect_right(delivered_s, end_s) - bisect_right(delivered_s, begin_s)
    return WINDOW * (end_s - begin_s) / letters - provider_s
