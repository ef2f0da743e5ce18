"""The friendship graph in Neo4j, projected from PostgreSQL and rebuilt from it at any time."""
