"""From rows that are well formed to those that make sense together, and to the day they tell."""
