"""People and what ties them: friendships, trust, limits, and the projection of all that into Neo4j.

Knows nothing of money or rooms; what it needs from above (a borrower's cap) is passed in.
"""
