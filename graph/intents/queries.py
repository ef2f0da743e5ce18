"""The Cypher of intents and of what is asked with them."""

from graph.risk.replay.writes import TESTS
from graph.statements import Statement, register_statement

APP = "intents"
NEVER = {"startTime": 0, "endTime": 0}

INTEND_TRANSFER = register_statement(
    Statement(
        APP, "intend_transfer", "write", ("payer", "payee", "id", "amount", "at", "life"),
        columns=("edge",),
        warm={"payer": "", "payee": "", "id": "", "amount": 0, "at": 0, "life": 0},
    )
)  # fmt: skip
INTEND_GUARANTEES = register_statement(
    Statement(
        APP, "intend_guarantees", "write", ("batch", "borrower", "loan", "amount", "at", "life"),
        warm={"batch": {"people": [], "rows": []}, "borrower": "", "loan": "", "amount": 0,
              "at": 0, "life": 0},
    )
)  # fmt: skip
FORGET_INTENTS = register_statement(
    Statement(APP, "forget_intents", "write", ("batch",), warm={"batch": {"ids": []}})
)
FORGET_ENDED = register_statement(
    Statement(APP, "forget_ended", "write", (), columns=("forgotten",), warm={})
)
FIND_RING = register_statement(
    Statement(
        APP, "find_ring", "read", ("payer", "payee", "smallest", "steps", "startTime", "endTime"),
        columns=("ring",),
        warm={"payer": "", "payee": "", "smallest": 1, "steps": 3} | NEVER,
    )
)  # fmt: skip
SUM_CHAINS = register_statement(
    Statement(
        APP, "sum_chains", "read", ("batch",), columns=("guarantor", "owed"),
        warm={"batch": {"guarantors": []}},
    )
)  # fmt: skip
# Transfers and what is intended of them, as FinBench asks.
IN_OUT_RATIO = TESTS["TRW2"]
