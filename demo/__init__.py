"""The demo company: believable exports with planted effects."""
