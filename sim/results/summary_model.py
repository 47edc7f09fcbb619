"""The form of a run's summary, `format: 1`: what `--json` prints and `summary.json` holds.

`summary.schema.json` beside this file is made from these models; a test keeps it current.
"""

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

SCHEMA_FILE = Path(__file__).with_name("summary.schema.json")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class FigureModel(_Model):
    """A number with its uncertainty."""

    value: float | int | None
    """The mean over the replications; null where there is none (nothing delivered, never reached)."""
    low: float | None
    """Lower end of the 95 % interval (Student t over replications); null for a single run."""
    high: float | None
    """Upper end of the interval."""
    n: int
    """How many replications gave a number."""


class LettersModel(_Model):
    """Where the letters ended: each is in exactly one of the outcomes. DSNs and notices of delay are not counted."""

    submitted: FigureModel
    """Letters handed to their sending mail server."""
    inbox: FigureModel
    """In the inbox."""
    spam: FigureModel
    """In the spam folder."""
    discarded: FigureModel
    """Accepted with 250 by the receiver, then dropped."""
    refused: FigureModel
    """Refused at submission by their own mail server."""
    bounced: FigureModel
    """Returned after a 5xx reply."""
    expired: FigureModel
    """Returned after the last retry that the sender's queue lifetime allows."""
    queued: FigureModel
    """Still under way when the run ended."""
    lost: FigureModel
    """In none of the outcomes: always 0."""
    read: FigureModel
    """Opened by their readers within the run: a flag, not an outcome."""


class DelaysModel(_Model):
    """Seconds from acceptance by the sender's mail server to the receiver's 250, over delivered letters.

    Percentiles are nearest ranks, taken in each replication and then averaged.
    """

    p50: FigureModel
    p90: FigureModel
    p99: FigureModel
    max: FigureModel


class ReachedModel(_Model):
    """How far the mailing got, of all letters submitted, so that refusing much does not look fast."""

    share_by_deadline: FigureModel
    """Share (0 to 1) delivered by the deadline, which counts from the start; null without a deadline."""
    s_to_50: FigureModel
    """Seconds from the first submission until half of all letters were delivered.

    null unless every replication got so far; `n` then says how many did.
    """
    s_to_90: FigureModel
    """The same for 90 %."""
    s_to_99: FigureModel
    """The same for 99 %."""


class GroupModel(_Model):
    """The letters of one provider, or of one entry of `letters:`."""

    letters: LettersModel
    accepted_to_delivered_s: DelaysModel
    reached: ReachedModel


class DestinationModel(GroupModel):
    """The letters of one provider, and how it answered."""

    answers: dict[str, FigureModel]
    """How often each answer was given to an attempt, by what was meant: `accepted`, `greylisted` ..."""


class NoticesModel(_Model):
    """Notices from the mail system to the writers of letters: letters of their own, counted apart."""

    submitted: FigureModel
    delivered: FigureModel
    queued: FigureModel


class DuplicatesModel(_Model):
    """Copies of letters that their receiver had already, since the sender did not hear that the first was taken."""

    delivered: FigureModel
    """Copies after the first."""
    letters: FigureModel
    """Letters of which there are such copies."""


class ThroughputModel(_Model):
    """Letters delivered a second."""

    mean_per_s: FigureModel
    """Between the first and the last delivery."""
    busiest_minute_per_s: FigureModel
    """In the busiest whole minute."""


class AttemptsModel(_Model):
    """Attempts at delivering letters, DSNs and notices of delay left out."""

    total: FigureModel
    """All finished attempts."""
    connected: FigureModel
    """Those over a new or a reused connection."""
    suspended: FigureModel
    """Those put off without trying, since the destination was taken for dead."""
    per_letter: FigureModel
    """All attempts, divided by the letters submitted."""


class HostModel(_Model):
    """One station of a host."""

    utilisation: FigureModel
    """Share (0 to 1) of the run in which a worker was busy, on average over its workers."""
    peak_queue: FigureModel
    """The most letters in it at one time."""
    down_s: FigureModel
    """Seconds in which it was down."""


class QueueModel(_Model):
    """One queue."""

    mean: FigureModel
    """Letters in it, averaged over the whole run."""
    peak: FigureModel
    """The most letters in it at one time."""


class BlameModel(_Model):
    """Where the time of a group of letters went: seconds of all of them together, in parts that add up to `delay_s`.

    Divided by `letters` they are means.
    """

    letters: FigureModel
    """How many letters."""
    delay_s: FigureModel
    """From submission to the receiver's 250; of a letter without one, until it was returned or the run ended."""
    submission_s: FigureModel
    """From submission to the active queue: post box, takeover, incoming queue."""
    queue_s: FigureModel
    """In the active queue, waiting for a process or for the destination."""
    dns_s: FigureModel
    """Asking DNS for the way."""
    connection_s: FigureModel
    """Setting up connections, from the delivery agent to MAIL without DNS; hosts that did not answer included."""
    transfer_s: FigureModel
    """From MAIL on: envelope, body, the receiver's checking, and writing down the answer."""
    unfinished_s: FigureModel
    """In attempts that were not over when the run ended."""
    waiting_s: dict[str, FigureModel]
    """Between a failed attempt and the next one, by the answer: code, enhanced code and name (`450 4.2.0 greylisted`).

    `suspended` where the letter was put off untried, since its destination was taken for dead.
    """


class RunBlameModel(_Model):
    """Where the time of the letters went, by part."""

    delivered: BlameModel
    """Letters that a receiver accepted."""
    undelivered: BlameModel
    """All others: refused, returned, given up, or still under way."""
    by_destination: dict[str, BlameModel]
    """Delivered letters by provider."""
    dsns: BlameModel
    """Delivery status notifications (bounces)."""
    warnings: BlameModel
    """Notices that a letter is late."""


class FeedbackModel(_Model):
    """What a provider with aggregate feedback tells one sender: a rate of complaints a day, and no letter."""

    complaints: FigureModel
    """Letters that readers reported as spam."""
    inbox: FigureModel
    """Letters that came into an inbox."""
    share: FigureModel
    """Complaints over letters in the inbox, 0 to 1, of the whole run."""
    worst_day_share: FigureModel
    """The same of the worst day."""
    days: FigureModel
    """Days on which something came into an inbox."""
    days_too_many: FigureModel
    """Days with 0.1 % or more, which a bulk sender should stay below."""
    days_far_too_many: FigureModel
    """Days with 0.3 % or more, which nobody may reach."""


class IncidentModel(_Model):
    """A time of trouble, and the letters that it delayed, as far as the tables show."""

    kind: str
    where: str
    from_s: float
    to_s: float | None
    """null: not over when the run ended."""
    why: str
    n: int
    """In how many replications it happened so."""
    letters_delayed: FigureModel | None = None
    """Letters with an attempt that failed there and then, with an answer that such trouble gives.

    Of trouble at a sender, the letters that stood in its mail bag, incoming or active queue meanwhile.
    """
    delay_s: FigureModel | None = None
    """Seconds of all of them together: these attempts and the waits after them.

    Not a comparison with a run without the incident; and one wait may belong to several incidents.
    """
    worst_letter: str | None = None
    """The letter that it delayed most in the first replication in which it delayed any; null where it delayed none."""


class AssumptionModel(_Model):
    """A value in force that the scenario's author did not choose."""

    path: str
    value: Any
    grade: str
    """published, community or assumption."""
    source: str = ""


class CheckModel(_Model):
    """One check of the audit."""

    name: str
    ok: bool
    expected: int | float | str
    found: int | float | str
    example: str | None = None
    """A letter to look at, where the check failed."""


class AuditModel(_Model):
    """The audit of all replications: a check is right if it is right in each of them."""

    ok: bool
    checks: list[CheckModel]


class MachineModel(_Model):
    """The only part that may differ between two runs of the same scenario and seed."""

    wall_s: float
    version: str
    platform: str


class SummaryModel(_Model):
    """What a run, or several replications of it, came to."""

    format: Literal[1]
    scenario: str
    """Name of the scenario's file, without its ending."""
    seed: int
    replications: int
    simulated_s: FigureModel
    letters: LettersModel
    accepted_to_delivered_s: DelaysModel
    reached: ReachedModel
    by_destination: dict[str, DestinationModel]
    """By provider."""
    by_letters: dict[str, GroupModel]
    """By entry of `letters:`."""
    dsns: NoticesModel
    """Delivery status notifications (bounces)."""
    warnings: NoticesModel
    """Notices that a letter is late and is still being tried (`delay_warning_time`)."""
    duplicates: DuplicatesModel
    """Copies that were delivered once more."""
    throughput: ThroughputModel
    attempts: AttemptsModel
    replies: dict[str, FigureModel]
    """How often each answer was given to an attempt, by code and enhanced code (`450 4.7.1`).

    The enhanced code alone (`4.4.1`) where nobody answered. Suspended attempts got no answer.
    """
    hosts: dict[str, HostModel]
    queues: dict[str, QueueModel]
    blame: RunBlameModel | None = None
    """Where the time went."""
    feedback: dict[str, dict[str, FeedbackModel]] = {}
    """By provider whose feedback is aggregate, and by sender; left out where there is none."""
    incidents: list[IncidentModel]
    assumptions: list[AssumptionModel]
    audit: AuditModel
    machine: MachineModel


def schema() -> dict[str, Any]:
    """Give the published JSON Schema of a summary."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **SummaryModel.model_json_schema(mode="serialization"),
    }


def schema_text() -> str:
    """Give the schema as it stands in its file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
