"""A room of 500 over WebSockets: ours, its peers and the floor, in one run on two processors."""
