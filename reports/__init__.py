"""Results to pages. Never opens the warehouse, never computes a statistic."""
