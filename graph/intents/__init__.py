"""What is about to happen, written into the graph before it is tested there."""
