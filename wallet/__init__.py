"""The ledger and the products on it. Knows nothing of chat; a room is an opaque id to it."""
