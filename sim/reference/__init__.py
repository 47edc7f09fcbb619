"""The plain engine: the same mail system as a textbook would model it, one SimPy process a letter.

It is slow and easy to read, and it keeps the fast engine honest: on the same scenario every letter's
fate and times are equal in both. Start reading in `plain_run`, then `letter_way`.
"""
