"""Write the golden files anew: `python -m tests.golden.write`. Read what has changed before you keep it."""

from tests.golden.figures import SCENARIOS, figures, reference


def main() -> None:
    """Run the scenarios and write their figures."""
    for name in SCENARIOS:
        reference(name).write_text(figures(name), encoding="utf-8")


if __name__ == "__main__":
    main()
