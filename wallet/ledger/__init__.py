"""Accounts, transfers and entries: double entry, append-only, written by one SQL function."""
