"""Word of what happens to a loan, for its two people and for who stands behind it."""

from uuid import UUID

from outbox.notices.services import Tell
from wallet.lending.models import Loan
from wallet.lending.selectors import guarantor_ids


def tell(*, loan: Loan, owner: UUID, what: str) -> Tell:
    """Return word to one of a loan's two people: it was `lent` as they had permitted, is `overdue`,
    has `defaulted`, was `extended` or `forgiven`.
    """
    about = loan.lender_id if owner == loan.borrower_id else loan.borrower_id
    return Tell(owner, "loan.changed", about=about, ref=loan.id, text=what)


def tell_guarantors(*, loan: Loan, what: str) -> list[Tell]:
    """Return word to those who stand behind a loan: it begins to use their lines (`used`), or
    `burned` them, or was `extended` or `forgiven`.
    """
    return [
        Tell(person_id, "loan.changed", about=loan.borrower_id, ref=loan.id, text=what)
        for person_id in sorted(guarantor_ids(loan=loan))
    ]
