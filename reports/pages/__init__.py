"""One module a page: what it says, before anybody lays it out."""
