"""Rules about payments: what they ask, how they are switched, and where their facts are from."""
