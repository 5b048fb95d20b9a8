"""Exports to raw tables: readers, presets, contracts, keys, quarantine."""
