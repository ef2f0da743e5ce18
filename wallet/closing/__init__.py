"""Freezing people's money, and closing accounts once nothing stands open."""
