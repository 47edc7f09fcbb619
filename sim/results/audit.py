"""The audit that every run ends with: does what the run left behind agree with itself?

Each letter submitted ends in exactly one outcome, times are in order, the tables tell the same story, and
for each queue the integral that the queue kept of its own length equals the waits of the rows: L = lambda W,
which within a finite run is an identity. What the rows can tell of the parameters is held against them: retries,
conversations, limits, services, readings. A check that fails is a fault in mailsim, never in the scenario.
"""

from dataclasses import asdict, dataclass
from typing import Any

from sim.errors import AuditError
from sim.kernel.recorder import RunRecord
from sim.results.audit_attempts import attempt_checks
from sim.results.audit_checks import Check
from sim.results.audit_conversations import conversation_checks
from sim.results.audit_crashes import crash_checks
from sim.results.audit_destinations import destination_checks
from sim.results.audit_doubts import doubt_checks
from sim.results.audit_indices import index_checks
from sim.results.audit_letters import letter_checks
from sim.results.audit_limits import limit_checks
from sim.results.audit_messages import message_checks
from sim.results.audit_notices import notice_checks
from sim.results.audit_queues import queue_checks
from sim.results.audit_readings import reading_checks
from sim.results.audit_retries import retry_checks
from sim.results.audit_rows import AuditedRows
from sim.results.audit_series import series_checks
from sim.results.audit_stations import station_checks


@dataclass(frozen=True)
class Audit:
    """The outcome of all checks of one run, in a fixed order."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Tell whether every check held."""
        return all(check.ok for check in self.checks)

    @property
    def failures(self) -> tuple[Check, ...]:
        """Give the checks that did not hold."""
        return tuple(check for check in self.checks if not check.ok)

    def as_dict(self) -> dict[str, Any]:
        """Give the audit as it stands in a summary."""
        return {"ok": self.ok, "checks": [asdict(check) for check in self.checks]}

    def require(self) -> None:
        """Raise an error if any check failed.

        Raises:
            AuditError: names what was found and what would be right.
        """
        if self.failures:
            lines = [check.sentence() for check in self.failures]
            raise AuditError("audit_failed", "\n".join(lines), checks=[check.name for check in self.failures])


def audit(record: RunRecord) -> Audit:
    """Audit the record of one run."""
    pointers = index_checks(record)
    if not all(check.ok for check in pointers):
        return Audit(tuple(pointers))
    rows = AuditedRows(record)
    parts = (
        letter_checks,
        message_checks,
        notice_checks,
        attempt_checks,
        doubt_checks,
        conversation_checks,
        retry_checks,
        destination_checks,
        limit_checks,
        queue_checks,
        station_checks,
        crash_checks,
        series_checks,
        reading_checks,
    )
    return Audit((*pointers, *(check for part in parts for check in part(rows))))
