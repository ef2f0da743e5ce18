"""Cypher and SQL that fetch the subgraph between a lender and a borrower."""

from graph.statements import Statement, register_statement


def _ways(name: str) -> Statement:
    return register_statement(
        Statement(
            app="limits", name=name, access="read", parameters=("lender_id", "borrower_id"),
            columns=("direct", "first", "last", "middle"),
            warm={"lender_id": "", "borrower_id": ""},
        )
    )  # fmt: skip


# Both answer the same; two, because one that chooses takes Neo4j twice as long to compile.
FIND_WAYS = _ways("find_ways")
FIND_WAYS_BACK = _ways("find_ways_back")

FIND_AROUND = register_statement(
    Statement(
        app="limits", name="find_around", access="read", parameters=("lenders", "borrowers"),
        columns=("own", "ends", "middle", "friends"),
        warm={"lenders": [], "borrowers": []},
    )
)  # fmt: skip


def _create(name: str) -> Statement:
    return register_statement(Statement("limits", name, "write", ("rows",), ("made",)))


CREATE_PEOPLE = _create("create_people")
CREATE_FRIENDSHIPS = _create("create_friendships")
CREATE_LINES = _create("create_lines")

# The same question to PostgreSQL: for when Neo4j is away or behind, and for the decision under
# locks. A line that is not the lender's own must allow the lender: any, or friends when its giver
# is one of the lender's.
WAYS_IN_POSTGRES = """
    WITH usable AS NOT MATERIALIZED (
        SELECT line.id, line.giver_id, line.receiver_id, line.capacity - line.reserved AS free
        FROM trust_line AS line
        WHERE line.capacity > line.reserved AND (
            line.lenders = 'any' OR (line.lenders = 'friends' AND EXISTS (
                SELECT FROM friends_friendship AS friendship
                WHERE friendship.low_id = LEAST(line.giver_id, %(lender)s)
                  AND friendship.high_id = GREATEST(line.giver_id, %(lender)s)
                  AND friendship.status = 'friends'))
        )
    ), own AS MATERIALIZED (
        SELECT id, giver_id, receiver_id, capacity - reserved AS free FROM trust_line
        WHERE giver_id = %(lender)s AND capacity > reserved
    ), last AS MATERIALIZED (
        SELECT * FROM usable WHERE receiver_id = %(borrower)s AND giver_id <> %(lender)s
    ), middle AS (
        SELECT line.* FROM own
        JOIN usable AS line ON line.giver_id = own.receiver_id
        WHERE own.receiver_id <> %(borrower)s
          AND line.receiver_id IN (SELECT giver_id FROM last)
    )
    SELECT 'own' AS place, * FROM own
    UNION ALL SELECT 'last', * FROM last
    UNION ALL SELECT 'middle', * FROM middle
"""

# The same for many pairs at once, as it is in one moment. Who may use a line is decided pair by
# pair afterwards.
AROUND_IN_POSTGRES = """
    WITH own AS MATERIALIZED (
        SELECT id, giver_id, receiver_id, capacity - reserved AS free, lenders FROM trust_line
        WHERE giver_id = ANY(%(lenders)s::uuid[]) AND capacity > reserved
    ), ends AS MATERIALIZED (
        SELECT id, giver_id, receiver_id, capacity - reserved AS free, lenders FROM trust_line
        WHERE receiver_id = ANY(%(borrowers)s::uuid[]) AND capacity > reserved
          AND lenders <> 'nobody'
    ), middle AS MATERIALIZED (
        SELECT id, giver_id, receiver_id, capacity - reserved AS free, lenders FROM trust_line
        WHERE giver_id IN (SELECT receiver_id FROM own)
          AND receiver_id IN (SELECT giver_id FROM ends)
          AND capacity > reserved AND lenders <> 'nobody'
    ), guarded AS MATERIALIZED (
        SELECT giver_id FROM ends WHERE lenders = 'friends'
        UNION SELECT giver_id FROM middle WHERE lenders = 'friends'
    )
    SELECT 'own', * FROM own
    UNION ALL SELECT 'ends', * FROM ends
    UNION ALL SELECT 'middle', * FROM middle
    UNION ALL SELECT 'friends', id, low_id, high_id, 0, '' FROM friends_friendship
        WHERE status = 'friends' AND low_id = ANY(%(lenders)s::uuid[])
          AND high_id IN (SELECT giver_id FROM guarded)
    UNION ALL SELECT 'friends', id, high_id, low_id, 0, '' FROM friends_friendship
        WHERE status = 'friends' AND high_id = ANY(%(lenders)s::uuid[])
          AND low_id IN (SELECT giver_id FROM guarded)
"""
