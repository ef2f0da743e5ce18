"""Row locks on vouchers; see Note [Lock order] in wallet/ledger/locks.py."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from wallet.vouchers.models import Issue, Status, Voucher

# Who has more than this pays with those that expire first.
AT_ONCE = 100


def lock_own_vouchers(*, voucher_ids: Iterable[UUID], holder_id: UUID) -> dict[UUID, Voucher]:
    """Lock those of the vouchers that are the person's until the transaction ends, lowest id
    first.
    """
    rows = Voucher.objects.filter(id__in=set(voucher_ids), holder_id=holder_id)
    ordered = rows.select_related("issue").order_by("id")
    return {row.id: row for row in ordered.select_for_update(no_key=True, of=("self",))}


def lock_usable_vouchers(*, holder_id: UUID, currency: str, at: datetime) -> list[Voucher]:
    """Lock the vouchers that the person may pay with now, lowest id first; return those that expire
    first first.
    """
    usable = Voucher.objects.filter(
        Q(issue__opens_at=None) | Q(issue__opens_at__lte=at), holder_id=holder_id,
        status=Status.OPEN, issue__currency=currency, issue__expires_at__gt=at,
    )  # fmt: skip
    chosen = usable.order_by("issue__expires_at", "id").values_list("id", flat=True)[:AT_ONCE]
    rows = usable.filter(id__in=list(chosen)).select_related("issue").order_by("id")
    locked = list(rows.select_for_update(no_key=True, of=("self",)))
    return sorted(locked, key=lambda voucher: (voucher.issue.expires_at, voucher.id))


def lock_issue_to_return(*, issue_id: UUID) -> Issue | None:
    """Lock an issue whose rest did not go back yet, unless somebody else is just doing it."""
    waiting = Issue.objects.filter(id=issue_id, returned_at=None)
    return waiting.select_for_update(no_key=True, skip_locked=True).first()


def lock_open_vouchers(*, issue_id: UUID) -> list[Voucher]:
    """Lock all vouchers of an issue that nobody has used, lowest id first, waiting for those that
    are being used.
    """
    rows = Voucher.objects.filter(issue_id=issue_id, status=Status.OPEN).order_by("id")
    return list(rows.select_for_update(no_key=True))
