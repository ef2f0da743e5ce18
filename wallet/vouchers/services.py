"""Issuing vouchers, paying with them, and returning what nobody used."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from uuid_utils.compat import uuid7

from commands.errors import Malformed
from commands.frames import MAX_AMOUNT
from graph.people.selectors import require_people
from outbox.notices.services import Tell, notify, notify_all
from wallet.accounts.services import account_of
from wallet.ledger.errors import AmountInvalid, SameAccount
from wallet.ledger.services import Item, open_escrow, post
from wallet.rounds import go_through
from wallet.screening.accounts import accounts_and_mark
from wallet.screening.payments import Payment
from wallet.screening.services import require_allowed
from wallet.vouchers.locks import lock_issue_to_return, lock_open_vouchers
from wallet.vouchers.models import Issue, Status, Voucher

ESCROW = "voucher"


def issue(
    *,
    funder_id: UUID,
    people: Sequence[UUID],
    amount: int,
    currency: str,
    note: str,
    opens_at: datetime | None,
    expires_at: datetime,
    at: datetime,
    device_id: UUID | None = None,
) -> list[Voucher]:
    """Give each of the people a voucher of that amount; all the money leaves the funder's balance
    at once.

    Raises Malformed for times or people that make no sense, SameAccount,
    PersonNotFound, AmountInvalid, InsufficientFunds, PinRequired and Denied.
    """
    _check_times(opens_at, expires_at, at)
    if len(set(people)) < len(people):
        raise Malformed("people: Each person once.", field="people")
    if funder_id in people:
        raise SameAccount()
    total = amount * len(people)
    if total > MAX_AMOUNT:
        raise AmountInvalid(reason="All vouchers together are too much.")
    require_people(person_ids=people)
    with transaction.atomic():
        issue_id = uuid7()
        # One payment of the whole: vouchers go to many people by their nature.
        accounts, mark = accounts_and_mark(person_ids=[funder_id], currency=currency, at=at)
        payment = Payment(
            issue_id, "voucher.issue", funder_id, None, total, currency, at, device_id
        )
        require_allowed(payment, mark=mark)
        escrow = open_escrow(owner_id=funder_id, kind=ESCROW, currency=currency, at=at)
        issued = Issue.objects.create(
            id=issue_id, funder_id=funder_id, amount=amount, currency=currency, note=note,
            escrow_id=escrow, at=at, opens_at=opens_at, expires_at=expires_at,
        )  # fmt: skip
        vouchers = Voucher.objects.bulk_create(
            Voucher(id=uuid7(), issue=issued, holder_id=person) for person in people
        )
        post(
            Item(
                id=uuid7(), code="voucher.issue", debit=accounts[funder_id], credit=escrow,
                amount=total, currency=currency, ref=issued.id, note=note,
            ),
            at=at,
        )  # fmt: skip
        notify_all(
            [Tell(one.holder_id, "money.in", funder_id, one.id, note) for one in vouchers], at=at
        )
    return vouchers


def _check_times(opens_at: datetime | None, expires_at: datetime, at: datetime) -> None:
    latest = at + timedelta(days=settings.VOUCHER_DAYS)
    if not at < expires_at <= latest:
        raise Malformed(
            f"expires_at: It must be within {settings.VOUCHER_DAYS} days from now.",
            field="expires_at",
        )
    if opens_at is not None and opens_at >= expires_at:
        raise Malformed("opens_at: It must be before expires_at.", field="opens_at")


def spend(
    *, parts: Sequence[tuple[Voucher, int]], account: UUID, ref: UUID, at: datetime
) -> list[Item]:
    """Mark locked, usable vouchers as used for `ref`, each for so much; return the items that bring
    that to the account and the rest to the funders.

    The caller posts them, chained, before what is paid with them.
    """
    items = []
    for voucher, amount in parts:
        voucher.status = Status.USED
        voucher.used_amount, voucher.used_for, voucher.closed_at = amount, ref, at
        voucher.save(update_fields=["status", "used_amount", "used_for", "closed_at"])
        issued = voucher.issue
        items.append(
            Item(
                id=uuid7(), code="voucher.use", debit=issued.escrow_id, credit=account,
                amount=amount, currency=issued.currency, linked=True, ref=voucher.id,
                note=issued.note,
            )
        )  # fmt: skip
        if rest := issued.amount - amount:
            items.append(_back_to_funder(issued, rest, ref=voucher.id, linked=True, at=at))
            notify(
                Tell(issued.funder_id, "money.in", voucher.holder_id, voucher.id, issued.note),
                at=at,
            )
    return items


def _back_to_funder(issued: Issue, amount: int, *, ref: UUID, linked: bool, at: datetime) -> Item:
    funder = account_of(person_id=issued.funder_id, currency=issued.currency, at=at)
    return Item(
        id=uuid7(), code="voucher.return", debit=issued.escrow_id, credit=funder, amount=amount,
        currency=issued.currency, linked=linked, ref=ref, note=issued.note, refund=True,
    )  # fmt: skip


def return_expired(*, at: datetime) -> int:
    """Send what nobody used of vouchers whose time is over back to who funded them, with one notice
    for all of an issue; return how many issues there were.
    """
    due = Issue.objects.filter(returned_at=None, expires_at__lte=at)
    return go_through(due.order_by("expires_at"), lambda issue_id: _return_rest(issue_id, at))


def _return_rest(issue_id: UUID, at: datetime) -> bool:
    issued = lock_issue_to_return(issue_id=issue_id)
    if issued is None:
        return False
    # Whoever was paying at the last moment either has used the voucher now or lost it to this.
    unused = lock_open_vouchers(issue_id=issue_id)
    Voucher.objects.filter(id__in=[voucher.id for voucher in unused]).update(
        status=Status.EXPIRED, closed_at=at
    )
    issued.returned_at = at
    issued.save(update_fields=["returned_at"])
    if unused:
        rest = issued.amount * len(unused)
        post(_back_to_funder(issued, rest, ref=issued.id, linked=False, at=at), at=at)
        notify(Tell(issued.funder_id, "card.expired", ref=issued.id, text=issued.note), at=at)
    return True
