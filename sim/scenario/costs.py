"""What a way of sending costs in a month: a price list, a machine, and the hours that people spend on it.

Nothing here changes a run. `mailsim compare` works out the cost of a month and of a thousand letters from it, as a
function of how many letters are sent.
"""

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.presets import PresetSettings
from sim.scenario.settings import Count, graded

_NONE = "nothing of the kind is paid unless it is written"
_NOBODY_SAYS = "nobody publishes it; set your own"

Amount = Annotated[float, Field(ge=0, le=1e12)]
"""An amount of money, of hours or of mailings."""
Positive = Annotated[float, Field(gt=0, le=1e12)]
Number = Annotated[int, Field(ge=0, le=1_000_000_000)]


class Costs(PresetSettings):
    """What a way of sending costs in a month. Written as the name of a preset, or as a mapping."""

    preset_kind = "costs"

    currency: Literal["JPY", "USD"] = graded("JPY", "assumption", "the currency of the scenario's author")
    """The currency of the fees; hours are paid in yen in any case."""
    yen_per_dollar: Positive = graded(150.0, "assumption", "a round rate of exchange; set that of the day")
    """How many yen a dollar is."""
    mailings_per_month: Positive = graded(8.0, "assumption", "two mailings a week")
    """How often in a month the letters of this scenario are sent."""
    fee_per_month: Amount = graded(0.0, "assumption", _NONE)
    """A subscription, or any other fee that does not depend on the number of letters."""
    included_letters: Number = graded(0, "assumption", _NONE)
    """How many letters a month the fee pays for."""
    fee_per_thousand: Amount = graded(0.0, "assumption", _NONE)
    """The price of a thousand letters beyond those."""
    addresses: Number = graded(0, "assumption", "addresses come along with the machine or are the service's")
    """How many addresses of one's own are paid for, for each server."""
    address_fee_per_month: Amount = graded(0.0, "assumption", _NONE)
    """The price of one such address a month."""
    server_fee_per_month: Amount = graded(0.0, "assumption", _NONE)
    """The price of one server a month, bought or rented, with power and monitoring."""
    letters_per_server_hour: Count | None = graded(None, "assumption", "the service sees to it")
    """How many letters one server sends in an hour; more letters need more servers."""
    sending_hours: Positive = graded(1.0, "assumption", "a notice is of use if it arrives within the hour")
    """Within how many hours a mailing has to leave."""
    setup_hours: Amount = graded(0.0, "assumption", _NONE)
    """Hours of work until the first letter can be sent."""
    months_of_use: Positive = graded(36.0, "assumption", "three years until everything is set up anew")
    """Over how many months that work is spread."""
    staff_hours_per_month: Amount = graded(0.0, "assumption", _NONE)
    """Hours of work a month: updates, logs, complaints, blocklists, bounces."""
    wage_yen_per_hour: Amount = graded(4000.0, "assumption", _NOBODY_SAYS)
    """What an hour of work costs the employer."""
