"""Row locks on cases."""

from uuid import UUID

from wallet.cases.errors import CaseNotFound
from wallet.cases.models import Case


def lock_case(*, case_id: UUID) -> Case:
    """Lock the case until the transaction ends. Raises CaseNotFound.

    It comes before the person and the accounts that a decision freezes.
    """
    case = Case.objects.select_for_update(no_key=True).filter(id=case_id).first()
    if case is None:
        raise CaseNotFound()
    return case
