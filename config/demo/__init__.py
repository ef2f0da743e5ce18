"""What shows Kith to a newcomer: the demo world, people in bulk, and the replayed conversation."""
