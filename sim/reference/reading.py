"""The reading room: how the addressees fetch and open what lies in their PO boxes."""

from collections.abc import Iterator

from sim.kernel.draws import letter_key
from sim.kernel.variates import lognormal_us
from sim.reference.chance import Chance, choose
from sim.reference.records import PlainLetter, PlainResult
from sim.reference.weather import UP, Weather
from sim.scenario.readers import Readers
from sim.scenario.schema import Scenario
from sim.vocabulary.kinds import APP, IMAP, LETTER, POP3, READER_KINDS
from sim.vocabulary.outcomes import INBOX

NEVER = -1


def read_all(scenario: Scenario, chance: Chance, result: PlainResult) -> None:
    """Add the readings of all letters that lie in a PO box whose provider has readers."""
    weather = Weather(scenario, chance.u)
    for name, letter in result.letters.items():
        if name[2] != LETTER or letter.outcome != INBOX:
            continue
        provider = result.providers[letter.provider]
        readers = scenario.readers.get(provider)
        if readers is None:
            continue
        key = letter_key(*name)
        for fetched, opened, kind, device in readings_of(key, letter, provider, readers, chance, weather):
            if fetched < scenario.duration_us:
                opened_us = opened if opened < scenario.duration_us else NEVER
                result.readings.append((name[0], name[1], fetched, opened_us, kind, device))


def readings_of(
    key: int, letter: PlainLetter, provider: str, readers: Readers, chance: Chance, weather: Weather
) -> Iterator[tuple[int, int, int, int]]:
    """Give (fetched, opened, reader, device) for each device that sees a letter known to chance by its key."""
    person = letter_key(f"reader:{provider}", letter.mailbox)
    kind = READER_KINDS[choose(readers.by_kind, chance.u("reader_kind", person))]
    habit = readers.opens_after
    opens_us = letter.ended_us + lognormal_us(habit.median_us, habit.p90_us, chance.u("opens_after", key))
    if kind == POP3:
        phase = int(chance.u("poll_phase", person) * readers.poll_us)
        polls_before = max(0, -(-(letter.ended_us - phase) // readers.poll_us))
        fetched = phase + polls_before * readers.poll_us
        while weather.condition(fetched, f"readers.{provider}") != UP:
            fetched += readers.poll_us
        yield fetched, max(fetched, opens_us), kind, 0
        return
    shown = _let_in(letter.ended_us, provider, weather)
    opens_us = _let_in(max(opens_us, shown), provider, weather)
    if kind == APP:
        yield shown, opens_us, kind, 0
    elif kind == IMAP:
        chosen = int(chance.u("device", key) * readers.devices)
        for device in range(readers.devices):
            yield shown, opens_us if device == chosen else NEVER, kind, device


def _let_in(now: int, provider: str, weather: Weather) -> int:
    """Say from when on somebody who comes now sees the PO boxes."""
    place = f"readers.{provider}"
    moments = [now, *(moment for moment in weather.changes(place) if moment > now)]
    return next(moment for moment in moments if weather.condition(moment, place) == UP)
