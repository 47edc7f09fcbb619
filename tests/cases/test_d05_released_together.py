"""D05: deferred mail released together stands before everybody else's.

20,000 letters to a host that does not answer become due in one scan; no limit for a destination, 1,000 processes.

Right value: each call takes 30 s, so 1,000 processes take 1,000 / 30 = 33.3 letters a second, in twenty rounds: the
last round begins at 19 x 30 = 570 s and ends at 600 s. A letter to a sound host that comes in 1 s after the release
is next in line and gets a process at 600 s: 599 s later. With 20 deliveries a destination 980 processes are free and
it does not wait at all. But that is so only if the active queue has room: by default it holds 20,000 letters, which
the released ones fill until their destination is dead, one time-out after the start: 30 - 1 = 29 s. Without a limit of
processes each of the 20,000 gets one before the first is over.
"""

from tests.cases.held import figures


def test_letters_released_together_hold_up_mail_for_sound_hosts() -> None:
    assert figures("D05") == {
        "start of the last of 20,000 calls into the void, s": 570,
        "wait of the letter that follows a second later, s": 599,
        "longest wait of healthy mail with 20 deliveries a destination, s": 0,
        "the same where the active queue holds 20,000, s": 29,
        "deliveries at once without a limit of processes": 20_000,
    }
