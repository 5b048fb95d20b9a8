"""Parity: the same models and macros on DuckDB and on Spark."""
