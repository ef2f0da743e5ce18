"""Receipts: a number for each payment between people, for both of them."""
