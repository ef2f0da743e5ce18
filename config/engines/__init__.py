"""PostgreSQL, Valkey and Neo4j: found by their URL, or started from packages under the data
folder.
"""
