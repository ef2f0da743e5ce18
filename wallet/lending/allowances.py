"""Standing permissions: lending to somebody without being asked, up to an amount, until a date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, Sum
from uuid_utils.compat import uuid7

from graph.friends.selectors import friends_since, require_friends
from graph.people.selectors import get_present_person
from outbox.notices.services import Tell, notify
from wallet.ledger.errors import SameAccount
from wallet.lending.errors import NoAllowance, UntilInvalid
from wallet.lending.locks import lock_allowance
from wallet.lending.models import Allowance, Loan
from wallet.limits.errors import PinRequired
from wallet.limits.models import Pin
from wallet.limits.selectors import find_pin, find_pins


def allow(
    *,
    lender_id: UUID,
    borrower_id: UUID,
    amount: int,
    until: datetime,
    with_pin: bool,
    at: datetime,
) -> Allowance:
    """Permit a friend to borrow without asking, in place of what was permitted before.

    `with_pin` says that the lender's payment PIN was right: it stands in for those of the loans to
    come, so who has one is always asked for it. Raises SameAccount, PersonNotFound, NotFriends,
    UntilInvalid and PinRequired.
    """
    if lender_id == borrower_id:
        raise SameAccount()
    get_present_person(person_id=borrower_id)
    require_friends(person_id=lender_id, others=[borrower_id])
    if not at < until <= at + timedelta(days=settings.LOAN_ALLOWANCE_DAYS):
        raise UntilInvalid(most=settings.LOAN_ALLOWANCE_DAYS)
    pin = find_pin(person_id=lender_id)
    if pin and not with_pin:
        raise PinRequired()
    fields = {
        "amount": amount, "until": until, "set_at": at, "revoked_at": None,
        "pin_set_at": pin.set_at if pin else None,
    }  # fmt: skip
    with transaction.atomic():
        # Made first and locked then, so that two first ones at once become one.
        fresh = Allowance(id=uuid7(), lender_id=lender_id, borrower_id=borrower_id, **fields)
        Allowance.objects.bulk_create([fresh], ignore_conflicts=True)
        allowance = _lock(lender_id, borrower_id)
        for name, value in fields.items():
            setattr(allowance, name, value)
        allowance.save()
        notify(_tell(allowance, "allowed"), at=at)
    return allowance


def disallow(*, lender_id: UUID, borrower_id: UUID, at: datetime) -> Allowance:
    """Take a standing permission back: from this moment on nothing is lent by it. Raises
    NoAllowance where there never was one.
    """
    with transaction.atomic():
        # Under the lock that an ask holds while it is granted: what comes after waits for us.
        allowance = _lock(lender_id, borrower_id)
        if allowance.revoked_at is None:
            allowance.revoked_at = at
            allowance.save(update_fields=["revoked_at"])
            notify(_tell(allowance, "disallowed"), at=at)
    return allowance


def _lock(lender_id: UUID, borrower_id: UUID) -> Allowance:
    allowance = lock_allowance(lender_id=lender_id, borrower_id=borrower_id)
    if allowance is None:
        raise NoAllowance()
    return allowance


def _tell(allowance: Allowance, what: str) -> Tell:
    return Tell(allowance.borrower_id, "loan.changed", about=allowance.lender_id, text=what)


def permits(*, allowance: Allowance, amount: int, at: datetime) -> bool:
    """Tell whether so much more may be lent by a permission; the caller holds the locks of it and
    of the borrower's credit.
    """
    (standing,) = _stand([allowance], at)
    return standing.status == "active" and amount <= standing.left


@dataclass(frozen=True)
class PermissionStanding:
    """A permission as it stands at a moment: what is outstanding between the two, and what may
    still be lent.

    `status`: `active`; `revoked`; `expired`; `resting` where the friendship has ended or began
    anew, or the lender's PIN was set anew since: it has to be given again.
    """

    allowance: Allowance
    status: str
    used: int

    @property
    def left(self) -> int:
        """Return what may still be lent."""
        return max(0, self.allowance.amount - self.used) if self.status == "active" else 0


def list_allowances(*, person_id: UUID, at: datetime) -> list[PermissionStanding]:
    """Return the permissions that the person gave or got and that have not ended, newest first; as
    many statements for many as for one.
    """
    rows = Allowance.objects.filter(
        Q(lender_id=person_id) | Q(borrower_id=person_id), revoked_at=None, until__gt=at
    )
    return _stand(list(rows.order_by("-set_at", "-id")[:200]), at)


def stand(*, allowance: Allowance, at: datetime) -> PermissionStanding:
    """Return a permission as it stands at a moment."""
    (standing,) = _stand([allowance], at)
    return standing


def _stand(allowances: Sequence[Allowance], at: datetime) -> list[PermissionStanding]:
    pairs = {(one.lender_id, one.borrower_id) for one in allowances}
    used = _outstanding(pairs)
    since = friends_since(pairs=pairs)
    pins = find_pins(person_ids={one.lender_id for one in allowances})
    return [
        PermissionStanding(
            one,
            _status(one, since.get((one.lender_id, one.borrower_id)), pins.get(one.lender_id), at),
            used.get((one.lender_id, one.borrower_id), 0),
        )
        for one in allowances
    ]


def _status(
    allowance: Allowance, friends_at: datetime | None, pin: Pin | None, at: datetime
) -> str:
    if allowance.revoked_at is not None:
        return "revoked"
    if at >= allowance.until:
        return "expired"
    if friends_at is None or friends_at > allowance.set_at:
        return "resting"
    if (pin.set_at if pin else None) != allowance.pin_set_at or (pin and pin.is_locked(at)):
        return "resting"
    return "active"


def _outstanding(pairs: set[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], int]:
    rows = Loan.objects.filter(
        lender_id__in={lender for lender, _ in pairs},
        borrower_id__in={borrower for _, borrower in pairs},
        status__in=Loan.OUTSTANDING,
    )
    sums = rows.values_list("lender_id", "borrower_id").annotate(owed=Sum("principal"))
    return {(lender, borrower): owed for lender, borrower, owed in sums}
