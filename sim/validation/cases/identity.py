"""D32, D33: what SPF counts, and what DMARC asks besides: not that something passes, but that it is aligned."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sim.kernel.recorder import RunRecord
from sim.validation.cases.case_row import exactly
from sim.validation.cases.world import letters, provider, run, sender
from sim.validation.row import Row
from sim.vocabulary.kinds import LETTER
from sim.vocabulary.outcomes import BOUNCED

SPF_COUNT: Final = 4
ALIGNED_COUNT: Final = 3
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
    """D33: letters that name a bank's domain come from another domain, as a forwarder's do that rewrites the envelope.

    SPF passes for the forwarder's own domain, and nothing is signed by the bank.

    Right value: RFC 7489 3.1, 6.3: a pass counts only if its domain is the one in From. With p=reject all of them are
    refused, though SPF passes; with p=none none is. The bank's own letters, which pass by SPF, all arrive.
    """
    strict, lax = in_the_bank_s_name("reject"), in_the_bank_s_name("none")
    yield exactly(
        f"D33 alignment: refused of {_LETTERS} forwarded, p=reject",
        _LETTERS,
        _refused(strict, "forwarded"),
        "SPF passes for the forwarder, and is not aligned",
    )
    yield exactly(
        f"D33 alignment: refused of {_LETTERS} forwarded, p=none",
        0,
        _refused(lax, "forwarded"),
        "the policy asks for nothing",
    )
    yield exactly(
        f"D33 alignment: refused of the bank's own {_LETTERS}, p=reject",
        0,
        _refused(strict, "own"),
        "SPF passes, and is aligned",
    )


def in_the_bank_s_name(policy: str) -> RunRecord:
    """Send letters that name the bank: its own, and forwarded ones.

    Args:
        policy: what the bank's DMARC record asks for.
    """
    return run(
        "1 h",
        senders={
            "bank": sender(
                domain="bank.example", authentication={"spf": True, "dkim": "absent", "dmarc": policy}
            ),
            "forwarder": sender(domain="forwarder.example", addresses=["203.0.113.66"]),
        },
        providers={"office": provider(authentication={})},
        letters={
            "own": letters(origin="bank", count=_LETTERS),
            "forwarded": letters(origin="forwarder", count=_LETTERS, forges="bank.example"),
        },
    )


def _refused(record: RunRecord, entry: str) -> int:
    """Count the letters of an entry that were sent back."""
    wanted = record.names.entries.index(entry)
    columns = zip(record.letters["outcome"], record.letters["kind"], record.letters["entry"], strict=True)
    return sum(outcome == BOUNCED and kind == LETTER and own == wanted for outcome, kind, own in columns)
