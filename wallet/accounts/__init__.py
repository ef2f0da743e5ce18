"""People's money: their accounts, their entries, and paying from one to another."""
