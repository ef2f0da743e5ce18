"""Refusals about vouchers."""

from datetime import datetime

from commands.errors import Refusal
from commands.frames import show_moment


class VoucherNotFound(Refusal):
    """There is no such voucher, or it is not the caller's."""

    code = "voucher.not_found"
    status = 404
    message = "There is no such voucher."


class VoucherNotOpen(Refusal):
    """The voucher was used, has expired, or its day has not come."""

    code = "voucher.not_open"
    status = 409
    message = "This voucher cannot be used: it is {status}."

    def __init__(self, *, status: str, opens_at: datetime | None = None) -> None:
        super().__init__(status=status)
        if opens_at:
            self.detail["opens_at"] = show_moment(opens_at)
