"""From exports to raw tables in DuckDB with keys for people; `load.py` is the way on one page."""
