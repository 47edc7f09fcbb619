"""The processes that serve connections at one host, and the accept queue before them.

Part of smtp_server. A connection holds one of `limit` processes until it is closed. Others may be open and wait,
first come first served; nobody greets them. When their line is full a host drops requests to connect, or answers
them and forgets (see connecting). A client that gives up waiting keeps its place until its turn comes.
See: listen(2), tcp(7); Postfix's default_process_limit and master(8); SCHEDULER_README, "Results for delivery to
concurrency limited servers"; STRESS_README.
Processes are started when somebody comes and none is idle, one after another, as master does (master_avail.c: it
looks at the port again when the process that it has started has taken a connection).
When the last process is taken the host is under stress, and is for 1,000 s more: whoever is taken up then has the
shorter time-out. Those who hold a process already keep theirs.
Left out: processes that end after `max_use` connections or `max_idle` seconds; a client that has crashed in the accept
queue is passed over from the moment on at which it would have given up.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, Final

from sim.kernel.alarm import ring_once
from sim.kernel.clock import Clock
from sim.kernel.queue_length import QueueLength
from sim.kernel.world import SECOND_US
from sim.scenario.provider import ServerProcesses as ServerProcessesSettings

_STRESS_US: Final = 1000 * SECOND_US
"""So long after all processes were busy a host is under stress (master_avail.c)."""


class Waiting:
    """A connection in the accept queue.

    Attributes:
        call: told when a process takes it.
        patience_us: when its client gives up.
        served: whether a process has taken it.
    """

    __slots__ = ("call", "patience_us", "served")

    def __init__(self, call: Callable[[], None], patience_us: int) -> None:
        self.call = call
        self.patience_us = patience_us
        self.served = False


class ServerProcesses:
    """The processes of one host.

    Args:
        name: the host's.
        settings: how many, how long the line may be, and how long a silent client is waited for.
        env: the simulation's environment.
        line: the accept queue's length, where there was one before a crash.

    Attributes:
        half_open: whether a client that finds the line full believes that it is connected.
        line: how many wait.
    """

    def __init__(
        self, name: str, settings: ServerProcessesSettings, env: Clock, line: QueueLength | None = None
    ) -> None:
        self.half_open = settings.when_full == "half_open"
        self.line = line or QueueLength(f"{name}.accept_queue")
        self._name = name
        self._settings = settings
        self._env = env
        self._start_us = settings.start_time_us
        # Where it costs no time to start one, all are there from the beginning.
        self._idle, self._unstarted = (0, settings.limit) if self._start_us else (settings.limit, 0)
        self._starting = False
        self._timeout_us = settings.silence_timeout_us
        self._stress_timeout_us = settings.stress_timeout_us if settings.stress_mode else self._timeout_us
        self._stress_until_us = -1
        self._places = settings.places
        self._waiting: deque[Waiting] = deque()
        self._serving = False

    def crash(self, now_us: int) -> "ServerProcesses":
        """End with the machine, and give those that will be there when it is up again.

        Who still has something to give back to these, or waits for them, finds nobody.
        """
        for _ in self._waiting:
            self.line.leave(now_us)
        self._waiting.clear()
        return ServerProcesses(self._name, self._settings, self._env, self.line)

    def take_place(self) -> bool:
        """Take a place for a connection that is being opened, if there is one."""
        if not self._places:
            return False
        self._places -= 1
        return True

    def give_up_place(self) -> None:
        """Give the place back of a connection that was never opened."""
        self._places += 1

    def take_process(self) -> bool:
        """Take a process for a connection that is open now, if one is free."""
        if not self._idle:
            return False
        self._occupy()
        return True

    def _occupy(self) -> None:
        self._idle -= 1
        if not (self._idle or self._unstarted or self._starting):
            self._stress_until_us = self._env.now + _STRESS_US

    @property
    def timeout_us(self) -> int:
        """How long a client that is taken up now may say nothing."""
        return self._stress_timeout_us if self._env.now <= self._stress_until_us else self._timeout_us

    def wait(self, call: Callable[[], None], patience_us: int, now_us: int) -> Waiting:
        """Let an open connection wait for a process, until the client gives up."""
        waiting = Waiting(call, patience_us)
        self._waiting.append(waiting)
        self.line.enter(now_us)
        self._start()
        return waiting

    def _start(self) -> None:
        """Start one more process for those who wait, unless one is being started."""
        if self._waiting and self._unstarted and not self._starting:
            self._starting = True
            self._unstarted -= 1
            ring_once(self._env, self._env.now + self._start_us, self._started)

    def _started(self, _: Any) -> None:
        self._starting = False
        self._idle += 1
        self._take_up(self._env.now)
        self._start()

    def release(self, now_us: int) -> None:
        """A connection is closed: its process takes the next one."""
        self._idle += 1
        self._places += 1
        self._take_up(now_us)

    def _take_up(self, now_us: int) -> None:
        """Let idle processes take those who wait, first come first served."""
        if self._serving:
            return  # Who was just called has been turned away; the loop below goes on.
        self._serving = True
        while self._idle and self._waiting:
            waiting = self._waiting.popleft()
            self.line.leave(now_us)
            if waiting.patience_us <= now_us:
                self._places += 1
                continue
            self._occupy()
            waiting.served = True
            waiting.call()
        self._serving = False
