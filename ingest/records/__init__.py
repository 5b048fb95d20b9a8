"""From whatever befalls a record to one ledger in which every record is accounted for."""
