"""The numbers of one run, as a tree of plain values; `summary` joins the trees of several replications."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sim.kernel.recorder import RunRecord
from sim.results.audit import Audit, audit
from sim.results.blame import Blame, blame_of
from sim.results.blame_sums import blame_sums
from sim.results.columns import NEVER, Bools, column, letter_name, opened_letters, submitted_letters
from sim.results.consequences import consequences
from sim.results.delays import SECOND, delays, reach, throughput
from sim.results.feedback import feedback_figures
from sim.vocabulary.connections import NEW, REUSED, SUSPENDED
from sim.vocabulary.kinds import DSN, DUPLICATE, WARNING
from sim.vocabulary.outcomes import OUTCOME_NAMES
from sim.vocabulary.replies import REPLIES

Tree = dict[str, Any]


@dataclass(frozen=True)
class Measures:
    """What a summary needs of one run; small, so that it can come back from another process.

    Attributes:
        figures: numbers by name, nested as in the summary.
        incidents: what went wrong, from when to when, and whom it delayed.
        audit: what the audit of this run found.
    """

    figures: Tree
    incidents: list[Tree]
    audit: Audit


def measure(record: RunRecord) -> Measures:
    """Measure one run, and audit it."""
    own, opened = submitted_letters(record), opened_letters(record)
    blame, incidents = _blame(record)
    entry, provider = column(record.letters, "entry"), column(record.letters, "provider")
    names = record.names
    figures: Tree = {
        "simulated_s": record.simulated_us / SECOND,
        **_group(record, own, opened),
        "by_destination": {
            name: {**_group(record, own & (provider == index), opened), "answers": _answers(record, index)}
            for index, name in enumerate(names.providers)
        },
        "by_letters": {
            name: _group(record, own & (entry == index), opened) for index, name in enumerate(names.entries)
        },
        "dsns": _notices(record, DSN),
        "warnings": _notices(record, WARNING),
        "duplicates": _duplicates(record),
        "throughput": asdict(throughput(record, own)),
        **_attempts(record, own),
        "blame": blame,
        "hosts": {
            station.name: {
                "utilisation": None
                if station.busy_us is None
                else station.busy_us / (max(1, station.workers) * record.simulated_us),
                "peak_queue": station.peak_queue,
                "down_s": station.down_us / SECOND,
            }
            for station in record.stations
        },
        "queues": {
            queue.name: {"mean": queue.integral_us / record.simulated_us, "peak": queue.peak}
            for queue in record.queues
        },
    }
    if told := feedback_figures(record):
        figures["feedback"] = told
    return Measures(figures, incidents, audit(record))


def _group(record: RunRecord, which: Bools, opened: Bools) -> Tree:
    """Measure a part of the letters: where they ended, how long they took, how far the mailing got."""
    counts = _outcomes(record, which)
    return {
        "letters": {**counts, "read": int(np.count_nonzero(which & opened))},
        "accepted_to_delivered_s": asdict(delays(record, which)),
        "reached": asdict(reach(record, which)),
    }


def _outcomes(record: RunRecord, which: Bools) -> Tree:
    by_code = np.bincount(column(record.letters, "outcome")[which], minlength=256)
    submitted = int(np.count_nonzero(which))
    counts: Tree = {"submitted": submitted}
    counts.update({name: int(by_code[code]) for code, name in OUTCOME_NAMES.items()})
    # Not 0 by decree: what has no outcome would show here.
    counts["lost"] = submitted - sum(int(by_code[code]) for code in OUTCOME_NAMES)
    return counts


def _notices(record: RunRecord, kind: int) -> Tree:
    counts = _outcomes(record, column(record.letters, "kind") == kind)
    return {"submitted": counts["submitted"], "delivered": counts["inbox"], "queued": counts["queued"]}


def _duplicates(record: RunRecord) -> Tree:
    """Count the copies that were delivered after the first, and the letters that have such copies."""
    again = (column(record.letters, "kind") == DUPLICATE) & (column(record.letters, "delivered_us") != NEVER)
    letters = np.unique(column(record.letters, "parent")[again])
    return {"delivered": int(np.count_nonzero(again)), "letters": len(letters)}


def _attempts(record: RunRecord, own: Bools) -> Tree:
    """Count the attempts at delivering letters, and the answers: a suspended attempt was given none."""
    of_letters = own[column(record.attempts, "letter")]
    connection = column(record.attempts, "connection")[of_letters]
    reply = column(record.attempts, "reply")[of_letters]
    by_reply = np.bincount(reply[connection != SUSPENDED], minlength=len(REPLIES))
    replies: Tree = {}
    for index, known in enumerate(REPLIES):
        if by_reply[index]:
            replies[known.key] = replies.get(known.key, 0) + int(by_reply[index])
    submitted, total = int(np.count_nonzero(own)), len(connection)
    return {
        "attempts": {
            "total": total,
            "connected": int(np.count_nonzero((connection == NEW) | (connection == REUSED))),
            "suspended": int(np.count_nonzero(connection == SUSPENDED)),
            "per_letter": total / submitted if submitted else None,
        },
        "replies": replies,
    }


def _answers(record: RunRecord, provider: int) -> Tree:
    """Count the answers that attempts at one provider's letters got, by what was meant."""
    to_provider = column(record.letters, "provider")[column(record.attempts, "letter")] == provider
    asked = to_provider & (column(record.attempts, "connection") != SUSPENDED)
    by_reply = np.bincount(column(record.attempts, "reply")[asked], minlength=len(REPLIES))
    return {known.name: int(by_reply[index]) for index, known in enumerate(REPLIES) if by_reply[index]}


def _blame(record: RunRecord) -> tuple[Tree, list[Tree]]:
    """Measure where the time went, and list the incidents with what followed; what is computed for it goes again."""
    blame = blame_of(record)
    return blame_sums(record, blame), _incidents(record, blame)


def _incidents(record: RunRecord, blame: Blame) -> list[Tree]:
    table, followed = record.incidents, consequences(record, blame)
    whom = zip(followed.letters_delayed, followed.delay_us, followed.worst, strict=True)
    rows = zip(*(table[name] for name in ("kind", "where", "from_us", "to_us", "why")), whom, strict=True)
    return [
        {
            "kind": kind,
            "where": where,
            "from_s": from_us / SECOND,
            "to_s": None if to_us == -1 else to_us / SECOND,
            "why": why,
            "letters_delayed": int(letters_delayed),
            "delay_s": int(delay_us) / SECOND,
            "worst_letter": None if worst == NEVER else letter_name(record, worst),
        }
        for kind, where, from_us, to_us, why, (letters_delayed, delay_us, worst) in rows
    ]
