"""Asking somebody for a payment, and paying it from several sources."""
