"""The tables of a FinBench snapshot: their columns, and what becomes of them in the graph."""

from dataclasses import dataclass
from typing import Literal

from graph.statements import Statement, register_statement

Kind = Literal["id", "moment", "flag", "text", "amount", "ratio"]


@dataclass(frozen=True)
class Field:
    """A column under the names it may have, and the property that it becomes."""

    columns: tuple[str, ...]
    property: str
    kind: Kind


@dataclass(frozen=True)
class Table:
    """A file of the snapshot and the statement that loads its rows.

    `node` is the label of the nodes it lists; an edge goes `from` a label and `to` another.
    """

    name: str
    fields: tuple[Field, ...]
    load: Statement
    node: str = ""
    ends: tuple[tuple[str, str], ...] = ()


def _load(name: str) -> Statement:
    return register_statement(Statement("risk", f"load.{name}", "write", ("rows",), ("written",)))


def _id(column: str, name: str = "id") -> Field:
    return Field((column,), name, "id")


AT = Field(("createTime",), "at", "moment")
CREATED = Field(("createTime",), "created_at", "moment")
BLOCKED = Field(("isBlocked",), "blocked", "flag")
AMOUNT = Field(("amount",), "amount", "amount")
RATIO = Field(("ratio",), "ratio", "ratio")


def _node(name: str, label: str, *fields: Field) -> Table:
    return Table(name, fields, _load(name.lower()), node=label)


def _edge(name: str, statement: str, source: str, target: str, *more: Field) -> Table:
    """`source` and `target` are a column and a label each: `fromId Account`."""
    (from_column, from_label), (to_column, to_label) = source.split(), target.split()
    fields = (_id(from_column, "source"), _id(to_column, "target"), *more, AT)
    return Table(
        name, fields, _load(statement), ends=(("source", from_label), ("target", to_label))
    )


NODES = (
    _node("Person", "Person", _id("personId"), Field(("personName",), "name", "text"), BLOCKED,
          CREATED),
    _node("Company", "Company", _id("companyId"), Field(("companyName",), "name", "text"), BLOCKED,
          CREATED),
    _node("Account", "Account", _id("accountId"), CREATED, BLOCKED,
          Field(("accoutType", "accountType"), "type", "text")),
    _node("Loan", "Loan", _id("loanId"), Field(("loanAmount",), "amount", "amount"),
          Field(("balance",), "balance", "amount"), CREATED),
    _node("Medium", "Device", _id("mediumId"), Field(("mediumType",), "type", "text"), BLOCKED,
          CREATED),
)  # fmt: skip

EDGES = (
    _edge("PersonOwnAccount", "person_owns", "personId Person", "accountId Account"),
    _edge("CompanyOwnAccount", "company_owns", "companyId Company", "accountId Account"),
    _edge("AccountTransferAccount", "transferred", "fromId Account", "toId Account", AMOUNT),
    _edge("AccountWithdrawAccount", "withdrew", "fromId Account", "toId Account", AMOUNT),
    _edge("LoanDepositAccount", "deposited", "loanId Loan", "accountId Account", AMOUNT),
    _edge("AccountRepayLoan", "repaid", "accountId Account", "loanId Loan", AMOUNT),
    _edge("MediumSignInAccount", "signed_in", "mediumId Device", "accountId Account"),
    _edge("PersonApplyLoan", "person_applied", "personId Person", "loanId Loan"),
    _edge("CompanyApplyLoan", "company_applied", "companyId Company", "loanId Loan"),
    _edge("PersonGuaranteePerson", "person_guarantees", "fromId Person", "toId Person"),
    _edge("CompanyGuaranteeCompany", "company_guarantees", "fromId Company", "toId Company"),
    _edge("PersonInvestCompany", "person_invests", "investorId Person", "companyId Company", RATIO),
    _edge("CompanyInvestCompany", "company_invests", "investorId Company", "companyId Company",
          RATIO),
)  # fmt: skip

TABLES = (*NODES, *EDGES)

# The owners of some accounts are missing in the snapshots; they are made with nothing but the id.
MADE_UP = {"Person": _load("missing_people"), "Company": _load("missing_companies")}


def _statement(
    name: str, parameters: tuple[str, ...] = (), columns: tuple[str, ...] = (), *,
    access: Literal["read", "write"] = "write",
) -> Statement:  # fmt: skip
    return register_statement(Statement("risk", f"load.{name}", access, parameters, columns))


CONSTRAINTS = tuple(
    _statement(f"constrain_{label}") for label in ("person", "company", "account", "loan", "device")
)
EMPTY = _statement("empty")
FORGET = _statement("forget")
FINISH = _statement("finish", ("source", "at"))
FIND = _statement("find", (), ("source", "at"), access="read")
COUNT = _statement("count", (), ("name", "count"), access="read")
