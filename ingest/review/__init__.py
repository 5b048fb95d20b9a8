"""From records that are not in the warehouse to lists an analyst works through, and refusals."""
