"""D32, D33: what SPF counts, and what DMARC asks besides: not that something passes, but that it is aligned."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sim.kernel.recorder import RunRecord
from sim.validation.cases.case_row import exactly
from sim.validation.cases.world import letters, provider, run, sender
from sim.validation.row import Row
from sim.vocabulary.kinds import LETTER
from sim.vocabulary.outcomes import BOUNCED

SPF_COUNT: Final = 4
ALIGNED_COUNT: Final = 8
_LETTERS: Final = 20
_ELSEWHERE: Final = "ip4:203.0.113.1"
_HERE: Final = "ip4:192.0.2.10"


def ten_terms() -> Iterable[Row]:
    """D32: SPF records whose last term names the sender, after so many that ask DNS.

    Right value: RFC 7208 4.6.4: include, a, mx, ptr, exists and redirect count, each once; the addresses of an mx's
    hosts do not, nor does exp. Ten are evaluated, and the sender passes; with the eleventh it is permerror.
    """
    for name, terms, refused, why in (
        ("10 includes", _includes(10), 0, "ten terms are evaluated"),
        ("11 includes", _includes(11), _LETTERS, "the eleventh is permerror"),
        (
            "9 includes and an mx of 3 hosts",
            ["mx", *_includes(9)],
            0,
            "an mx counts once, whatever its hosts",
        ),
        ("10 includes and exp", ["exp=why.sender.example", *_includes(10)], 0, "exp does not count"),
    ):
        yield exactly(
            f"D32 ten terms: refused of {_LETTERS}, {name}", refused, _refused(with_spf(terms), "note"), why
        )


def _includes(number: int) -> list[str]:
    return [f"include:_{place}.sender.example" for place in range(number)]


def with_spf(terms: Sequence[str]) -> RunRecord:
    """Send letters from a domain whose SPF record has these terms, to a receiver that refuses what does not pass."""
    included = [term.removeprefix("include:") for term in terms if term.startswith("include:")]
    zones: dict[str, Mapping[str, Sequence[str]]] = {
        name: {"TXT": [f"v=spf1 {_ELSEWHERE} -all"]} for name in included[:-1]
    }
    zones[included[-1]] = {"TXT": [f"v=spf1 {_HERE} -all"]}
    zones["sender.example"] = {
        "TXT": [f"v=spf1 {' '.join(terms)} -all"],
        "MX": [f"{place}0 mx{place}.sender.example" for place in (1, 2, 3)],
    }
    zones |= {f"mx{place}.sender.example": {"A": [f"203.0.113.{place}"]} for place in (1, 2, 3)}
    zones["why.sender.example"] = {"TXT": ["not from here"]}
    return run(
        "1 h",
        senders={"shop": sender()},
        providers={"office": provider(authentication={"requires": ["spf"], "missing": "refused"})},
        letters={"note": letters(count=_LETTERS)},
        zones=zones,
    )


def aligned() -> Iterable[Row]:
    """D33: a forwarder passes letters on, with its own domain on the envelope (SRS) or with the writer's.

    Right value: RFC 7489 3.1, 6.3: a pass counts only if its domain is the one in From, the writer's. Without SRS
    SPF asks the writer's domain, which does not name the forwarder: fail. With SRS it asks the forwarder's: pass, but
    not aligned. So DKIM alone decides. With p=reject letters that rely on SPF alone are refused, SRS or not, and
    signed ones arrive; with p=none all do. A forger is in the same place as a forwarder.
    """
    record = in_others_names()
    for kind, refused, why in (
        ("SPF", _LETTERS, "with SRS, SPF passes for the forwarder, and is not aligned; without SRS it fails"),
        ("DKIM", 0, "the signature survives, and is aligned"),
        ("SPF+DKIM", 0, "the signature survives, and is aligned"),
    ):
        for srs in (False, True):
            yield exactly(
                f"D33 alignment: refused of {_LETTERS} forwarded {_WITH_SRS[srs]} SRS, {kind}, p=reject",
                refused,
                _refused(record, _entry(kind, "reject", srs)),
                why,
            )
    lax = sum(_refused(record, _entry(kind, "none", srs)) for kind in _PUBLISHED for srs in (False, True))
    yield exactly(
        f"D33 alignment: refused of {6 * _LETTERS} forwarded, p=none", 0, lax, "the policy asks for nothing"
    )
    yield exactly(
        f"D33 alignment: refused of {_LETTERS} forged, p=reject",
        _LETTERS,
        _refused(record, "forged"),
        "nothing that passes is aligned",
    )


_WITH_SRS: Final = {False: "without", True: "with"}
_PUBLISHED: Final[Mapping[str, Mapping[str, Any]]] = {
    "SPF": {"spf": True, "dkim": "absent"},
    "DKIM": {"spf": False, "dkim": "signed"},
    "SPF+DKIM": {"spf": True, "dkim": "signed"},
}
_POLICIES: Final = ("reject", "none")


def _writer(kind: str, policy: str) -> str:
    return f"{kind.lower().replace('+', '_and_')}_{policy}"


def _domain(kind: str, policy: str) -> str:
    return f"{_writer(kind, policy).replace('_', '-')}.example"


def _entry(kind: str, policy: str, srs: bool) -> str:
    return f"{_writer(kind, policy)}_{_WITH_SRS[srs]}"


def in_others_names() -> RunRecord:
    """Send letters in the names of domains that are protected in different ways: forwarded ones, and forged ones."""
    writers = {
        _writer(kind, policy): sender(
            domain=_domain(kind, policy),
            addresses=[f"203.0.113.{10 * place + number}"],
            authentication={**published, "dmarc": policy},
        )
        for place, (kind, published) in enumerate(_PUBLISHED.items(), start=1)
        for number, policy in enumerate(_POLICIES)
    }
    forwarded = {
        _entry(kind, policy, srs): letters(
            origin="forwarder",
            count=_LETTERS,
            forwarded={"written_by": _writer(kind, policy), "srs": srs},
        )
        for kind in _PUBLISHED
        for policy in _POLICIES
        for srs in (False, True)
    }
    return run(
        "1 h",
        senders={"forwarder": sender(domain="forwarder.example"), **writers},
        providers={"office": provider(authentication={})},
        letters={
            **forwarded,
            "forged": letters(origin="forwarder", count=_LETTERS, forges=_domain("SPF+DKIM", "reject")),
        },
    )


def _refused(record: RunRecord, entry: str) -> int:
    """Count the letters of an entry that were sent back."""
    wanted = record.names.entries.index(entry)
    columns = zip(record.letters["outcome"], record.letters["kind"], record.letters["entry"], strict=True)
    return sum(outcome == BOUNCED and kind == LETTER and own == wanted for outcome, kind, own in columns)
