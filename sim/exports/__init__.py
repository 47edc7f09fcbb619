"""Results as files: CSV, Parquet, and the folder that holds all of a run."""
