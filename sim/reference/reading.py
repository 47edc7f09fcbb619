"""The reading room: how the addressees fetch and open what lies in their PO boxes."""

from collections.abc import Iterator

from sim.kernel.draws import letter_key
from sim.kernel.variates import lognormal_us
from sim.reference.chance import Chance, choose
from sim.reference.records import PlainLetter, PlainResult
from sim.scenario.readers import Readers
from sim.scenario.schema import Scenario
from sim.vocabulary.kinds import APP, IMAP, LETTER, POP3, READER_KINDS
from sim.vocabulary.outcomes import INBOX

NEVER = -1


def read_all(scenario: Scenario, chance: Chance, result: PlainResult) -> None:
    """Add the readings of all letters that lie in a PO box whose provider has readers."""
    for name, letter in result.letters.items():
        if name[2] != LETTER or letter.outcome != INBOX:
            continue
        provider = result.providers[letter.provider]
        readers = scenario.readers.get(provider)
        if readers is None:
            continue
        key = letter_key(*name)
        for fetched, opened, kind, device in readings_of(key, letter, provider, readers, chance):
            if fetched < scenario.duration_us:
                opened_us = opened if opened < scenario.duration_us else NEVER
                result.readings.append((name[0], name[1], fetched, opened_us, kind, device))


def readings_of(
    key: int, letter: PlainLetter, provider: str, readers: Readers, chance: Chance
) -> Iterator[tuple[int, int, int, int]]:
    """Give (fetched, opened, reader, device) for each device that sees a letter known to chance by its key."""
    person = letter_key(f"reader:{provider}", letter.mailbox)
    kind = READER_KINDS[choose(readers.by_kind, chance.u("reader_kind", person))]
    habit = readers.opens_after
    opens_us = letter.ended_us + lognormal_us(habit.median_us, habit.p90_us, chance.u("opens_after", key))
    if kind == APP:
        yield letter.ended_us, opens_us, kind, 0
    elif kind == POP3:
        phase = int(chance.u("poll_phase", person) * readers.poll_us)
        polls_before = max(0, -(-(letter.ended_us - phase) // readers.poll_us))
        fetched = phase + polls_before * readers.poll_us
        yield fetched, max(fetched, opens_us), kind, 0
    elif kind == IMAP:
        chosen = int(chance.u("device", key) * readers.devices)
        for device in range(readers.devices):
            yield letter.ended_us, opens_us if device == chosen else NEVER, kind, device
