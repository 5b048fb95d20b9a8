"""Turns: exports in which a record is not a row of the canonical table, turned into rows."""
