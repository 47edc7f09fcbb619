"""The scorecard as one HTML file: rows, curves, and what explains the misses.

The file holds everything and asks for nothing else: no network, no script, no font. Verdicts stand in words and
signs as well as in colour, and every curve says in words what it shows.
"""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Final

from sim.analogy.labels import label
from sim.validation.recording_rows import SEEDS, Comparison
from sim.validation.row import Row
from sim.validation.scorecard import Scorecard
from sim.validation.scorecard_drawing import svg
from sim.validation.scorecard_panels import panels_of
from sim.validation.scorecard_words import about_words, check_words, note_words

PARTS: Final = ("recording", "theory", "published", "case")
"""The parts, in the order in which the page shows them."""
_VERDICTS: Final = {True: "ok", False: "miss", None: "uncovered"}
_SIGNS: Final = {True: "✓", False: "✗", None: "–"}
_NUMBERS: Final = ("expected", "simulated", "error", "bound")
_KEY: Final = (
    ("recorded", '<polyline class="recorded" points="0,6 44,6"/>'),
    ("simulated", '<polyline class="simulated" points="0,6 44,6"/>'),
    ("recorded_band", '<rect class="band" width="44" height="12"/>'),
)


def scorecard_page(card: Scorecard, lang: str = "en") -> str:
    """Give the page of a scorecard in one language."""
    title = escape(label("scorecard.title", lang))
    body = [
        f"<h1>{title}</h1>",
        f"<p>{escape(label('scorecard.intro', lang))}</p>",
        _summary(card.rows, lang),
        _missed(card.rows, lang),
        *(_part(part, card, lang) for part in PARTS),
    ]
    style = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + f"\n</main>\n<footer><p>{escape(label('scorecard.no_mail', lang))}</p></footer>\n</body>\n</html>\n"
    )


def _summary(rows: Sequence[Row], lang: str) -> str:
    """Give a table of the parts, with how many rows of each are met."""
    head = ("part", "what", "hits", "misses", "open", "all")
    lines = [
        "<tr>"
        f'<th scope="row"><a href="#{part}">{escape(label(f"scorecard.{part}", lang))}</a></th>'
        f"<td>{escape(label(f'scorecard.{part}_about', lang))}</td>{_counts(own)}</tr>"
        for part in PARTS
        if (own := [row for row in rows if row.part == part])
    ]
    total = (
        f'<tr><th scope="row">{escape(label("scorecard.summary", lang))}</th><td></td>{_counts(rows)}</tr>'
    )
    numbers = head[2:]
    headings = "".join(
        f'<th scope="col"{_number_class(name in numbers)}>{escape(label(f"scorecard.{name}", lang))}</th>'
        for name in head
    )
    return (
        f'<div class="wide"><table id="summary"><tr>{headings}</tr>{"".join([*lines, total])}</table></div>'
    )


def _counts(rows: Sequence[Row]) -> str:
    counted = [sum(row.ok is verdict for row in rows) for verdict in (True, False, None)]
    return "".join(f'<td class="number">{count}</td>' for count in (*counted, len(rows)))


def _missed(rows: Sequence[Row], lang: str) -> str:
    """Name what is missed and what is not covered; rows with one explanation stand together."""
    parts = [f'<h2 id="missed">{escape(label("scorecard.missed_why", lang))}</h2>']
    for verdict, heading in ((False, None), (None, "open_why")):
        found = [row for row in rows if row.ok is verdict]
        if heading is not None and found:
            parts.append(f"<h2>{escape(label(f'scorecard.{heading}', lang))}</h2>")
        elif heading is None and not found:
            parts.append(f"<p>{escape(label('scorecard.missed_none', lang))}</p>")
        reasons: dict[str, list[Row]] = {}
        for row in found:
            reasons.setdefault(row.reason or row.note, []).append(row)
        for reason, of_reason in reasons.items():
            items = "".join(f"<li>{_said(row.check, check_words(row.check, lang))}</li>" for row in of_reason)
            words = _said(reason, note_words(reason, lang))
            parts.append(f'<div class="why"><ul>{items}</ul><p>{words}</p></div>')
    return "\n".join(parts)


def _part(part: str, card: Scorecard, lang: str) -> str:
    rows = [row for row in card.rows if row.part == part]
    if not rows:
        return ""
    parts = [
        f'<h2 id="{part}">{escape(label(f"scorecard.{part}", lang))}</h2>',
        f"<p>{escape(label(f'scorecard.{part}_about', lang))}</p>",
    ]
    if part == "recording":
        drawn = {comparison.recording.name for comparison in card.comparisons}
        parts += [_key(lang), *(_recording(c, rows, lang) for c in card.comparisons)]
        rows = [row for row in rows if _recording_name(row) not in drawn]
    if rows:
        parts.append(_table(rows, lang))
    return "\n".join(parts)


def _recording(comparison: Comparison, rows: Iterable[Row], lang: str) -> str:
    recording = comparison.recording
    own = [row for row in rows if _recording_name(row) == recording.name]
    about = str(recording.settings.get("about", ""))
    drawn = "".join(svg(panel) for panel in panels_of(comparison, f"r-{recording.name}", lang))
    remark = label("scorecard.chance", lang, seeds=len(SEEDS)) if len(comparison.replays) > 1 else ""
    return (
        f"<section><h3>{escape(recording.name)}</h3>"
        f"<p>{_said(about, about_words(recording.name, about, lang))}</p>"
        f"{f'<p>{escape(remark)}</p>' if remark else ''}"
        f'<div class="panels">{drawn}</div>{_table(own, lang, prefix=f"{recording.name}: ")}</section>'
    )


def _key(lang: str) -> str:
    items = "".join(
        f'<li><svg viewBox="0 0 44 12" aria-hidden="true">{look}</svg>{escape(label(f"scorecard.{name}", lang))}</li>'
        for name, look in _KEY
    )
    return f'<ul class="key">{items}</ul>'


def _table(rows: Iterable[Row], lang: str, prefix: str = "") -> str:
    """Give a table of rows; `prefix` is left out of what is checked, since a heading says it."""
    names = ("check", *_NUMBERS, "ok")
    headings = "".join(
        f'<th scope="col"{_number_class(name in _NUMBERS)}>{escape(label(f"column.{name}", lang))}</th>'
        for name in names
    )
    lines = []
    for row in rows:
        numbers = "".join(f'<td class="number">{_number(getattr(row, name))}</td>' for name in _NUMBERS)
        verdict = _VERDICTS[row.ok]
        words = escape(label(f"scorecard.verdict_{verdict}", lang))
        check = row.check.removeprefix(prefix)
        lines.append(
            f'<tr><th scope="row">{_said(check, check_words(check, lang))}</th>{numbers}'
            f'<td class="verdict {verdict}"><span>{_SIGNS[row.ok]} {words}</span></td>'
            f'<td class="remark">{_said(row.note, note_words(row.note, lang))}</td></tr>'
        )
    remarks = f'<th scope="col">{escape(label("scorecard.note", lang))}</th>'
    return f'<div class="wide"><table><tr>{headings}{remarks}</tr>{"".join(lines)}</table></div>'


def _said(english: str, words: str) -> str:
    """Give words as HTML; those that have no translation say so, for who has the page read aloud."""
    return escape(words) if words != english or not english else f'<span lang="en">{escape(english)}</span>'


def _recording_name(row: Row) -> str:
    return row.check.partition(": ")[0]


def _number_class(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    # Four digits are enough, but of a big number all that stand before the point are shown, without a power of ten.
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.4g}"
