"""From records that are no rows of a canonical table to rows derived from all of them together."""
