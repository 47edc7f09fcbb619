"""D09: a greeting of 554 is not final for Postfix.

Three operators waited for an immediate bounce and saw their letters retried for days.

Right value: smtp_skip_5xx_greeting takes the host for one that is not to be had: next host, and when there is none,
deferred. A 550 to RCPT ends the letter at its first try. With a first gap of 450 s the tries lie at 450, 1050, 2250,
4650, 8850, 13,050 s and 4200 s apart from there. The warning for 3 h goes out at the first failed try at which the
letter is 10,800 s old: 13,050 s. Expiry with a lifetime of 2 d: the first failed try past 172,800 s is
450 + 42 x 4200 = 176,850 s, the 46th.
"""

from tests.cases.held import figures


def test_a_554_greeting_defers_and_a_550_to_rcpt_bounces() -> None:
    assert figures("D09") == {
        "tries until a 550 to RCPT sends the letter back": 1,
        "tries until the letter expires after 2 d": 46,
        "age at which it expires, s": 176_850,
        "warnings to the sender": 1,
        "age at the warning with delay_warning_time 3 h, s": 13_050,
    }
