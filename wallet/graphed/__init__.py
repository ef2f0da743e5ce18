"""Money, loans and devices as the graph sees them: the tables tell it themselves."""
