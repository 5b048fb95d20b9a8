"""From rows that are well formed to those that make sense together."""
