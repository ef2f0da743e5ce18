"""People: accounts, passwords, tokens, tiers."""
