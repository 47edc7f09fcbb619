"""Where the time of delivered letters went: their delay in parts that add up to it, to the microsecond.

A letter's time is cut where something changes: in the incoming queue, in the active queue, asking DNS, opening a
connection, in the conversation; and after each attempt that failed, put off until the next, told apart by the answer
that put it off. These are Postfix's delays=a/b/c/d of all its attempts, and the waits between them.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.viz.rates import Tables

WAYS = ("incoming", "active", "dns", "connecting", "conversation")
PUT_OFF = "put_off."
"""Before the name of the answer after which a letter was put off."""
SUSPENDED = f"{PUT_OFF}suspended"
"""Put off without an attempt, since the destination was taken for dead."""
MICROSECONDS = 1_000_000


def delay_parts(tables: Tables) -> pd.DataFrame:
    """Give the parts of each delivered letter's delay.

    Args:
        tables: the frames of a run: letters and attempts.

    Returns:
        A row for each part: letter, provider, part, and its length as whole microseconds.
    """
    letters = tables["letters"]
    there = letters[(letters["kind"] == "letter") & letters["delivered_s"].notna()]
    delivered = there.assign(
        accepted_us=_whole(there["accepted_s"]), delivered_us=_whole(there["delivered_s"])
    )[["letter", "provider", "accepted_us", "delivered_us"]]
    joined = tables["attempts"].drop(columns="provider").merge(delivered, on="letter")
    joined = joined.sort_values(["letter", "attempt"], kind="stable").reset_index(drop=True)
    marks = _marks(joined)
    names = np.empty(marks.shape, dtype=object)
    names[:, :5] = WAYS
    names[:, 5] = PUT_OFF + joined["reply_name"].astype(str)
    names[(joined["connection"] == "suspended").to_numpy(), 5] = SUSPENDED
    ends = np.column_stack([marks[:, 1:], _next_start(joined, marks)])
    # Cut at the receiver's 250: the sender hears of it half a round trip later.
    until = joined["delivered_us"].to_numpy()[:, None]
    lasted = np.clip(ends, None, until) - np.clip(marks, None, until)
    parts = pd.DataFrame(
        {
            "letter": np.repeat(joined["letter"].to_numpy(), marks.shape[1]),
            "provider": np.repeat(joined["provider"].astype(str).to_numpy(), marks.shape[1]),
            "part": names.ravel(),
            "lasted_us": lasted.ravel(),
        }
    )
    return parts[parts["lasted_us"] != 0].reset_index(drop=True)


def mean_parts(tables: Tables) -> pd.DataFrame:
    """Give the mean length of each part in seconds: a row for each destination, a column for each part."""
    parts = delay_parts(tables)
    letters = tables["letters"]
    there = letters[(letters["kind"] == "letter") & letters["delivered_s"].notna()]
    count = there["provider"].astype(str).value_counts()
    total = parts.pivot_table(
        index="provider", columns="part", values="lasted_us", aggfunc="sum", fill_value=0
    )
    put_off = sorted(name for name in total.columns if name.startswith(PUT_OFF))
    ordered = [name for name in letters["provider"].cat.categories if name in count.index]
    total = total.reindex(index=ordered, columns=[*WAYS, *put_off], fill_value=0)
    return total.div(count.reindex(ordered), axis=0) / MICROSECONDS


def _marks(joined: pd.DataFrame) -> NDArray[np.int64]:
    """Give for each attempt when it changed: waiting, activated, handed over, asked, connected, ended."""
    activated, handed, ended = (_whole(joined[f"{name}_s"]) for name in ("activated", "handed", "ended"))
    first = _is_first(joined)
    # What comes before later attempts is the time put off, which the attempt before tells.
    waiting = np.where(first, joined["accepted_us"].to_numpy(), activated)
    asked = handed + _whole(joined["dns_s"].fillna(0))
    connected = np.maximum(asked, handed + _whole(joined["delay_c_s"]))
    asked, connected = np.minimum(asked, ended), np.minimum(connected, ended)
    return np.column_stack([waiting, activated, handed, asked, connected, ended])


def _next_start(joined: pd.DataFrame, marks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give when a letter's next attempt began, or its delivery after the last."""
    following = joined["delivered_us"].to_numpy().copy()
    later = ~_is_first(joined)[1:]
    following[:-1][later] = marks[1:, 1][later]
    start: NDArray[np.int64] = np.maximum(following, marks[:, 5])
    return start


def _is_first(joined: pd.DataFrame) -> NDArray[np.bool_]:
    names = joined["letter"].to_numpy()
    first = np.ones(len(names), dtype=np.bool_)
    first[1:] = names[1:] != names[:-1]
    return first


def _whole(seconds: "pd.Series[float]") -> NDArray[np.int64]:
    """Give seconds as whole microseconds, in which the run counted."""
    return np.rint(seconds.to_numpy(dtype=np.float64) * MICROSECONDS).astype(np.int64)
