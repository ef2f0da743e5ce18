"""The HTTP door, sessions, and the documents made from the command registry."""
