"""Gates on writes: what would close a ring, break a ratio or weigh on a chain is seen before."""
