"""Boxes to fill in, where ipywidgets is installed and a notebook is there to show them."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

Changed = Callable[[str, Any], None]
"""Told the name of a box and what it holds now."""


def can_show_boxes() -> bool:
    """Tell whether boxes would be shown: ipywidgets is here, and this is the kernel of a notebook."""
    if find_spec("ipywidgets") is None or find_spec("IPython") is None:
        return False
    from IPython import get_ipython

    shell: Any = get_ipython()
    return shell is not None and hasattr(shell, "kernel")


class Form:
    """Some boxes under a heading.

    Args:
        heading: what they are about.
        changed: told whenever a box changes.
    """

    def __init__(self, heading: str, changed: Changed) -> None:
        self._kit: Any = import_module("ipywidgets")
        self._changed = changed
        self._shown: list[Any] = [self._kit.HTML(f"<b>{heading}</b>")]

    def text(self, name: str, words: str, value: str, *, rows: int = 1) -> None:
        """Add a box for words."""
        kind = self._kit.Text if rows == 1 else self._kit.Textarea
        self._add(name, words, kind(value=value, layout=self._wide(rows)))

    def number(self, name: str, words: str, value: str) -> None:
        """Add a box for a number; it is empty until somebody writes into it."""
        self._add(name, words, self._kit.Text(value=value, layout=self._kit.Layout(width="6em")))

    def choice(self, name: str, words: str, options: Mapping[str, str], value: str) -> None:
        """Add a list to choose from: what each entry says, and what it means."""
        box = self._kit.Dropdown(options=list(options.items()), value=value, layout=self._wide(1))
        self._add(name, words, box)

    def slider(self, name: str, words: str, options: Sequence[tuple[str, int]], value: int) -> None:
        """Add a slider over a few numbers."""
        box = self._kit.SelectionSlider(
            options=list(options), value=value, continuous_update=False, layout=self._wide(1)
        )
        self._add(name, words, box)

    def widget(self, hint: str) -> Any:
        """Give what the notebook shows."""
        return self._kit.VBox([*self._shown, self._kit.HTML(f"<small>{hint}</small>")])

    def _add(self, name: str, words: str, box: Any) -> None:
        box.observe(lambda change: self._changed(name, change["new"]), names="value")
        self._shown += [self._kit.HTML(words), box]

    def _wide(self, rows: int) -> Any:
        return self._kit.Layout(width="90%", **({} if rows == 1 else {"height": f"{1.8 * rows}em"}))
