"""What the plain engine does not know, and says so before it runs."""

from collections.abc import Iterator

from sim.scenario.schema import Scenario


class NotCovered(ValueError):  # noqa: N818 -- it says what, not that something went wrong
    """A scenario has a setting that the plain engine does not know."""


def refuse_what_is_not_covered(scenario: Scenario) -> None:
    """Refuse a scenario that would run otherwise than it says.

    Raises:
        NotCovered: with the first setting that is not known.
    """
    for path in _not_covered(scenario):
        raise NotCovered(path)


def _not_covered(scenario: Scenario) -> Iterator[str]:
    for name, provider in scenario.providers.items():
        for key in ("disk", "relay"):
            if getattr(provider, key) is not None:
                yield f"providers.{name}.{key}"
        if provider.authentication is not None:
            yield from _not_covered_of_identities(scenario)
        for host in provider.mx:
            processes = provider.at(host).server_processes
            if processes is not None and processes.start_time_us:
                yield f"providers.{name}.server_processes.start_time"
    for name, sender in scenario.senders.items():
        if sender.program is not None:
            yield f"senders.{name}.program"
    for index, fault in enumerate(scenario.faults):
        if fault.what == "crash" and not fault.where.startswith("senders."):
            yield f"faults.{index}: crash"
    for name in scenario.silent_clients:
        yield f"silent_clients.{name}"


def _not_covered_of_identities(scenario: Scenario) -> Iterator[str]:
    """Give what the identity check does not know: written records, and domains under country codes."""
    if scenario.zones:
        yield "zones"
    for name, sender in scenario.senders.items():
        if len(sender.domain.rsplit(".", 1)[-1]) == 2:
            yield f"senders.{name}.domain"
    for name, entry in scenario.letters.items():
        if entry.forges is not None and len(entry.forges.rsplit(".", 1)[-1]) == 2:
            yield f"letters.{name}.forges"
