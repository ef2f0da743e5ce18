"""Rooms, messages, cards and the doors: the only part that talks to clients live."""
