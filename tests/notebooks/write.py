"""Make the notebooks of all lessons from their sources: `python -m tests.notebooks.write`."""

from tests.notebooks.pairs import SOURCES, from_source, to_text


def main() -> None:
    """Write each `.ipynb` beside its `.py`."""
    for source in SOURCES:
        source.with_suffix(".ipynb").write_text(to_text(from_source(source)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
