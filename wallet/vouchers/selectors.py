"""Reading vouchers."""

from typing import Literal
from uuid import UUID

from commands.pages import newest_first
from wallet.vouchers.models import Voucher

Role = Literal["holder", "funder"]


def list_vouchers(
    *, person_id: UUID, role: Role, before: UUID | None, limit: int
) -> tuple[list[Voucher], bool]:
    """Return a page of the vouchers that the person holds, or has issued, newest first."""
    rows = Voucher.objects.select_related("issue")
    if role == "holder":
        rows = rows.filter(holder_id=person_id)
    else:
        rows = rows.filter(issue__funder_id=person_id)
    return newest_first(rows, before=before, limit=limit)
