"""D16: five seconds between two letters to one domain, and to one mailbox of the own house.

Right value: a rate delay of 5 s forces one delivery at a time, whatever the concurrency limit says. (a) 50 letters
to one domain: 49 pauses and 50 deliveries of 0.5 s, 245 + 25 = 270 s. (b) One letter with 50 recipients is one
delivery and does not wait; letters with several recipients are not simulated yet. (c) With a recipient limit of 1
each recipient is a destination of its own with a pause of its own: all 50 go side by side in 0.5 s. (d) 20 letters
to one local mailbox, recipient limit 1: default_destination_rate_delay holds for local transports too, 19 x 5 = 95 s.
"""

import pytest

from tests.cases.held import figures


def test_a_pause_is_counted_by_destination_and_the_recipient_limit_says_what_that_is() -> None:
    assert figures("D16") == {
        "50 letters to one domain, s": pytest.approx(270),
        "one message with 50 recipients at one domain, s": pytest.approx(0.5),
        "50 letters to one domain, recipient limit 1, s": pytest.approx(0.5),
        "letters to one local mailbox": 20,
        "first to last of 20 letters to one local mailbox, recipient limit 1, s": pytest.approx(95),
    }
