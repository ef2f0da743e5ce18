"""Reading cases."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from commands.pages import newest_first
from graph.people.errors import PersonNotFound
from graph.people.selectors import find_by_username, get_person
from wallet.cases.errors import CaseNeedsSomebodyElse, CaseNotFound
from wallet.cases.models import Case, Decision, Step
from wallet.ledger.models import Account


@dataclass(frozen=True)
class Subject:
    """Whom a case is about, and the account by which they were found, if it was one."""

    person_id: UUID
    account_id: UUID | None


def get_subject(*, text: str) -> Subject:
    """Return whom an id of a person or of an account, or a username, means.

    Raises PersonNotFound.
    """
    try:
        given = UUID(text.strip())
    except ValueError:
        person = find_by_username(username=text.strip().removeprefix("@"))
        if person is None:
            raise PersonNotFound() from None
        return Subject(person.id, None)
    owner = Account.objects.filter(id=given).values_list("owner_id", flat=True).first()
    if owner is not None:
        return Subject(owner, given)
    return Subject(get_person(person_id=given).id, None)


def access_case(*, case_id: UUID, person_id: UUID) -> Case:
    """Return a case, unless it is about who asks. Raises CaseNotFound, CaseNeedsSomebodyElse."""
    case = Case.objects.filter(id=case_id).first()
    if case is None:
        raise CaseNotFound()
    if case.subject_id == person_id:
        raise CaseNeedsSomebodyElse()
    return case


def list_steps(*, case_id: UUID) -> list[Step]:
    """Return every step in a case, in order."""
    return list(Step.objects.filter(case_id=case_id).order_by("id"))


def find_cases(
    *, is_open: bool | None, subject_id: UUID | None, reader: UUID, before: UUID | None, limit: int
) -> tuple[list[Case], bool]:
    """Return a page of cases, newest first: open or closed ones, about one person; without those
    about the reader.
    """
    rows = Case.objects.exclude(subject_id=reader)
    if is_open is not None:
        rows = rows.filter(closed_at__isnull=is_open)
    if subject_id:
        rows = rows.filter(subject_id=subject_id)
    return newest_first(rows, before=before, limit=limit)


def list_marks(*, person_ids: Iterable[UUID], reader: UUID) -> dict[UUID, str]:
    """Return those of the people about whom a case is open, with what was decided last: `open`
    where nothing was. Who reads does not learn of a case about themselves.
    """
    rows = Case.objects.filter(subject_id__in=set(person_ids), closed_at=None)
    found = rows.exclude(subject_id=reader).values_list("subject_id", "decision")
    return {person_id: decision or "open" for person_id, decision in found}


def freezes(decision: str) -> bool:
    """Tell whether a decision keeps the subject's money where it is."""
    return decision in (Decision.HOLD, Decision.BLOCK)
