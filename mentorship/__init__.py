"""The door: the command, the workspace, the build as one readable page."""
