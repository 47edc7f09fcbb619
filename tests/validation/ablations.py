"""Rules of Postfix taken out of the engine one at a time, for the tests that show what each is good for."""

from collections.abc import Callable
from typing import Any

import pytest

from sim.kernel.alarm import ring_once
from sim.kernel.condition import DOWN
from sim.mail import faults
from sim.mail.queue_manager import QueueManager
from sim.mail.smtp_client import SmtpClient
from sim.mail.window import Destination

Ablation = Callable[[pytest.MonkeyPatch], None]


def dead_site_letters_wait(patch: pytest.MonkeyPatch) -> None:
    """Letters of a dead site stay in the active queue until its rest is over, instead of being deferred at once."""

    def bury(manager: Any, destination: Any, reply: int, now_us: int) -> None:
        destination.dead = False
        destination.suspend(now_us + manager._dead_us)

        def resume(_: Any) -> None:
            destination.resume()
            manager._go(destination, manager._env.now)

        ring_once(manager._env, now_us + manager._dead_us, resume)

    failed = Destination.failed
    patch.setattr(QueueManager, "_bury", bury)
    # What was under way when the rest began changes nothing.
    patch.setattr(Destination, "failed", lambda one: not one.suspended and failed(one))


def a_4xx_slows_the_window(patch: pytest.MonkeyPatch) -> None:
    """A 4xx to RCPT counts as a failure of the site."""
    refused = SmtpClient._refused

    def counted(client: Any, delivery: Any, known_us: int) -> None:
        refused(client, delivery, known_us)
        delivery.site_failure = True

    patch.setattr(SmtpClient, "_refused", counted)


def destinations_are_remembered(patch: pytest.MonkeyPatch) -> None:
    """A destination keeps its window, cohorts and caching when its queue has become empty."""
    patch.setattr(Destination, "forgettable", property(lambda destination: False))


def no_guard_of_half_a_step(patch: pytest.MonkeyPatch) -> None:
    """The window moves when a whole step is full, as the document's pseudo-code has it, not half a step sooner."""

    def failed(destination: Any) -> bool:
        if destination.dead:
            return False
        destination.cohorts += 1.0 / destination.window
        if destination.cohorts >= destination.rules.cohort_limit:
            destination.dead = True
            destination.deaths += 1
            destination.load = destination.store = False
            return True
        destination.failure -= destination.rules.negative(destination.window)
        while destination.failure <= -1:
            destination.window -= 1
            destination.success = 0.0
            destination.failure += 1
        destination.window = max(destination.window, 1)
        return False

    patch.setattr(Destination, "failed", failed)


def a_closed_port_breaks_open_connections(patch: pytest.MonkeyPatch) -> None:
    """A host whose port is closed is down for those who are connected, too."""
    patch.setitem(faults._STATES, "refusing", DOWN)
