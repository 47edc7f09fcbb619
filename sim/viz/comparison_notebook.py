"""A comparison in a notebook: the table, the sentences, and the picture."""

import html

from matplotlib.figure import Figure

from sim.comparison.outcome import Outcome
from sim.viz.comparison_answer import comparison_answer
from sim.viz.comparison_table import comparison_table
from sim.viz.notebook import png_base64


def as_html(outcome: Outcome, picture: Figure, lang: str = "en") -> str:
    """Give the HTML of a comparison.

    Args:
        outcome: what came of it.
        picture: its picture.
        lang: the language of the words.
    """
    headings, rows = comparison_table(outcome, lang)
    lines = ["<table>", _row("th", headings), *(_row("td", row) for row in rows), "</table>"]
    words = html.escape("\n".join(comparison_answer(outcome, lang)))
    lines.append(f"<pre style='white-space: pre-wrap'>{words}</pre>")
    lines.append(f"<img alt='' style='max-width: 100%' src='data:image/png;base64,{png_base64(picture)}'>")
    return "\n".join(lines)


def _row(tag: str, cells: list[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"
