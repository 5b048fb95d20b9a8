"""Marts to results: intervals, comparisons, disclosure control. No rendering here."""
