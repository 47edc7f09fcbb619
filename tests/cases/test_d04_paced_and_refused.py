"""D04: "only 3 of 70 were sent", with a pause of 3 s between letters to a provider that limits connections.

Right value: a rate delay forces one delivery at a time, so the window is 1, and one refused connection adds 1/1 to
the failed cohorts: the limit of 1 is reached, the destination is dead, and what waits is deferred without a
connection. Three letters go at 0, 3 and 6 s, the one at 9 s is greeted with 421, 70 - 3 - 1 = 66 are put off; four
connections were made. With a cohort limit of 10 a refusal of 18 s meets the letters at 9, 12, ... 24 s: six refused,
none put off, the rest delivered. If the refusal lasts, the tenth in a row puts the rest off.
The report does not say at which stage the 421 came; at MAIL or RCPT it would put nothing off.
"""

from tests.cases.held import figures


def test_one_refused_connection_puts_a_paced_queue_off() -> None:
    assert figures("D04") == {
        "delivered of 70": 3,
        "letters put off without a connection": 66,
        "connections made": 4,
        "put off without a connection, cohort limit 10": 0,
        "letters that are late, cohort limit 10, less those really refused": 0,
        "refusals in 18 s, cohort limit 10": 6,
        "refusals until all is put off, cohort limit 10": 10,
    }
