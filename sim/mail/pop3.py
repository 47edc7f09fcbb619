"""Take letters home: a program that polls the mailbox and downloads what is there.

From: mailbox_store.
To:   readers, at home, where the letter can be read offline.

Each person's program polls every `poll`, from a moment of its own on; a letter is fetched at the first
poll at which it is there. Polls that find nothing are not simulated.
See: RFC 1939; Thunderbird's default of 10 minutes.
Left out: leaving copies on the server, the lock of the mailbox, time-outs, the load of empty polls.
"""


def fetched_us(stored_us: int, poll_us: int, phase_us: int) -> int:
    """Give when a letter that lies in the box since `stored_us` is fetched."""
    polls = -((phase_us - stored_us) // poll_us)
    return phase_us + max(polls, 0) * poll_us
