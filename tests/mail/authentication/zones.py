"""Short ways to write records and to check a client in tests."""

from sim.mail.authentication.records import MemoryRecords
from sim.mail.authentication.spf import SpfResult, check_host

CLIENT = "192.0.2.3"
CLIENT_6 = "2001:db8::cb01"
DOMAIN = "school.example.jp"
SENDER = f"office@{DOMAIN}"
HELO = "mail.school.example.jp"


def check(
    record: str,
    more: dict[str, dict[str, list[str]]] | None = None,
    *,
    ip: str = CLIENT,
    sender: str = SENDER,
    helo: str = HELO,
    silent: tuple[str, ...] = (),
) -> SpfResult:
    """Check the client for DOMAIN with this record; `more` adds to its zone."""
    zones: dict[str, dict[str, list[str]]] = {name: dict(kinds) for name, kinds in (more or {}).items()}
    zones.setdefault(DOMAIN, {})["TXT"] = [record]
    return check_host(ip, DOMAIN, sender, helo, MemoryRecords(zones, silent))
