"""Loans between friends, within the limit that trust allows."""
