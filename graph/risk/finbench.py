"""The reads of LDBC FinBench, with its names of parameters and columns."""

from typing import cast

from graph.risk.questions import WINDOW, Column, ColumnKind, Parameter, register_question

# As many edges as no account has: nothing is left out.
ALL_EDGES = 2**31 - 1
ORDERS = ("TIMESTAMP_DESCENDING", "TIMESTAMP_ASCENDING", "AMOUNT_ASCENDING", "AMOUNT_DESCENDING")

ID = Parameter("id", "id")
ID1, ID2 = Parameter("id1", "id"), Parameter("id2", "id")
PID1, PID2 = Parameter("pid1", "id"), Parameter("pid2", "id")
THRESHOLD = Parameter("threshold", "decimal", default=0.0)
THRESHOLD1 = Parameter("threshold1", "decimal", default=0.0)
THRESHOLD2 = Parameter("threshold2", "decimal", default=0.0)
# Of each account, at each step, only so many edges in this order are looked at. It acts on the
# kinds of edges that a window acts on, before the window and the thresholds do.
TRUNCATED = (
    Parameter("truncationLimit", "int", default=ALL_EDGES, least=1, most=ALL_EDGES),
    Parameter("truncationOrder", "choice", default=ORDERS[0], choices=ORDERS),
)


def _register(
    name: str, parameters: tuple[Parameter, ...], columns: str, *, is_bare: bool = False
) -> None:
    """Register a read with its columns as FinBench lists them: `otherId id, numEdge2 int`."""
    pairs = (column.split() for column in columns.split(","))
    register_question(
        f"finbench.{name}", parameters=parameters, is_bare=is_bare,
        columns=tuple(Column(called, cast("ColumnKind", kind)) for called, kind in pairs),
    )  # fmt: skip


def _windowed(*parameters: Parameter) -> tuple[Parameter, ...]:
    return (*parameters, *WINDOW, *TRUNCATED)


# fmt: off
_register("tcr1", _windowed(ID),
          "otherId id, accountDistance int, mediumId id, mediumType text")
_register("tcr2", _windowed(ID),
          "otherId id, sumLoanAmount decimal, sumLoanBalance decimal")
_register("tcr3", _windowed(ID1, ID2),
          "shortestPathLength int")
_register("tcr4", _windowed(ID1, ID2),
          "otherId id, numEdge2 int, sumEdge2Amount decimal, maxEdge2Amount decimal,"
          " numEdge3 int, sumEdge3Amount decimal, maxEdge3Amount decimal")
_register("tcr5", _windowed(ID),
          "path ids", is_bare=True)
_register("tcr6", _windowed(ID, THRESHOLD1, THRESHOLD2),
          "midId id, sumEdge1Amount decimal, sumEdge2Amount decimal")
_register("tcr7", _windowed(ID, THRESHOLD),
          "numSrc int, numDst int, inOutRatio decimal")
_register("tcr8", _windowed(ID, THRESHOLD),
          "dstId id, ratio decimal, minDistanceFromLoan int")
_register("tcr9", _windowed(ID, THRESHOLD),
          "ratioRepay decimal, ratioDeposit decimal, ratioTransfer decimal")
_register("tcr10", _windowed(PID1, PID2),
          "jaccardSimilarity decimal")
_register("tcr11", _windowed(ID),
          "sumLoanAmount decimal, numLoans int")
_register("tcr12", _windowed(ID),
          "compAccountId id, sumEdge2Amount decimal")

_register("tsr1", (ID,),
          "createTime moment, isBlocked bool, type text")
_register("tsr2", _windowed(ID),
          "sumEdge1Amount decimal, maxEdge1Amount decimal, numEdge1 int,"
          " sumEdge2Amount decimal, maxEdge2Amount decimal, numEdge2 int")
_register("tsr3", _windowed(ID, THRESHOLD),
          "blockRatio decimal")
_register("tsr4", _windowed(ID, THRESHOLD),
          "dstId id, numEdges int, sumAmount decimal")
_register("tsr5", _windowed(ID, THRESHOLD),
          "srcId id, numEdges int, sumAmount decimal")
_register("tsr6", _windowed(ID),
          "dstId id")
# fmt: on
