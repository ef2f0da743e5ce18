"""The graph of people, trust and money at the size it is made for."""
