"""Disputes: a payer asks for money back, and two people of the staff decide."""
