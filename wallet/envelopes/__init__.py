"""Red envelopes: shares drawn when they are funded, taken one per person."""
