"""What the money must look like in the end, of all that is done while something dies."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from config.demo.books import Books, Shown


@dataclass
class AllBooks(Books):
    """Beside what the demo does: vouchers, expenses with what each is owed (`nets`), settlements,
    and disputes.
    """

    vouchers: dict[str, Shown] = field(default_factory=dict)
    # The vouchers of an issue, by the id of its first.
    issues: dict[str, list[str]] = field(default_factory=dict)
    expenses: dict[str, Shown] = field(default_factory=dict)
    settlements: dict[str, Shown] = field(default_factory=dict)
    nets: Counter[str] = field(default_factory=Counter)
    disputes: dict[str, Shown] = field(default_factory=dict)

    def withdraw(self, person: str, amount: int) -> None:
        """Note money that went out to a bank."""
        self._enter(person, "bank.withdraw", -amount)

    def issue(self, vouchers: list[Shown]) -> None:
        """Note vouchers that somebody gave to several people."""
        first = vouchers[0]
        self._enter(first["funder"], "voucher.issue", -first["amount"] * len(vouchers))
        self.issues[first["id"]] = [one["id"] for one in vouchers]
        self.vouchers |= {one["id"]: one | {"used_amount": 0} for one in vouchers}

    def pay_from(self, request: Shown, sources: list[Shown]) -> None:
        """Note a request for payment that was paid from these sources."""
        exact = sum(one.get("balance", 0) + one.get("amount", 0) for one in sources)
        for source in sources:
            if "channel" in source:
                self.fund(request["to"], source["amount"])
            if "voucher" in source:
                self._use(source["voucher"], request["amount"] - exact)
        self.note_request(request)

    def _use(self, key: str, most: int) -> None:
        voucher = self.vouchers[key]
        used = min(voucher["amount"], most)
        self._enter(voucher["holder"], "voucher.use", used)
        if rest := voucher["amount"] - used:
            self._enter(voucher["funder"], "voucher.return", rest)
        self.vouchers[key] = voucher | {"status": "used", "used_amount": used}

    def add_expense(self, expense: Shown) -> None:
        """Note an expense, and who is owed what for it."""
        self.expenses[expense["id"]] = expense
        self.nets.update(expense["paid"])
        self.nets.subtract(expense["shares"])

    def note_settlement(self, settlement: Shown) -> None:
        """Note what somebody paid of what they owe; cash counts once it is confirmed."""
        payer, payee, amount = settlement["from"], settlement["to"], settlement["amount"]
        if settlement["status"] == "paid":
            self.nets[payer] += amount
            self.nets[payee] -= amount
            if not settlement["outside"]:
                self._pay(payer, payee, "expense.settle", amount)
        self.settlements[settlement["id"]] = settlement

    def note_dispute(self, command: str, dispute: Shown, fields: dict[str, Any]) -> None:
        """Note a step in a dispute: what is frozen, and what came back."""
        before = self.disputes.get(dispute["id"], {})
        self.purse(dispute["payee"]).held += dispute["frozen"] - before.get("frozen", 0)
        back = before.get("back", 0)
        if command == "dispute.propose":
            back = fields.get("amount", 0)
        if dispute["status"] == "reversed":
            self._pay(dispute["payee"], dispute["payer"], "dispute.reverse", back)
        self.disputes[dispute["id"]] = dispute | {"back": back}

    def let_time_run_out(self) -> None:
        """Note what becomes of all that lies ready once its time is over."""
        super().let_time_run_out()
        for keys in self.issues.values():
            unused = [one for one in keys if self.vouchers[one]["status"] == "open"]
            for key in unused:
                self.vouchers[key] |= {"status": "expired"}
            if unused:
                voucher = self.vouchers[unused[0]]
                rest = voucher["amount"] * len(unused)
                self._enter(voucher["funder"], "voucher.return", rest)
