"""The reads of LDBC FinBench, with its names of parameters and columns."""

from graph.risk.questions import WINDOW, Column, Parameter, register_question

register_question(
    "finbench.tcr3",
    parameters=(Parameter("id1", "id"), Parameter("id2", "id"), *WINDOW),
    columns=(Column("shortestPathLength", "int"),),
)
