"""A payment as its judges see it, and what they say of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Outcome(StrEnum):
    """What is to become of a payment, the mildest first: it goes, the payment PIN is asked for, it
    waits for a person's decision, it is refused.
    """

    ALLOW = "allow"
    CHALLENGE = "challenge"
    HOLD = "hold"
    DENY = "deny"


class Became(StrEnum):
    """What came of a payment: it went, waited for the PIN, was held, or was refused."""

    WENT = "went"
    ASKED = "asked"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True)
class Payment:
    """A payment that somebody is about to make: `id` is that of the row it will be, `amount` in
    minor units. `payee_id` is None where it goes to nobody here (a bank), or to nobody in
    particular; `device_id` is what the payer is signed in by, None where nobody knows. Where it
    posts at once, `posted_as` is the id of the ledger's transfer that it will be.
    """

    id: UUID
    command: str
    payer_id: UUID
    payee_id: UUID | None
    amount: int
    currency: str
    at: datetime
    device_id: UUID | None = None
    posted_as: UUID | None = None

    @property
    def posting_id(self) -> UUID:
        """Return the id under which it comes to the books."""
        return self.posted_as or self.id


@dataclass(frozen=True)
class Finding:
    """A rule or gate that fired, in which version, what it asks for, and by what it judged; the
    inputs are plain JSON.
    """

    rule: str
    version: int
    outcome: Outcome
    inputs: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return what is kept of it."""
        return {
            "rule": self.rule, "version": self.version, "outcome": str(self.outcome),
            "inputs": dict(self.inputs),
        }  # fmt: skip


def strictest(findings: Iterable[Finding]) -> Outcome:
    """Return the strictest outcome that is asked for; ALLOW where nothing fired."""
    order = list(Outcome)
    return max((one.outcome for one in findings), key=order.index, default=Outcome.ALLOW)
