"""The risk lab: the live graph once more, in a Neo4j that people may ask by hand, and that refuses
to be written to.
"""
