"""The prices and hours behind the money of a comparison: each value, how well it is known, and who says so."""

from collections.abc import Iterator
from typing import Final

from sim.analogy.labels import label
from sim.comparison.known import grade, source
from sim.comparison.outcome import Outcome
from sim.comparison.variants import Setup
from sim.scenario.costs import Costs

FEES: Final = ("fee_per_month", "fee_per_thousand", "address_fee_per_month", "server_fee_per_month")
"""These are paid in the currency of the price list."""
HOURS: Final = (
    "setup_hours",
    "staff_hours_per_month",
    "wage_yen_per_hour",
    "months_of_use",
    "mailings_per_month",
)


def price_lines(outcome: Outcome, lang: str) -> Iterator[str]:
    """List what each setup's money was counted with.

    Args:
        outcome: what came of the comparison.
        lang: the language of the words; sources are quoted as they are.
    """
    priced = [(setup, setup.scenario.costs) for setup in outcome.setups if setup.scenario.costs is not None]
    if not outcome.money.costs or not priced:
        return
    yield label("compare.prices", lang)
    for setup, costs in priced:
        yield f"  {label('compare.price_list', lang, setup=setup.name, preset=costs.preset or '-')}"
        yield from (f"    {line}" for line in _of(setup, costs, lang))


def _of(setup: Setup, costs: Costs, lang: str) -> Iterator[str]:
    """Give a line for each value in use; addresses are paid for only where the setup has its own."""
    for name in (*FEES, *(("yen_per_dollar",) if costs.currency == "USD" else ()), *HOURS):
        value = getattr(costs, name)
        if value and not (name == "address_fee_per_month" and not costs.addresses):
            unit = f" {costs.currency}" if name in FEES else ""
            path = f"costs.{name}"
            said = source(setup.scenario, path)
            known = label(f"grade.{grade(setup.scenario, path)}", lang)
            kind = "compare.price" if said is not None else "compare.price_written"
            yield label(kind, lang, path=path, value=f"{value:,g}{unit}", grade=known, source=said or "")
