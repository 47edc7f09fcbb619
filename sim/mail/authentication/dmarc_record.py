"""Read a DMARC record.

See: RFC 7489 6.3 (tags), 6.4 (grammar), 6.6.3 step 6 (records without a usable policy).
Left out: `fo`, `rf`, `ri` and `ruf`, which concern reports; of `rua` only whether it stands there.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from sim.mail.authentication.tag_list import usable_tags

Policy: TypeAlias = Literal["none", "quarantine", "reject"]

_VERSION: Final = re.compile(r"[ \t]*v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)")
"""First in the record, and its value exactly so (RFC 7489 6.3, v)."""
_PERCENT: Final = re.compile(r"[0-9]{1,3}")
_ALL: Final = 100
"""RFC 7489 6.3, pct: the default is all letters."""
_POLICIES: Final[dict[str, Policy]] = {"none": "none", "quarantine": "quarantine", "reject": "reject"}
_REPORT_ADDRESS: Final = re.compile(r"mailto:[^@\s,]+@[^@\s,]+", re.IGNORECASE)
"""An address that reports may go to; other schemes say nothing (RFC 7489 6.2)."""
_KEPT_RECORDS: Final = 4096
"""Texts whose reading is remembered: a speed-up, nothing else."""


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """A usable record.

    Attributes:
        policy: for letters of the domain itself, `p`.
        subdomain_policy: for letters of domains below it that have no record of their own, `sp`.
        percent: to how many failing letters in 100 the policy applies, `pct`.
        strict_dkim: whether the signing domain has to be the same, `adkim=s`.
        strict_spf: whether the sender's domain has to be the same, `aspf=s`.
    """

    policy: Policy
    subdomain_policy: Policy
    percent: int = _ALL
    strict_dkim: bool = False
    strict_spf: bool = False

    def policy_for(self, *, own: bool) -> Policy:
        """Give the policy for letters of the domain itself, or of one below it."""
        return self.policy if own else self.subdomain_policy


def is_dmarc(text: str) -> bool:
    """Tell whether a TXT record is a DMARC record: it begins with its version (6.6.3 steps 2 and 4)."""
    return _VERSION.match(text) is not None


@lru_cache(_KEPT_RECORDS)
def read_record(text: str) -> DmarcRecord | None:
    """Read a record of which `is_dmarc` is true; None where it says no usable policy.

    A wrong value of `pct`, `adkim` or `aspf` counts as missing (6.3). A wrong or missing `p`, or a wrong `sp`,
    counts as `none` where reports are asked for, and else spoils the record (6.6.3 step 6).
    """
    found = usable_tags(text)
    policy = _POLICIES.get(found.get("p", "").lower())
    subdomain_policy = _POLICIES.get(found["sp"].lower()) if "sp" in found else policy
    if policy is None or subdomain_policy is None:
        if not _REPORT_ADDRESS.search(found.get("rua", "")):
            return None
        policy = subdomain_policy = "none"
    return DmarcRecord(
        policy,
        subdomain_policy,
        _percent(found.get("pct", "")),
        strict_dkim=found.get("adkim", "").lower() == "s",
        strict_spf=found.get("aspf", "").lower() == "s",
    )


def _percent(text: str) -> int:
    return int(text) if _PERCENT.fullmatch(text) and int(text) <= _ALL else _ALL
