"""What a step of a lesson gives back: a notebook shows it, plain Python prints it."""

import base64
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

_BOX = "border-left: 6px solid {colour}; padding: 4px 14px; margin: 4px 0; font-size: 115%; line-height: 1.6"
DONE, STOP = "#0072B2", "#D55E00"


@dataclass(frozen=True)
class Card:
    """A few lines, and perhaps a picture.

    Attributes:
        lines: the words; the first is the most important.
        picture: a figure, or None.
        described: the picture in words, for those who do not see it.
        stop: whether something has to be done before the lesson goes on.
    """

    lines: Sequence[str]
    picture: Figure | None = None
    described: str = ""
    stop: bool = False

    def __repr__(self) -> str:
        """Show the words."""
        return "\n".join(self.lines)

    def _repr_html_(self) -> str:
        """Show words and picture, as every viewer of notebooks can."""
        words = "".join(
            f"<div>{f'<b>{html.escape(line)}</b>' if not place else html.escape(line)}</div>"
            for place, line in enumerate(self.lines)
        )
        made = f"<div style='{_BOX.format(colour=STOP if self.stop else DONE)}'>{words}</div>"
        if self.picture is None:
            return made
        buffer = io.BytesIO()
        self.picture.savefig(buffer, format="png")
        code = base64.b64encode(buffer.getvalue()).decode("ascii")
        alt = html.escape(self.described, quote=True)
        return f"{made}<img alt='{alt}' style='max-width: 100%' src='data:image/png;base64,{code}'>"
