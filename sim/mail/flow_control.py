"""Slow down who brings letters faster than the queue manager can import them: tokens, one a letter.

Part of the spool of an MTA that takes letters over SMTP. Each letter that comes takes a token, and each that is
imported gives one back; when the incoming queue is empty there are again as many as `default_process_limit`. A letter
that finds no token waits `in_flow_delay` before it is taken, once, and needs none then.
See: Postfix's mail_flow.c, single_server.c (for cleanup), qmgr.c (qmgr_loop); in_flow_delay in postconf(5).
Left out: letters that are handed in on the machine itself; postconf(5) would slow those, too.
"""

from sim.kernel.world import SECOND_US
from sim.scenario.postconf import Postconf


class FlowControl:
    """The tokens of one machine.

    Args:
        postconf: how long a letter without a token waits, and how many tokens there are at most.
    """

    def __init__(self, postconf: Postconf) -> None:
        self._delay_us = postconf.in_flow_delay * SECOND_US
        self._most = self.tokens = postconf.default_process_limit

    def pause_us(self) -> int:
        """Take a token for a letter that comes now; give how long it must wait if there is none."""
        if self.tokens:
            self.tokens -= 1
            return 0
        return self._delay_us

    def imported(self) -> None:
        """A letter has been imported."""
        if self.tokens < self._most:
            self.tokens += 1

    def line_is_empty(self) -> None:
        """Nothing is left to import."""
        self.tokens = self._most
