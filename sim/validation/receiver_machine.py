"""What the recorded machine takes for one piece of work when it receives: measured once, never fitted.

letter          The host preset `recording_machine`, from a sender's recording: what a process does by itself for a
                letter, about 5 ms.
in series       Sender's recording `two_waves`: in either wave 8 clients brought 800 letters as fast as they could,
                while 20 deliveries a second went on and fewer than 100 letters were in incoming, so that flow control
                did not hold them up. From the first acceptance to the last, over the letters. (The preset's
                `commit_time` was measured in the same way while 800 deliveries a second shared the two cores; here a
                delivery has its own cost. The parts of a machine do not share cores here: while nothing else went on
                imports were faster, too, than the preset's `import_time`, so that a burst from a few clients meets
                flow control in a replay somewhat sooner than it did there.)
process start   `process_limit_10_sleep_1`: ten clients come at once to ten processes that must be started, one after
                another; so far apart are their banners. That recording goes on for 40 s, and a start of some
                milliseconds decides nothing of what is compared there.
"""

from typing import Final

from sim.scenario import catalogue
from sim.units import parse_duration
from sim.validation.recording_folder import Recording

MEASURED_ON: Final = frozenset({"process_limit_10_sleep_1"})
"""Recordings of a receiver that are no independent evidence for the constants of their machine."""
SERIES_US: Final = 770
"""What is done for one letter after another until it is accepted."""
PROCESS_START_US: Final = 5_500
"""Starting one smtpd."""
_WAVE: Final = 800
"""Letters of one wave of `two_waves`."""


def letter_us() -> int:
    """Give what a process does by itself for a letter."""
    return parse_duration(catalogue.preset("host", "recording_machine").plain()["letter_time"])


def series_s(two_waves: Recording) -> float:
    """Give the mean over both waves of what is done for one letter after another, in seconds."""
    accepted_s = [letter.accepted_s for letter in two_waves.letters]
    waves = accepted_s[:_WAVE], accepted_s[_WAVE:]
    return sum((wave[-1] - wave[0]) / (len(wave) - 1) for wave in waves) / len(waves)


def process_start_s(process_limit_10_sleep_1: Recording) -> float:
    """Give how far apart the banners of the first clients are, each served by a process that was started for it."""
    assert process_limit_10_sleep_1.receiver is not None
    processes = int(process_limit_10_sleep_1.settings["maxproc"])
    banners_s = sorted(
        one.banner_s for one in process_limit_10_sleep_1.receiver.tries if one.banner_s is not None
    )
    return (banners_s[processes - 1] - banners_s[0]) / (processes - 1)
