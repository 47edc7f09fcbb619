"""The figures of a shipped scenario that the golden files keep: few, and each one can be judged by a reader."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sim.kernel.recorder import RunRecord
from sim.run_scenario import run_once
from sim.scenario.load import load
from sim.vocabulary.connections import CONNECTION_NAMES
from sim.vocabulary.kinds import LETTER, READER_NAMES
from sim.vocabulary.outcomes import OUTCOME_NAMES
from sim.vocabulary.replies import REPLIES

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SCENARIOS = ("one_letter", "everyday", "closure_mail")
SEED = 1
S = 1_000_000


def reference(name: str) -> Path:
    """Give the golden file of a scenario."""
    return HERE / f"{name}.seed{SEED}.ref"


def figures(name: str) -> str:
    """Run a shipped scenario and write its figures down."""
    record = run_once(load(ROOT / "scenarios" / f"{name}.yaml"), SEED)
    return "\n".join([f"{name}, seed {SEED}", *_lines(record)]) + "\n"


def _lines(record: RunRecord) -> Iterator[str]:
    letters, attempts, names = record.letters, record.attempts, record.names
    kinds = Counter(letters["kind"])
    yield f"letters {kinds[LETTER]}, DSNs {kinds.total() - kinds[LETTER]}"
    providers = sorted(
        {p for p, kind in zip(letters["provider"], letters["kind"], strict=True) if kind == LETTER}
    )
    for provider in providers:
        yield from _of_provider(record, provider)
    yield "attempts " + _counted(Counter(CONNECTION_NAMES[how] for how in attempts["connection"]))
    yield "replies " + _counted(Counter(REPLIES[reply].name for reply in attempts["reply"]))
    hosts = Counter(names.hosts[host] for host in attempts["host"] if host < len(names.hosts))
    yield "hosts " + _counted(hosts)
    yield f"questions to the resolver {sum(attempts['dns_queries'])}"
    readers = Counter(READER_NAMES[reader] for reader in record.readings["reader"])
    opened = sum(at_us >= 0 for at_us in record.readings["opened_us"])
    yield f"readings {_counted(readers)}; opened {opened}"
    for queue in record.queues:
        yield (
            f"queue {queue.name}: entered {queue.entered}, left {queue.left}, peak {queue.peak}, "
            f"mean {queue.integral_us / record.simulated_us:.4f}"
        )


def _of_provider(record: RunRecord, provider: int) -> Iterator[str]:
    """Tell what became of the letters to one provider, and how long they took from acceptance to the 250."""
    letters = record.letters
    rows = [
        row
        for row, (to, kind) in enumerate(zip(letters["provider"], letters["kind"], strict=True))
        if to == provider and kind == LETTER
    ]
    outcomes = Counter(OUTCOME_NAMES[letters["outcome"][row]] for row in rows)
    yield f"to {record.names.providers[provider]}: {_counted(outcomes)}"
    delays = sorted(
        letters["delivered_us"][row] - letters["accepted_us"][row]
        for row in rows
        if letters["delivered_us"][row] >= 0
    )
    marks = [
        (share, delays[min(len(delays) - 1, int(len(delays) * share))]) for share in (0.1, 0.5, 0.9, 0.99)
    ]
    shown = ", ".join(f"{share:.0%} {delay_us / S:.3f}" for share, delay_us in marks)
    yield f"  seconds to the 250: {shown}, all {delays[-1] / S:.3f}"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
