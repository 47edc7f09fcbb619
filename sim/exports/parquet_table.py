"""A frame as Parquet, for those who have pyarrow (the `[data]` extra)."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pandas as pd


def can_write_parquet() -> bool:
    """Tell whether the library for it is installed."""
    return find_spec("pyarrow") is not None


def write_parquet(frame: pd.DataFrame, path: Path, notes: Mapping[str, str]) -> None:
    """Write a frame as a Parquet file.

    Args:
        frame: the table.
        path: the file.
        notes: what to write into the file beside the table, such as the scenario and the seed.
    """
    # Here, since it is large and an extra.
    import pyarrow as pa  # type: ignore[import-untyped]
    from pyarrow import parquet

    table = pa.Table.from_pandas(frame, preserve_index=False)
    known = dict(table.schema.metadata or {})
    own = {f"mailsim.{key}".encode(): value.encode() for key, value in notes.items()}
    # Opened here: in the C locale pyarrow cannot encode a path such as 結果.
    with path.open("wb") as file:
        parquet.write_table(table.replace_schema_metadata({**known, **own}), file, compression="zstd")
