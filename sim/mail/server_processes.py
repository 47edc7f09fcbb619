"""The processes that serve connections at one host, and the accept queue before them.

Part of smtp_server. A connection holds one of `limit` processes until it is closed. Others may be open and wait,
first come first served; nobody greets them. When their line is full a host drops requests to connect, or answers
them and forgets (see connecting). A client that gives up waiting keeps its place until its turn comes.
See: listen(2), tcp(7); Postfix's default_process_limit and master(8); SCHEDULER_README, "Results for delivery to
concurrency limited servers".
Left out: the time that it takes to start a process.
"""

from collections import deque
from collections.abc import Callable

from sim.kernel.queue_length import QueueLength
from sim.scenario.provider import ServerProcesses as ServerProcessesSettings


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
        settings: how many, and how long the line may be.

    Attributes:
        half_open: whether a client that finds the line full believes that it is connected.
        line: how many wait.
    """

    def __init__(self, name: str, settings: ServerProcessesSettings) -> None:
        self.half_open = settings.when_full == "half_open"
        self.line = QueueLength(f"{name}.accept_queue")
        self._free = settings.limit
        self._places = settings.places
        self._waiting: deque[Waiting] = deque()
        self._serving = False

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
        if not self._free:
            return False
        self._free -= 1
        return True

    def wait(self, call: Callable[[], None], patience_us: int, now_us: int) -> Waiting:
        """Let an open connection wait for a process, until the client gives up."""
        waiting = Waiting(call, patience_us)
        self._waiting.append(waiting)
        self.line.enter(now_us)
        return waiting

    def release(self, now_us: int) -> None:
        """A connection is closed: its process takes the next one."""
        self._free += 1
        self._places += 1
        if self._serving:
            return  # Who was just called has been turned away; the loop below goes on.
        self._serving = True
        while self._free and self._waiting:
            waiting = self._waiting.popleft()
            self.line.leave(now_us)
            if waiting.patience_us <= now_us:
                self._places += 1
                continue
            self._free -= 1
            waiting.served = True
            waiting.call()
        self._serving = False
