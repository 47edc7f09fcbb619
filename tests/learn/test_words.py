"""Words of lessons and of the page of a sweep are there in both languages, with the same gaps to fill."""

import re
from pathlib import Path

from sim.yaml_io import read_own

SIM = Path(__file__).parents[2] / "sim"
TEXTS = [read_own(path) for path in sorted((SIM / "analogy").glob("lesson*.yaml"))]
GAP = re.compile(r"\{(\w+)\}")


def flat(lang: str) -> dict[str, str]:
    return {
        f"{group}.{name}": words
        for texts in TEXTS
        for group, names in texts[lang].items()
        for name, words in names.items()
    }


def test_every_word_is_there_in_both_languages_with_the_same_gaps() -> None:
    english, japanese = flat("en"), flat("ja")

    assert english.keys() == japanese.keys()
    assert [
        key
        for key in english
        if sorted(set(GAP.findall(english[key]))) != sorted(set(GAP.findall(japanese[key])))
    ] == []


def test_every_word_is_used() -> None:
    sources = "\n".join(
        path.read_text("utf-8")
        for pattern in (
            *("learn/*.py", "viz/sweep*", "comparison/sweep*.py"),
            *("cli/sweep.py", "cli/lessons.py", "cli/game.py"),
        )
        for path in SIM.glob(pattern)
    )
    made = (
        "missing_",
        "choice_",
        "column_",
        "part_",
        "about_",
        "short_",
        "told_",
        "over_",
        "found_",
        "head_",
        "option_",
        "item_slowest_",
        "item_worst_",
        "compared_",
    )  # the rest of the name is put in at run time

    names = {key.partition(".")[2] for key in flat("en") if not key.startswith("setting.")}
    assert [
        name for name in sorted(names) if not re.search(rf"\b{name}\b", sources) and not name.startswith(made)
    ] == []
