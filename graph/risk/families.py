"""Whether family links the people behind two devices."""

from uuid import UUID

from graph.database import ask_some, driver
from graph.risk.questions import APP
from graph.statements import Statement, register_statement

FAMILIES = register_statement(
    Statement(
        APP, "devices.families", "read", ("one", "other"), columns=("owner", "relative"),
        warm={"one": "", "other": ""},
    )
)  # fmt: skip


def link_devices(*, one: UUID, other: UUID, seconds: float) -> bool:
    """Tell whether an owner of one device and another person who owns the other are family.

    Raises TimedOut and GraphUnavailable.
    """
    terms = {"one": str(one), "other": str(other)}
    found, _ = ask_some(FAMILIES, terms, driver=driver(), seconds=seconds, rows=1)
    return bool(found)
