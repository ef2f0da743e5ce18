"""The gate before a loan is paid out: who would stand behind it is tested before anything moves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commands.errors import Busy
from graph.limits.flow import Path, take
from graph.limits.selectors import Flow, find_flow_in_postgres
from wallet.gates import guarantees
from wallet.lending.models import Allowance
from wallet.screening.judges import Early, ask_early
from wallet.screening.payments import Payment

COMMAND = "loan.grant"


@dataclass(frozen=True)
class Proposed:
    """A flow for a loan, and what the gate said of those who would stand behind it."""

    flow: Flow
    early: Early
    guarantors: frozenset[UUID] = frozenset()

    def require_tested(self, paths: Iterable[Path]) -> None:
        """Raise Busy where somebody would stand behind the loan who was not tested: lines have
        changed since, and the next try asks about those who do now.
        """
        if not guarantors_of(paths) <= self.guarantors:
            raise Busy(retry_after_ms=100)

    def withdraw(self) -> None:
        """Let the gate know that nothing came of it."""
        self.early.withdraw()


def guarantors_of(paths: Iterable[Path]) -> frozenset[UUID]:
    """Return who stands between the lender and the borrower."""
    return frozenset(person for path in paths for person in path.through)


def propose(*, payment: Payment, flow: Flow) -> Proposed:
    """Ask the gates about a loan that is about to be granted, outside of transactions; its payment
    goes from the lender to the borrower.
    """
    assert payment.payee_id is not None
    if flow.value < payment.amount and flow.source != "postgres":
        flow = find_flow_in_postgres(
            lender_id=payment.payer_id, borrower_id=payment.payee_id, at=payment.at
        )
    early = ask_early(payment)
    if flow.value < payment.amount:
        # Refused in a moment.
        return Proposed(flow, early)
    guarantors = guarantors_of(take(flow.paths, payment.amount))
    if guarantors:
        early.asked.append((guarantees.GATE, guarantees.ask(payment, guarantors)))
    return Proposed(flow, early, guarantors)


def may_be_granted_at_once(*, lender_id: UUID, borrower_id: UUID, at: datetime) -> bool:
    """Tell whether the lender has permitted loans to the borrower, whatever is left of that."""
    return Allowance.objects.filter(
        lender_id=lender_id, borrower_id=borrower_id, revoked_at=None, until__gt=at
    ).exists()
