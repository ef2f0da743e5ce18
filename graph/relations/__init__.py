"""What the graph tells about somebody's standing among others."""
