"""When letters are written, and how their addressees read them."""

from datetime import timedelta

from sim.reference.arrivals import arrivals
from sim.reference.chance import Chance
from sim.scenario.load import scenario_from_mapping
from sim.vocabulary.kinds import APP, IMAP, POP3
from tests.reference.small import MIN, S, run_small

HOUR = 60 * MIN


def test_a_campaign_is_spread_evenly_or_paced() -> None:
    entry = {"from": "school", "to": "office", "size": "1 B", "count": 4, "at": "5 s"}
    over = run_small({"letters.notice": {**entry, "over": "10 s"}})
    assert [each.submitted_us for each in over.letters.values()] == [5 * S, 7.5 * S, 10 * S, 12.5 * S]
    paced = run_small({"letters.notice": {**entry, "pace": "20/min"}})
    assert [each.submitted_us for each in paced.letters.values()] == [5 * S, 8 * S, 11 * S, 14 * S]


def test_everyday_mail_comes_at_its_rate_and_by_the_clock_on_the_wall() -> None:
    hours = [0.0] * 24
    hours[8] = 2.0
    scenario = scenario_from_mapping(
        {
            "format": 1,
            "start": "2026-09-01T06:00+09:00",
            "duration": "10 d",
            "senders": {"school": {"domain": "school.example"}},
            "providers": {"office": {"domain": "office.example"}},
            "letters": {
                "notice": {
                    "from": "school",
                    "to": "office",
                    "size": "1 B",
                    "rate": "100/h",
                    "hours": hours,
                    "weekdays": [1, 1, 1, 1, 1, 0, 0],
                }
            },
        }
    )
    found = list(arrivals(scenario, "notice", Chance(1, 0)))
    clocks = [scenario.start + timedelta(microseconds=at) for at, _ in found]
    assert {8} == {clock.hour for clock in clocks}
    # From Tuesday to Friday, and from Monday to Thursday.
    assert {0, 1, 2, 3, 4} == {clock.weekday() for clock in clocks}
    assert list(range(1, len(found) + 1)) == [number for _, number in found]
    # 200 an hour for an hour on 8 days: 1600, give or take 40.
    assert 1440 < len(found) < 1760


def test_a_phone_sees_a_letter_at_once_and_a_pop3_reader_at_the_next_poll() -> None:
    readers = {"opens_after": {"median": "10 s", "p90": "60 s"}, "poll": "7 min", "devices": 3}
    many = {
        "letters.notice": {"from": "school", "to": "office", "size": "1 B", "count": 50, "over": "10 min"}
    }
    for kind, reader in (("app", APP), ("imap", IMAP), ("pop3", POP3)):
        result = run_small({**many, "readers.office": {**readers, "with": {kind: "100 %"}}})
        devices = 3 if reader == IMAP else 1
        assert 50 * devices == len(result.readings)
        for entry, number, fetched, opened, seen_with, device in result.readings:
            in_box = result.letters[entry, number, 0].ended_us
            assert (reader, True) == (seen_with, 0 <= device < devices)
            assert opened == -1 or opened >= fetched >= in_box
            assert fetched == in_box if reader != POP3 else fetched < in_box + 7 * MIN
        opened_once = [reading for reading in result.readings if reading[3] >= 0]
        assert len(opened_once) == len({reading[1] for reading in opened_once}) > 45
    # One person polls every seven minutes, whatever came.
    polls = {(reading[1], reading[2] % (7 * MIN)) for reading in result.readings}
    assert len({phase for _, phase in polls}) == 50


def test_a_reading_after_the_end_has_not_happened() -> None:
    result = run_small(
        {
            "duration": "1 min",
            "readers.office": {"with": {"app": "100 %"}, "opens_after": {"median": "1 d", "p90": "2 d"}},
        }
    )
    assert result.readings == [("notice", 1, 90_000, -1, APP, 0)]
