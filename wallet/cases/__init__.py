"""Cases of the risk team: what was found about somebody, what was decided, and all its history."""
