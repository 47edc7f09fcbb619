"""A replay: the letters of a run moving over its map, as one HTML file that asks for nothing else.

The file holds a run's letters, or one in so many, in numbers; replay.js makes each picture from them and a moment.
"""

import html
import json
import os
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim.results.movements import Movements, movements_of_tables
from sim.scenario.schema import Scenario
from sim.viz.notebook import png_base64
from sim.viz.replay_data import replay_data
from sim.viz.topology_map import topology_map

FRAME_HEIGHT = 860
"""Height of the replay within a notebook, in points of a screen."""

_HERE = Path(__file__)
_PLACE = re.compile(r"\{(lang|title|css|data|script)\}")


class Replay:
    """A run to be played.

    Args:
        scenario: what was run.
        moved: what moved in it.
        tables: gives its frames, of which the still picture is made, when that is asked for.
        words: the vocabulary that the page opens with, `mail` or `post`; readers can switch.
        lang: the language that it opens in; readers can switch.
    """

    def __init__(
        self,
        scenario: Scenario,
        moved: Movements,
        tables: Callable[[], Mapping[str, pd.DataFrame]] | None = None,
        words: str = "post",
        lang: str = "en",
    ) -> None:
        self._scenario, self._moved, self._tables = scenario, moved, tables
        self._words, self._lang = words, lang

    @cached_property
    def data(self) -> dict[str, Any]:
        """What the page holds, as plain values."""
        return replay_data(self._scenario, self._moved, self._words, self._lang)

    @cached_property
    def html(self) -> str:
        """The whole page."""
        parts = {
            "lang": self._lang,
            "title": html.escape(self.data["title"][self._lang], quote=False),
            "css": _text(".css"),
            "data": json.dumps(self.data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace(
                "<", "\\u003c"
            ),
            "script": _text(".js"),
        }
        return _PLACE.sub(lambda place: parts[place[1]], _text(".html"))

    def save(self, file: str | os.PathLike[str]) -> Path:
        """Write the page into a file."""
        self.write(Path(file))
        return Path(file)

    def write(self, path: Path) -> None:
        """Write the page to a place."""
        path.write_text(self.html, encoding="utf-8", newline="\n")

    def frame(self) -> str:
        """Give the page as a frame for another page: it can run its script, and nothing else."""
        title = html.escape(self.data["title"][self._lang])
        return (
            f'<iframe title="{title}" sandbox="allow-scripts" loading="lazy" '
            f'style="width: 100%; height: {FRAME_HEIGHT}px; border: 0" srcdoc="{html.escape(self.html)}"></iframe>'
        )

    def _repr_html_(self) -> str:
        """Show a still picture first, which every viewer of notebooks shows, and then the replay."""
        if self._tables is None:
            return self.frame()
        picture = png_base64(topology_map(self._scenario, self._tables(), self._lang))
        still = f"<img alt='' style='max-width: 100%' src='data:image/png;base64,{picture}'>"
        return f"{still}\n{self.frame()}"


def replay_of_tables(
    scenario: Scenario, tables: Mapping[str, pd.DataFrame], words: str = "post", lang: str = "en"
) -> Replay:
    """Give the replay of a run whose tables were saved."""
    return Replay(scenario, movements_of_tables(tables, scenario), lambda: tables, words, lang)


def _text(ending: str) -> str:
    return _HERE.with_suffix(ending).read_text(encoding="utf-8").rstrip("\n")
