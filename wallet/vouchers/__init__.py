"""Vouchers: money given ahead of time, for one payment each."""
