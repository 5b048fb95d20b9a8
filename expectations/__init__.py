"""Did each export keep its promise? One suite a raw table, one gate."""
