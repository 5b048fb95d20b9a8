"""What an attacker can know: bounds on hidden counts from everything that is published."""
