"""The risk team's own questions: rings, mules, guarantees, devices, trust and losses.

Those about transfers ask what the detectors in `graph/risk/detectors` ask, and answer alike; those
that name lines, guarantees of loans or devices of people are for the live graph.
"""

from graph.risk.questions import WINDOW, Column, Parameter, register_question

HOURS = Parameter("hours", "int", default=24, least=0, most=24 * 366 * 10)
FEWEST = Parameter("fewest", "int", default=3, least=1, most=1000)
RING_STEPS = Parameter("steps", "int", default=6, least=3, most=6)
GUARANTEE_STEPS = Parameter("steps", "int", default=4, least=1, most=6)
PASSED_ON = Parameter("passedOn", "decimal", default=0.9)
# Ids of people with commas between them.
PEOPLE = Parameter("people", "text")
WHEN = (Column("since", "moment"), Column("until", "moment"))
RING = (
    Column("ring", "ids"), Column("numTransfers", "int"), Column("smallestAmount", "decimal"),
    *WHEN,
)  # fmt: skip

for name in ("fans.many_pay_one", "fans.one_pays_many"):
    register_question(
        name,
        parameters=(*WINDOW, HOURS, FEWEST, Parameter("smallest", "decimal", default=0.0)),
        columns=(
            Column("accountId", "id"), Column("numOthers", "int"), Column("otherIds", "ids"),
            Column("numTransfers", "int"), Column("sumAmount", "decimal"), *WHEN,
        ),
    )  # fmt: skip

register_question(
    "fans.spread_and_gathered",
    parameters=(*WINDOW, HOURS, FEWEST),
    columns=(
        Column("sourceId", "id"), Column("targetId", "id"), Column("numBetween", "int"),
        Column("betweenIds", "ids"), *WHEN,
    ),
)  # fmt: skip

register_question(
    "mules.fast_in_fast_out",
    parameters=(*WINDOW, HOURS, Parameter("smallest", "decimal", default=1.0), PASSED_ON),
    columns=(
        Column("accountId", "id"), Column("moneyIn", "decimal"), Column("moneyOut", "decimal"),
        Column("since", "moment"),
    ),
)  # fmt: skip

register_question(
    "rings.found",
    parameters=(*WINDOW, HOURS, RING_STEPS, Parameter("passedOn", "decimal", default=0.0)),
    columns=RING,
)

register_question(
    "rings.closed_by_transfer",
    parameters=(Parameter("id1", "id"), Parameter("id2", "id"), *WINDOW, RING_STEPS),
    columns=RING,
)

register_question(
    "guarantees.chains",
    parameters=(Parameter("id", "id"), *WINDOW, GUARANTEE_STEPS),
    columns=(Column("chain", "ids"), Column("numLoans", "int"), Column("owed", "decimal")),
)

register_question(
    "guarantees.cycles",
    parameters=(*WINDOW, Parameter("steps", "int", default=4, least=2, most=6)),
    columns=(Column("ring", "ids"), Column("numPeople", "int")),
)

register_question(
    "devices.shared",
    parameters=(*WINDOW, Parameter("fewest", "int", default=2, least=1, most=1000)),
    columns=(
        Column("deviceId", "id"), Column("numPeople", "int"), Column("personIds", "ids"),
    ),
)  # fmt: skip

register_question(
    "trust.drawable_by_group",
    parameters=(PEOPLE,),
    columns=(Column("giverId", "id"), Column("receiverId", "id"), Column("free", "decimal")),
    graphs=("live",),
)

register_question(
    "loss.if_group_defaults",
    parameters=(PEOPLE,),
    columns=(
        Column("borrowerId", "id"), Column("numLoans", "int"), Column("owed", "decimal"),
        Column("vouchedOutside", "decimal"), Column("vouchedInside", "decimal"),
    ),
    graphs=("live",),
)  # fmt: skip
