"""From landed texts and what is declared of them to typed rows of the canonical tables."""
