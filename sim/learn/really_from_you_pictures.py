"""The pictures of lesson 04: the names on envelope and letter, what the checks find and where letters arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle
from matplotlib.ticker import FuncFormatter

from sim.analogy.labels import label
from sim.learn.origins import Origin
from sim.viz.style import BLUE, FAINT, INK, ORANGE, VERMILION, style, tidy

SIZE: Final = (12.8, 5.6)
PLACES: Final = {"inbox": (BLUE, ""), "spam": (ORANGE, "//"), "refused": (VERMILION, "xx")}
"""Colour and pattern of each place where letters end."""
PASSES, OTHER_NAME, FAILS, NOTHING = "#cfe5f5", "#fbe7b6", "#f7d9c4", "#f0f0f0"
_ENVELOPE, _PAPER, _EDGE = "#f3ead7", "#ffffff", "#8a7a5c"
_MARKS: Final = {"pass": "○", "fail": "×", "none": "–"}
"""What a check found, beside its colour: in words for the eye that sees no colours."""


@dataclass(frozen=True)
class Compared:
    """A share that was predicted and, where there was such a run, simulated."""

    about: str
    predicted: float | None
    simulated: float | None


def names_picture(origins: Sequence[Origin], lang: str) -> Figure:
    """Draw each kind of letter: the sheet with the name that readers see, and its envelope."""
    with style(lang):
        figure = Figure(figsize=(SIZE[0], 5.0), layout="constrained")
        panels = figure.subplots(1, len(origins), squeeze=False)[0]
        for axes, origin in zip(panels, origins, strict=True):
            _letter(axes, origin, lang)
            axes.set_title(_name(origin, lang), loc="center")
    return figure


def arrival_picture(origins: Sequence[Origin], lang: str) -> Figure:
    """Draw what each check found of each kind of letter, and where the letters of that kind ended."""
    with style(lang):
        figure = Figure(figsize=SIZE, layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(2.1, 1))
        _table(left, origins, lang)
        _bars(right, origins, lang)
        figure.legend(loc="outside lower right", ncols=3)
    return figure


def compare_picture(compared: Sequence[Compared], lang: str) -> Figure:
    """Draw predicted and simulated shares, a line for each prediction."""
    with style(lang):
        figure = Figure(figsize=(SIZE[0], 4.4), layout="constrained")
        axes = figure.subplots()
        tidy(axes)
        axes.grid(visible=False, axis="y")
        series = (
            ("simulated", [one.simulated for one in compared], BLUE, "o", BLUE),
            ("predicted", [one.predicted for one in compared], VERMILION, "D", "white"),
        )
        for key, values, colour, marker, face in series:
            shown = [(value * 100, line) for line, value in enumerate(values) if value is not None]
            axes.plot(
                [value for value, _ in shown],
                [line for _, line in shown],
                linestyle="none",
                marker=marker,
                markersize=13 if marker == "D" else 16,
                color=colour,
                markerfacecolor=face,
                markeredgewidth=3,
                label=label(f"lesson.{key}", lang),
                clip_on=False,
                zorder=5,
            )
        for line, one in enumerate(compared):
            said = label("really_from_you.not_run", lang)
            if one.simulated is not None:
                said = f"{one.simulated * 100:g}"
            words = label("really_from_you.compared", lang, about=one.about, said=said)
            axes.text(0.0, line - 0.3, words, transform=axes.get_yaxis_transform(), fontsize=12)
        axes.set_yticks([])
        axes.set_xlim(0, 100)
        axes.set_ylim(len(compared) - 0.5, -0.7)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} %"))
        axes.set_title(label("really_from_you.compare_title", lang), loc="left")
        figure.legend(loc="outside lower center", ncols=2)
    return figure


def _name(origin: Origin, lang: str) -> str:
    return label(f"really_from_you.about_{origin.name}", lang)


def _letter(axes: Axes, origin: Origin, lang: str) -> None:
    """Draw a sheet of paper that looks out of its envelope, with all that both say of who sent them."""

    def say(key: str) -> str:
        return label(f"really_from_you.{key}", lang)

    shown = origin.shown
    axes.add_patch(Rectangle((0.8, 4.2), 8.4, 4.6, facecolor=_PAPER, edgecolor=FAINT, linewidth=1.5))
    axes.text(1.3, 8.1, say("on_the_letter"), fontsize=11, color=FAINT, va="center")
    axes.text(1.3, 7.2, shown.from_domain, fontsize=15, va="center")
    states = {signature.state for signature in shown.signatures}
    colour = FAINT if not states else (VERMILION if "broken" in states else BLUE)
    axes.plot([1.75], [5.6], marker="o", markersize=22, color=colour, linestyle="none")
    sealed = shown.signatures[0].domain if states else say("no_seal")
    axes.text(2.5, 5.95, say("seal"), fontsize=11, color=FAINT, va="center")
    axes.text(2.5, 5.25, sealed, fontsize=12, va="center")
    if "broken" in states:
        axes.plot([1.3, 2.2], [5.25, 5.95], color="white", linewidth=3)
        axes.text(9.0, 5.95, say("seal_broken"), fontsize=11, color=VERMILION, va="center", ha="right")
    axes.add_patch(Rectangle((0, 0), 10, 4.6, facecolor=_ENVELOPE, edgecolor=_EDGE, linewidth=1.5))
    axes.add_patch(Polygon([(0, 4.6), (5, 3.7), (10, 4.6)], closed=False, fill=False, edgecolor=_EDGE))
    axes.text(0.5, 3.15, say("on_the_envelope"), fontsize=11, color="#5f5236", va="center")
    axes.text(0.5, 2.4, shown.mail_from.rpartition("@")[2], fontsize=15, va="center")
    axes.text(0.5, 1.45, say("office"), fontsize=11, color="#5f5236", va="center")
    axes.text(0.5, 0.7, shown.ip, fontsize=12, va="center")
    axes.set_xlim(-0.2, 10.2)
    axes.set_ylim(-0.3, 9.2)
    axes.set_axis_off()


def _table(axes: Axes, origins: Sequence[Origin], lang: str) -> None:
    """Draw what the three checks found: for each kind of letter a line, for each check a column."""
    for place, key in enumerate(("column_spf", "column_dkim", "column_dmarc")):
        axes.text(place + 0.5, -0.62, label(f"really_from_you.{key}", lang), ha="center", va="bottom")
    for line, origin in enumerate(origins):
        words = f"{_name(origin, lang)}\n{label('really_from_you.count', lang, count=origin.count)}"
        if origin.shown.from_domain != origins[0].shown.from_domain:
            words += f"\nFrom: {origin.shown.from_domain}"
        axes.text(-0.05, line, words, va="center", ha="right")
        for place, (words, colour) in enumerate(_found(origin, lang)):
            box = Rectangle((place + 0.03, line - 0.42), 0.94, 0.84, facecolor=colour, edgecolor="none")
            axes.add_patch(box)
            axes.text(place + 0.5, line, words, ha="center", va="center", fontsize=11)
    for place, (colour, key) in enumerate(((PASSES, "same_name"), (OTHER_NAME, "other_name"))):
        at = 1.5 * place
        axes.add_patch(Rectangle((at + 0.03, len(origins) - 0.36), 0.12, 0.2, facecolor=colour, linewidth=0))
        words = label(f"really_from_you.{key}", lang)
        axes.text(at + 0.19, len(origins) - 0.26, words, va="center", fontsize=11)
    axes.set_xlim(-0.95, 3)
    axes.set_ylim(len(origins) - 0.1, -1.2)
    axes.set_axis_off()


def _found(origin: Origin, lang: str) -> list[tuple[str, str]]:
    """Give words and colour for SPF, DKIM and DMARC; a check that passes does so for a name, right or not."""
    checks, seen = origin.checks, origin.shown.from_domain
    spf = _cell(checks.spf.result, origin.shown.mail_from.rpartition("@")[2], seen, "spf", lang)
    signed = checks.dkim[0] if checks.dkim else None
    seal = "none" if signed is None else signed.result
    dkim = _cell(seal, "" if signed is None else signed.domain, seen, "dkim", lang)
    word = checks.dmarc.result
    said = label(f"really_from_you.found_dmarc_{word}", lang)
    colour = {"pass": PASSES, "fail": FAILS}.get(word, NOTHING)
    return [spf, dkim, (f"{_MARKS.get(word, '–')} {said}", colour)]


def _cell(result: str, domain: str, seen: str, check: str, lang: str) -> tuple[str, str]:
    mark = _MARKS.get(result, "×")
    if result == "pass":
        return f"{mark} {domain}", PASSES if domain == seen else OTHER_NAME
    said = label(f"really_from_you.found_{check}_{result}", lang)
    return f"{mark} {said}", NOTHING if result == "none" else FAILS


def _bars(axes: Axes, origins: Sequence[Origin], lang: str) -> None:
    """Draw where the letters of each kind ended."""
    rows = range(len(origins))
    left = [0.0] * len(origins)
    for place, (colour, hatch) in PLACES.items():
        counts = [getattr(origin, place) for origin in origins]
        shares = [
            100 * count / origin.count if origin.count else 0.0
            for count, origin in zip(counts, origins, strict=True)
        ]
        axes.barh(
            rows,
            shares,
            left=left,
            height=0.62,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            label=label(f"really_from_you.{place}", lang),
        )
        for row, count, share, start in zip(rows, counts, shares, left, strict=True):
            if count:
                axes.text(
                    start + share / 2,
                    row,
                    str(count),
                    ha="center",
                    va="center",
                    color=INK,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 2.5},
                )
        left = [start + share for start, share in zip(left, shares, strict=True)]
    axes.set_xlim(0, 100)
    axes.set_ylim(len(origins) - 0.1, -1.2)
    axes.text(0, -0.62, label("really_from_you.where", lang), va="bottom", fontsize=13)
    axes.set_axis_off()
