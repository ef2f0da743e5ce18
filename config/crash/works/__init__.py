"""What people do while something dies under them: one table, each with how often it is drawn."""

from collections.abc import Awaitable, Callable

from config.crash.payers import Payer
from config.crash.works import banks, disputes, expenses, gifts, loans, requests, transfers

Work = Callable[[Payer], Awaitable[None]]

TABLE: dict[Work, int] = {
    transfers.offer: 1,
    transfers.answer: 2,
    gifts.throw: 1,
    gifts.claim: 3,
    gifts.issue: 1,
    requests.bill: 1,
    requests.pay_bill: 2,
    requests.ask: 3,
    requests.pay: 1,
    requests.pay_over_bank: 1,
    requests.pay_with_voucher: 2,
    banks.top_up: 1,
    banks.withdraw: 1,
    expenses.add: 1,
    expenses.settle: 1,
    expenses.confirm: 1,
    loans.ask: 1,
    loans.grant: 2,
    loans.repay: 2,
    disputes.judge: 3,
}
WORKS: list[Work] = [work for work, times in TABLE.items() for _ in range(times)]
