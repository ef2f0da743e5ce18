"""Fake accounts that want money: an attack on the running service, beside other rules of credit."""
