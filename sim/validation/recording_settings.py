"""What stands in a recording's `run.json`, read with care: it may be somebody else's."""

from typing import Any, Final

from sim.errors import RecordingError
from sim.validation.recording_folder import Recording

_YEAR_1980: Final = 315_532_800
_YEAR_2200: Final = 7_258_118_400


def section(settings: dict[str, Any], key: str) -> dict[str, Any]:
    """Give a mapping within the settings; an empty one where there is none."""
    found = settings.get(key, {})
    if not isinstance(found, dict):
        raise bad(key, found, "a mapping")
    return found


def receivers(recording: Recording) -> dict[str, dict[str, Any]]:
    """Give the receiving servers: what each does, by the name of its domain or host."""
    found = section(recording.settings, "providers")
    for name, behaviour in found.items():
        if not isinstance(behaviour, dict):
            raise bad(f"providers, {name}", behaviour, "a mapping such as {data_s: 0.2}")
    return found


def parameters(recording: Recording) -> dict[str, Any]:
    """Give the Postfix parameters that were set."""
    return section(recording.settings, "main_cf")


def windows(found: object, what: str) -> list[tuple[float, float]]:
    """Read stretches of time, `[[from, to], ...]` in seconds."""
    if not isinstance(found, list) or not all(isinstance(w, list) and len(w) == 2 for w in found):
        raise bad(what, found, "a list of [from, to] in seconds")
    read = [(number(begin, what), number(end, what)) for begin, end in found]
    if any(end <= begin for begin, end in read):
        raise bad(what, found, "each end after its beginning")
    return read


def number(value: object, what: str) -> float:
    """Read a number, 0 or more."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise bad(what, value, "a number, 0 or more")
    return float(value)


def share(value: object, what: str) -> float:
    """Read a probability."""
    if number(value, what) > 1:
        raise bad(what, value, "a share, 0 to 1")
    return number(value, what)


def epoch_s(recording: Recording) -> float:
    """Give the moment by the wall clock from which the recording's times count."""
    value = recording.settings.get("t0_epoch")
    if value is None or not _YEAR_1980 < value < _YEAR_2200:
        raise bad("t0_epoch", value, "the wall clock's seconds at the start: Postfix counts in whole seconds")
    return float(value)


def duration(seconds: float) -> str:
    """Write seconds as a scenario does."""
    return f"{round(seconds * 1e6)} us"


def bad(what: str, found: object, expected: str) -> RecordingError:
    """Make the error that says what is wrong in run.json, and what would be right."""
    return RecordingError(
        "bad_setting", f"run.json: {what} is {found!r}. Write {expected}.", found=found, expected=expected
    )
