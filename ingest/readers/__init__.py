"""Readers, one module a file layout."""
