"""Rooms, their members, and their numbered events."""
