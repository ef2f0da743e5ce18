"""The kinds of rows that the graph holds of the wallet; the views of sql/views.sql say which."""

from graph.projection import queries
from graph.projection.registry import Edge, Kind, Node, Type, register_kind

# Intents are few and gates wait for them: they do not stand behind a rush of payments.
MONEY, INTENTS = "money", "intents"
ACCOUNT, LOAN, DEVICE = ("Account", "account"), ("Loan", "loan"), ("Device", "device")
MOVED: dict[str, Type] = {"id": "string", "version": "long", "amount": "long", "at": "long"}

register_kind(
    Kind(
        name="account", order=10, lane=MONEY, select="SELECT * FROM graph_account",
        parts=(
            Node(("Account",), {
                "id": "string", "version": "long", "type": "string", "currency": "string",
                "blocked": "boolean", "closed": "boolean", "created_at": "long",
            }),
            Edge(
                "OWNS", start=("Person", "owner"), end=("Account", "id"),
                columns={"created_at": "long"}, renamed={"created_at": "at"},
            ),
        ),
        apply=queries.APPLY_ACCOUNTS, dump=queries.DUMP_ACCOUNTS, locks={"people": ("owner",)},
    )
)  # fmt: skip

register_kind(
    Kind(
        name="channel", order=11, lane=MONEY, select="SELECT * FROM graph_channel",
        parts=(
            Node(("Account", "Channel"), {
                "id": "string", "version": "long", "type": "string", "name": "string",
                "currency": "string", "created_at": "long",
            }),
        ),
        apply=queries.APPLY_CHANNELS, dump=queries.DUMP_CHANNELS,
    )
)  # fmt: skip

register_kind(
    Kind(
        name="loan", order=12, lane=MONEY, select="SELECT * FROM graph_loan",
        parts=(
            Node(("Loan",), {
                "id": "string", "version": "long", "amount": "long", "balance": "long",
                "status": "string", "created_at": "long",
            }),
            Edge(
                "APPLIED", start=("Person", "borrower"), end=("Loan", "id"),
                columns={"created_at": "long"}, renamed={"created_at": "at"},
            ),
        ),
        apply=queries.APPLY_LOANS, dump=queries.DUMP_LOANS, locks={"people": ("borrower",)},
    )
)  # fmt: skip

register_kind(
    Kind(
        name="device", order=13, lane=MONEY, select="SELECT * FROM graph_device",
        parts=(
            Node(("Device",), {
                "id": "string", "version": "long", "type": "string", "program": "string",
                "system": "string", "blocked": "boolean", "created_at": "long",
            }),
        ),
        apply=queries.APPLY_DEVICES, dump=queries.DUMP_DEVICES,
    )
)  # fmt: skip

PAYMENT = register_kind(
    Kind(
        name="payment", order=20, lane=MONEY, select="SELECT * FROM graph_payment",
        parts=(
            Edge(
                "TRANSFERRED", start=("Account", "payer"), end=("Account", "payee"),
                columns=MOVED | {"currency": "string", "kind": "string"},
            ),
        ),
        apply=queries.APPLY_PAYMENTS, dump=queries.DUMP_PAYMENTS,
        locks={"accounts": ("payer", "payee")},
    )
)  # fmt: skip

register_kind(
    Kind(
        name="withdrawal", order=21, lane=MONEY, select="SELECT * FROM graph_withdrawal",
        parts=(
            Edge(
                "WITHDREW", start=ACCOUNT, end=("Account", "channel"),
                columns=MOVED | {"currency": "string"},
            ),
        ),
        apply=queries.APPLY_WITHDRAWALS, dump=queries.DUMP_WITHDRAWALS,
        locks={"accounts": ("account", "channel")},
    )
)  # fmt: skip

register_kind(
    Kind(
        name="deposit", order=22, lane=MONEY, select="SELECT * FROM graph_deposit",
        parts=(Edge("DEPOSITED", start=LOAN, end=ACCOUNT, columns=MOVED),),
        apply=queries.APPLY_DEPOSITS, dump=queries.DUMP_DEPOSITS,
        locks={"accounts": ("account",), "loans": ("loan",)},
    )
)  # fmt: skip

register_kind(
    Kind(
        name="repayment", order=23, lane=MONEY, select="SELECT * FROM graph_repayment",
        parts=(Edge("REPAID", start=ACCOUNT, end=LOAN, columns=MOVED),),
        apply=queries.APPLY_REPAYMENTS, dump=queries.DUMP_REPAYMENTS,
        locks={"accounts": ("account",), "loans": ("loan",)},
    )
)  # fmt: skip

GUARANTEE = register_kind(
    Kind(
        name="guarantee", order=24, lane=MONEY, select="SELECT * FROM graph_guarantee",
        parts=(
            Edge(
                "GUARANTEES", start=("Person", "guarantor"), end=("Person", "borrower"),
                columns=MOVED | {"loan": "string", "live": "boolean"},
            ),
        ),
        apply=queries.APPLY_GUARANTEES, dump=queries.DUMP_GUARANTEES,
        locks={"people": ("guarantor", "borrower")},
    )
)  # fmt: skip

register_kind(
    Kind(
        name="sign_in", order=25, lane=MONEY, select="SELECT * FROM graph_sign_in",
        parts=(
            Edge(
                "SIGNED_IN", start=DEVICE, end=ACCOUNT,
                columns={"id": "string", "version": "long", "at": "long"},
            ),
        ),
        apply=queries.APPLY_SIGN_INS, dump=queries.DUMP_SIGN_INS,
        locks={"accounts": ("account",), "devices": ("device",)},
    )
)  # fmt: skip

register_kind(
    Kind(
        name="intent", order=26, lane=INTENTS, select="SELECT * FROM graph_intent",
        parts=(
            Edge(
                "INTENDS", start=("Account", "payer"), end=("Account", "payee"),
                columns=MOVED | {
                    "currency": "string", "live": "boolean", "paid": "string", "paid_at": "long",
                    "kind": "string",
                },
            ),
        ),
        apply=queries.APPLY_INTENTS, dump=queries.DUMP_INTENTS,
        locks={"accounts": ("payer", "payee")},
    )
)  # fmt: skip
