"""Know a domain's records and answer a resolver's questions, well, late, wrongly, or not at all.

From: resolver, which asks one name server after another until one answers.
To:   resolver, with a state of health and the time that the answer takes.

An answer takes `answer_time`, and `by` longer while the server is slow. One that is `down` refuses at once,
one that is `silent` never answers, `servfail` says that it cannot, `nxdomain` says, wrongly, that there is
no such name. Who asks has the patience and draws the conclusions.
See: RFC 1034 4.3 and 5.3.3; RFC 2308 for what follows from NXDOMAIN.
Left out: referrals from the root and from top-level domains, queues at the server, TCP, wrong records.
"""

from sim.kernel.condition import Condition
from sim.kernel.variates import duration_sampler
from sim.scenario.name_server import NameServer as NameServerSettings


class NameServer:
    """One name server.

    Args:
        settings: how long an answer takes.
        condition: what faults make of it over time.
    """

    def __init__(self, settings: NameServerSettings, condition: Condition) -> None:
        self._condition = condition
        self._sample = duration_sampler(settings.answer_time)

    def ask(self, at_us: int, draw: float) -> tuple[int, int]:
        """Take a question that is asked at `at_us`.

        Args:
            at_us: when it is asked.
            draw: a uniform draw in (0, 1) for the time of the answer.

        Returns:
            The state that the server is in, and how long its answer takes if it gives one, in microseconds.
        """
        return self._condition.state_at(at_us), self._sample(draw) + self._condition.slow_at(at_us)
