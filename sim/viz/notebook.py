"""A result in a notebook: words and an embedded picture, which every viewer of notebooks shows."""

import base64
import html
import io
from pathlib import Path

from matplotlib.figure import Figure

from sim.scenario.schema import Scenario
from sim.viz.overview import title_words


def as_html(scenario: Scenario, words: str, picture: Figure, lang: str = "en") -> str:
    """Give the HTML of a result.

    Args:
        scenario: what was run.
        words: the answer, one sentence a line.
        picture: the overview.
        lang: the language of the title.
    """
    lines = [f"<h3>{html.escape(title_words(scenario, lang))}</h3>"]
    if scenario.question is not None:
        lines.append(f"<p><i>{html.escape(scenario.question.in_language(lang))}</i></p>")
    lines.append(f"<pre style='white-space: pre-wrap'>{html.escape(words)}</pre>")
    lines.append(f"<img alt='' style='max-width: 100%' src='data:image/png;base64,{png_base64(picture)}'>")
    return "\n".join(lines)


def png_base64(picture: Figure) -> str:
    """Give a picture as PNG, written so that HTML can hold it."""
    buffer = io.BytesIO()
    picture.savefig(buffer, format="png")
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def file_base64(picture: Path) -> str:
    """Give a picture that lies in a file, written so that HTML can hold it."""
    return base64.b64encode(picture.read_bytes()).decode("ascii")
