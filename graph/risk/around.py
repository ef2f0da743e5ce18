"""What lies around somebody: for pictures that grow, and for the timeline of their money."""

from graph.risk.questions import APP, WINDOW, Column, Parameter, register_question
from graph.statements import Statement, register_statement

EDGE = (
    Column("sourceId", "id"), Column("sourceKind", "text"), Column("sourceName", "text"),
    Column("sourceBlocked", "bool"), Column("targetId", "id"), Column("targetKind", "text"),
    Column("targetName", "text"), Column("targetBlocked", "bool"), Column("edge", "text"),
    Column("currency", "text"), Column("times", "int"), Column("amount", "decimal"),
    Column("since", "moment"), Column("until", "moment"),
)  # fmt: skip

register_question(
    "around.one",
    parameters=(Parameter("id", "id"), Parameter("most", "int", default=100, least=1, most=500)),
    columns=EDGE,
    graphs=("live",),
)

register_question(
    "around.money",
    parameters=(
        Parameter("id", "id"), *WINDOW, Parameter("most", "int", default=500, least=1, most=1000),
    ),
    columns=(
        Column("at", "moment"), Column("isOut", "bool"), Column("amount", "decimal"),
        Column("currency", "text"), Column("kind", "text"), Column("accountId", "id"),
        Column("otherId", "id"),
    ),
    graphs=("live",),
)  # fmt: skip

# No questions of their own: they make the picture of another one's answer, or its ids readable.
CALLED = register_statement(Statement(APP, "around.called", "read", ("username",), columns=("id",)))
NAMES = register_statement(
    Statement(APP, "around.names", "read", ("ids",), columns=("id", "name", "currency", "kind"))
)
OWNERS = register_statement(Statement(APP, "around.owners", "read", ("ids",), columns=("ownerId",)))
BETWEEN = register_statement(
    Statement(
        APP, "around.between", "read", ("ids",), columns=tuple(column.name for column in EDGE)
    )
)
