"""Pictures of what the graph holds: a page of its own that loads nothing and may do nothing."""
