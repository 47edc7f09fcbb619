"""The page of a replay: what is in the file, and that it is what the tables say."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.analogy.labels import LANGUAGES
from sim.results.find_letter import find_letter
from sim.results.movements import movements_of_record, movements_of_tables
from sim.scenario.faults import KINDS_BY_PLACE
from sim.viz import replay_data as data_module
from sim.viz.map_layout import layout
from sim.viz.map_numbers import map_graph
from sim.viz.narration import VOCABULARIES
from sim.viz.replay import Replay, replay_of_tables
from sim.viz.replay_map import struck
from sim.viz.replay_pace import STEPS, pace
from sim.viz.replay_sample import MOST_ROWS, sample
from sim.viz.trouble import KINDS
from tests.viz.replay_town import town

SCRIPT = Path(data_module.__file__).with_name("replay.js")
SECOND = 1e6


@pytest.fixture(scope="module")
def page() -> Replay:
    return town().replay()


def columns(data: dict[str, Any]) -> dict[str, np.ndarray[Any, Any]]:
    """Read the page's letters as seconds, the way that the script does."""
    letters = data["letters"]
    submitted = np.cumsum(letters["submitted"]) / 1000
    found = {"submitted": submitted}
    for name in ("accepted", "delivered", "ended"):
        since = np.array(letters[name])
        found[name] = np.where(since < 0, np.nan, submitted + since / 1000)
    return found


def test_the_page_is_one_file_that_asks_for_nothing(page: Replay) -> None:
    outside = re.findall(r"""(?:src|href|action|url)\s*[=(]\s*["']?([^"'\s>)]+)""", page.html)

    assert [
        one for one in outside if one not in ("data:,", "#inside-${index}", "#${clip.parentNode.id}")
    ] == []
    assert "default-src 'none'" in page.html
    assert [
        word for word in ("fetch(", "XMLHttpRequest", "import(", "@import", "WebSocket") if word in page.html
    ] == []
    assert town().replay().html == page.html


def test_words_of_a_scenario_cannot_break_the_page(page: Replay) -> None:
    assert "<title>A small &lt;/script&gt; town &amp; more</title>" in page.html
    held = re.search(r'<script type="application/json" id="data">(.*?)</script>', page.html, re.DOTALL)
    assert held is not None
    assert json.loads(held[1])["title"]["en"] == "A small </script> town & more"


def test_a_full_page_stays_under_two_megabytes(page: Replay) -> None:
    data = page.data
    rows = len(data["letters"]["entry"]) + len(data["attempts"]["letter"]) + len(data["readings"]["letter"])
    growing = sum(
        len(json.dumps(data[name], separators=(",", ":"))) for name in ("letters", "attempts", "readings")
    )

    # Of 36,000 rows at least 20,000 are movements: letters that arrive, attempts, readings.
    assert len(page.html.encode()) + (MOST_ROWS - rows) * growing / rows * 1.3 < 2_000_000


def test_a_saved_run_gives_the_same_page(page: Replay) -> None:
    found = replay_of_tables(town().scenario, town().tables)

    assert found.data["letters"] == page.data["letters"]
    assert found.data == page.data


def test_places_stand_where_the_picture_has_them(page: Replay) -> None:
    picture = layout(map_graph(town().scenario, town().tables))
    shown = {spot["id"]: (spot["x"], spot["y"], spot["radius"]) for spot in page.data["map"]["spots"]}

    assert shown == {
        node: (round(spot.x, 1), round(spot.y, 1), round(spot.radius, 1))
        for node, spot in picture.spots.items()
    }


def test_letters_and_counts_are_those_of_the_tables(page: Replay) -> None:
    letters, data = town().tables["letters"], page.data
    own = letters[letters["kind"] == "letter"]
    shown = columns(data)

    assert data["every"] == 1
    assert data["letters"]["moving"] == len(own)
    for name, times in shown.items():
        np.testing.assert_allclose(times, own[f"{name}_s"], atol=1.1e-3)
    arrived = own.groupby("provider", observed=False)["delivered_s"].count()
    assert [values[-1] for values in data["arrived"]] == [
        arrived[name] for name in data["names"]["providers"]
    ]
    answers = town().tables["attempts"].groupby(["host", "reply_name"], observed=True).size()
    for host, by_reply in zip(data["names"]["hosts"], data["answers"], strict=True):
        assert {reply: counts[-1] for reply, counts in by_reply.items()} == answers[host].to_dict()


def test_queues_hold_the_letters_that_the_tables_put_there(page: Replay) -> None:
    """Counted letter by letter from the attempts, at every moment of the replay; the peak is the engine's own."""
    attempts, letters = town().tables["attempts"], town().tables["letters"].set_index("letter")
    at_s = np.array(page.data["pace"])
    active = np.zeros(len(at_s), dtype=np.int64)
    deferred, incoming = active.copy(), active.copy()
    for name, own in attempts[attempts["provider"] != "local"].groupby("letter"):
        began, ended = own["activated_s"].to_numpy(), own["ended_s"].to_numpy()
        incoming += (letters["accepted_s"][name] <= at_s) & (at_s < began[0])
        for place, until in enumerate(ended):
            active += (began[place] <= at_s) & (at_s < until)
            if place + 1 < len(ended):
                deferred += (until <= at_s) & (at_s < began[place + 1])
    shown = page.data["queues"]["school"]

    assert shown["active"] == active.tolist()
    assert shown["deferred"] == deferred.tolist()
    assert shown["incoming"] == incoming.tolist()
    spool = (letters["submitted_s"].to_numpy()[:, None] <= at_s) & (
        at_s < letters["accepted_s"].to_numpy()[:, None]
    )
    np.testing.assert_allclose(shown["spool"], spool.sum(axis=0), atol=1)  # a microsecond on the edge
    peak = town().tables["queues"].set_index("queue")["peak"]["school.active"]
    told = [words["mail"]["en"] for _, key, words in page.data["events"] if key == "peak"]
    assert f"Most letters at school, active queue: {peak}." in told


@pytest.mark.parametrize("end_s", [0.01, 61.0, 3600.0])
def test_moments_of_a_replay_always_go_on(end_s: float) -> None:
    moments = pace(movements_of_record(town().record), end_s)

    assert len(moments) == STEPS + 1
    assert moments[0] == 0
    assert moments[-1] == pytest.approx(end_s, abs=1e-6)
    assert (np.diff(moments) > 0).all()


@pytest.mark.parametrize("most", [50, 200])
def test_a_long_run_is_thinned_and_the_caption_says_so(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    moved = movements_of_record(town().record)
    chosen = sample(moved, town().scenario, most)
    monkeypatch.setattr(data_module, "sample", lambda moved, scenario: sample(moved, scenario, most))
    data = town().replay().data
    own = np.flatnonzero(moved.own)

    assert chosen.letters.tolist() == own[:: chosen.every].tolist()
    assert (
        f"One moving letter stands for {chosen.every}: {len(chosen.letters)} of 196" in data["caption"]["en"]
    )
    assert f"動く手紙1つが{chosen.every}通を表します。" in data["caption"]["ja"]
    # Counts and queues go on being those of all letters.
    assert data["arrived"] == town().replay().data["arrived"] or data["every"] == 1
    assert data["queues"]["school"]["active"][-1] == 0
    # And those that have a name can be followed, but do not move along with the others.
    ids = town().tables["letters"]["letter"]
    everyone = [*chosen.letters, *chosen.extra]
    assert {ids[row] for row in chosen.named.values()} <= {ids[row] for row in everyone}
    assert "notice/7" in {ids[row] for row in everyone}


def test_letters_with_a_name_are_those_of_journeys(page: Replay) -> None:
    letters, data = town().tables["letters"], page.data
    names = [f"{data['names']['entries'][entry]}/" for entry in data["letters"]["entry"]]
    numbers = np.cumsum(data["letters"]["number"])
    for word, place in data["named"].items():
        assert f"{names[place]}{numbers[place]}" == find_letter(letters, word)
    assert set(data["named"]) == {"slowest", "typical", "bounced"}


def test_events_are_told_in_both_vocabularies_and_languages(page: Replay) -> None:
    events = page.data["events"]
    times = [at_s for at_s, _, _ in events]

    assert times == sorted(times)
    assert {key for _, key, _ in events} == {
        *("begin", "everyday", "trouble", "over", "kept_back", "answer", "first", "share", "last"),
        *("peak", "deadline", "read", "end"),
    }
    for _, _, words in events:
        said = [words[vocabulary][lang] for vocabulary in VOCABULARIES for lang in LANGUAGES]
        assert all(re.match(r"[^{}]+[.。]$", one) for one in said)
        assert said[0] != said[1]


def test_events_say_what_the_summary_says(page: Replay) -> None:
    told = {(key, words["mail"]["en"]): at_s for at_s, key, words in page.data["events"]}
    reached = town().summary["by_letters"]["notice"]["reached"]
    began = told["begin", "school submits notice: 60 letters."]

    assert told["share", "50 % of notice have arrived."] - began == pytest.approx(
        reached["s_to_50"]["value"], abs=2e-3
    )
    share = f"{reached['share_by_deadline']['value']:.1%}".replace("%", " %")
    assert ("deadline", f"The deadline: {share} of notice have arrived.") in told
    assert told["trouble", "Trouble: island silent, until 2026-09-02 00:00:50."] == 50.0


@pytest.mark.parametrize(
    ("place", "kind"), [(place, kind) for place, kinds in KINDS_BY_PLACE.items() for kind in kinds]
)
def test_every_incident_strikes_something_on_the_map(place: str, kind: str) -> None:
    names = {
        "providers": "island",
        "senders": "school",
        "resolvers": "campus",
        "name_servers": "any",
        "roads": "line",
        "readers": "island",
    }
    scenario = town().scenario
    road = type("Road", (), {"sender": "school", "provider": "island"})
    scenario = scenario.model_copy(update={"roads": {"line": road}})

    spots, roads = struck(kind, f"{place}.{names[place]}", scenario)
    assert spots or roads
    known = {spot["id"] for spot in town().replay().data["map"]["spots"]}
    assert set(spots) <= known


def test_every_incident_has_a_sign_and_every_word_of_the_script_is_on_the_page() -> None:
    script = SCRIPT.read_text("utf-8")
    glyphs = re.search(r"const GLYPHS = \{(.*?)\};", script, re.DOTALL)
    assert glyphs is not None
    assert set(re.findall(r"(\w+): \"", glyphs[1])) == {*KINDS, "suspended"}
    words = town().replay().data["words"]
    buttons = set(re.findall(r"button\(\"(\w+)\"", script))
    said = set(re.findall(r"say\(\"(\w+)\"", script))
    assert len(buttons) > 7
    assert buttons - set(words["buttons"]["en"]) == set()
    assert said - set(words["mail"]["en"]) == set()
    for vocabulary in VOCABULARIES:
        assert words[vocabulary]["en"].keys() == words[vocabulary]["ja"].keys() == words["mail"]["en"].keys()


def test_a_notebook_gets_a_picture_first_and_then_the_replay(page: Replay) -> None:
    shown = page._repr_html_()

    assert shown.startswith("<img alt='' style='max-width: 100%' src='data:image/png;base64,iVBOR")
    assert shown.index("<img") < shown.index('<iframe title="A small &lt;/script&gt; town &amp; more"')
    assert 'sandbox="allow-scripts"' in shown


def test_tables_become_the_same_movements_as_the_record() -> None:
    from_record = movements_of_record(town().record)
    from_tables = movements_of_tables(town().tables, town().scenario)

    for name in ("letters", "attempts", "readings"):
        for column, values in getattr(from_record, name).items():
            mine = getattr(from_tables, name)[column].astype(np.int64)
            theirs = values.astype(np.int64)
            if column in ("provider", "host"):  # beyond the list is beyond the list
                beyond = len(from_record.providers if column == "provider" else from_record.hosts)
                mine, theirs = np.minimum(mine, beyond), np.minimum(theirs, beyond)
            if column != "outcome":
                np.testing.assert_array_equal(mine, theirs, err_msg=f"{name}.{column}")
    rows = np.arange(len(from_record.letters["kind"]))
    assert from_record.ids(rows) == from_tables.ids(rows)


def test_the_script_keeps_its_own_promises(tmp_path: Path, page: Replay) -> None:
    """Runs the tests that stand beside it, tests/viz/replay.test.js, by Node on the town's data."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed; the script is tested in the browser alone")
    (tmp_path / "town.json").write_text(json.dumps(page.data), encoding="utf-8")
    tests = Path(__file__).with_name("replay.test.js")
    command = [node, "--test", str(tests)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": str(Path(node).parent),
            "REPLAY_SCRIPT": str(SCRIPT),
            "REPLAY_DATA": str(tmp_path / "town.json"),
        },
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"# pass [1-9]\d", done.stdout)
