"""What people may pay in a payment, a day and a year, and the PIN that asks whether it is they."""
