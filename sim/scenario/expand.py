"""Lay what a person wrote over the presets that it names, before anything is validated."""

from collections.abc import Mapping
from typing import Any, Final

from sim.scenario import catalogue
from sim.scenario.cross_checks import Found
from sim.scenario.nearest import nearest
from sim.scenario.provenance import Graded, laid_over
from sim.yaml_io import KeyPath, dotted

_SECTIONS: Final = {"senders": "sender", "providers": "provider", "resolvers": "resolver", "roads": "road"}
_SINGLE: Final = {"default_road": "road", "costs": "costs"}


class Expansion:
    """A scenario with its presets filled in."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        """Expand every preset that `raw` names; `raw` itself is left alone."""
        self.found: list[Found] = []
        self.from_presets: dict[str, Graded] = {}
        self.data: dict[str, Any] = dict(raw)
        for section, kind in _SECTIONS.items():
            if isinstance(raw.get(section), Mapping):
                self.data[section] = {
                    name: self._start(kind, item, (section, name)) for name, item in raw[section].items()
                }
        if isinstance(faults := raw.get("faults"), list | tuple):
            self.data["faults"] = [
                self._start("outage", item, ("faults", index)) for index, item in enumerate(faults)
            ]
        for key, kind in _SINGLE.items():
            if key in raw:
                self.data[key] = self._start(kind, raw[key], (key,))

    def _start(self, kind: str, item: Any, path: KeyPath) -> Any:
        if isinstance(item, str) and kind in ("host", "road", "costs"):
            item = {"preset": item}
        if not isinstance(item, Mapping):
            return item
        merged = dict(item)
        name = item.get("preset")
        if name is not None:
            known = catalogue.names(kind)
            if isinstance(name, str) and name in known:
                merged, kept = laid_over(item, catalogue.preset(kind, name).tree, dotted(path))
                self.from_presets.update(kept)
            elif isinstance(name, str):
                self._unknown(kind, name, known, path)
        if kind == "sender" and "host" in merged:
            merged["host"] = self._start("host", merged["host"], (*path, "host"))
        return merged

    def _unknown(self, kind: str, name: str, known: tuple[str, ...], path: KeyPath) -> None:
        fields: dict[str, Any] = {"found": name, "kind": kind, "expected": ", ".join(known)}
        if close := nearest(name, known):
            fields["nearest"] = close
        self.found.append(Found("unknown_preset", (*path, "preset"), fields))
