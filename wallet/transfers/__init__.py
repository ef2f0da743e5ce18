"""Transfers between people that the receiver accepts or returns."""
