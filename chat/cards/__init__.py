"""Money in the conversation: each card is a message that shows a product of the wallet."""
