"""From identifiers as exports write them to one key a person, and to text that names nobody."""
