"""Bills split among people, each paying a share to who laid out the money."""
