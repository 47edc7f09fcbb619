"""Run one notebook and write what came out: `python -m tests.notebooks.execute IN OUT FOLDER [OLD NEW]…`.

A process of its own, so that a kernel that hangs can be ended from outside. OLD is replaced by NEW in the code
before it runs: that is how a test fills in answers.
"""

import sys
import warnings
from pathlib import Path

CELL_LIMIT_S = 60


def main() -> None:
    """Run the notebook in the folder given."""
    warnings.simplefilter("ignore")
    import nbformat
    from nbclient import NotebookClient

    source, target, folder, *changes = sys.argv[1:]
    notebook = nbformat.read(source, as_version=4)
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        found = [cell for cell in notebook.cells if cell.cell_type == "code" and old in cell.source]
        assert found, old
        for cell in found:
            cell.source = cell.source.replace(old, new)
    client = NotebookClient(
        notebook, timeout=CELL_LIMIT_S, kernel_name="python3", resources={"metadata": {"path": folder}}
    )
    client.execute()
    Path(target).write_text(nbformat.writes(notebook), encoding="utf-8")


if __name__ == "__main__":
    main()
