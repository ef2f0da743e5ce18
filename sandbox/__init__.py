"""What development has in place of the world outside; it knows nothing of Kith, and imports nothing
of it.
"""
