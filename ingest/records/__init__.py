"""From what happened to each record to the quarantine and the counts that add up."""
