"""Writing down who looked at whom."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from graph.risk.models import Look


def record_look(
    *,
    person_id: UUID | None,
    by: str = "",
    question: str,
    parameters: Mapping[str, Any],
    at: datetime,
) -> None:
    """Write down that somebody puts a question to the live graph, before it is answered.

    `by` says who it is where no `person_id` does.
    """
    Look.objects.create(
        id=uuid7(), person_id=person_id, by=by[:100], at=at, question=question,
        parameters=dict(parameters),
    )  # fmt: skip
