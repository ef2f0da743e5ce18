"""Whatever batches come, in whatever order, the ledger ends where a plain model of it ends."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from uuid_utils.compat import uuid7

from tests.wallet.ledger.model import Model, Purse
from wallet.ledger.checks import LAWS, find_violations
from wallet.ledger.models import Account
from wallet.ledger.services import Item, post_batch

NOBODY = UUID(int=1)
AMOUNTS = st.integers(0, 12)
MOSTLY_NONE = st.sampled_from([None, None, None, None, None, "debit", "credit", "both"])


class Ledger(RuleBasedStateMachine):
    accounts = Bundle("accounts")
    items = Bundle("items")

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.now = datetime.now(UTC).replace(microsecond=0)

    @initialize(target=accounts)
    def open_source(self) -> UUID:
        """One account without a floor, where money comes from."""
        return self._open(Purse("CNY", floor=None))

    @rule(
        target=accounts,
        currency=st.sampled_from(["CNY", "CNY", "CNY", "EUR"]),
        floor=st.sampled_from([0, 0, 3, -5, None]),
        ceiling=st.sampled_from([None, None, 20]),
    )
    def open_account(self, currency: str, floor: int | None, ceiling: int | None) -> UUID:
        return self._open(Purse(currency, floor if floor is None or floor <= 0 else 0, ceiling))

    def _open(self, purse: Purse) -> UUID:
        account_id = uuid7()
        Account.objects.create(
            id=account_id, kind="machine", currency=purse.currency, min_balance=purse.floor,
            max_balance=purse.ceiling, created_at=self.now,
        )  # fmt: skip
        self.model.purses[account_id] = purse
        return account_id

    @rule(account=accounts, field=st.sampled_from(["frozen", "closed"]), barred=st.booleans())
    def bar(self, account: UUID, field: str, barred: bool) -> None:
        Account.objects.filter(id=account).update(**{field: barred})
        setattr(self.model.purses[account], field, barred)

    @rule(seconds=st.integers(1, 5))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(target=items, data=st.data(), debit=accounts, credit=accounts)
    def post_some(self, data: st.DataObject, debit: UUID, credit: UUID) -> Any:
        """Post a batch of a few items between a few accounts, some of them chained."""
        batch: list[Item] = []
        for _ in range(data.draw(st.integers(1, 5))):
            batch.append(self._draw_item(data, batch, debit, credit))
        return multiple(*self._post(batch))

    @rule(target=items, data=st.data(), earlier=items)
    def post_about(self, data: st.DataObject, earlier: Item) -> Any:
        """Resolve an earlier item, or send it again, whole or changed."""
        batch = [
            data.draw(st.sampled_from(self._about(data, earlier)))
            for _ in range(data.draw(st.integers(1, 3)))
        ]
        return multiple(*self._post(batch))

    def _draw_item(self, data: st.DataObject, batch: list[Item], debit: UUID, credit: UUID) -> Item:
        if batch and data.draw(st.integers(0, 2)) == 0:
            return data.draw(st.sampled_from(self._about(data, data.draw(st.sampled_from(batch)))))
        sides = [debit, credit, *([NOBODY] if data.draw(st.integers(0, 9)) == 0 else [])]
        action = data.draw(st.sampled_from(["transfer", "transfer", "pending"]))
        seconds = data.draw(st.sampled_from([None, None, 2])) if action == "pending" else None
        return Item(
            id=uuid7(), code="machine", action=action, amount=data.draw(AMOUNTS),
            debit=data.draw(st.sampled_from(sides)), credit=data.draw(st.sampled_from(sides)),
            currency=data.draw(st.sampled_from([None, "CNY", "CNY", "CNY", "EUR"])),
            expires_at=self.now + timedelta(seconds=seconds) if seconds else None,
            linked=data.draw(st.integers(0, 3)) == 0, refund=data.draw(st.integers(0, 3)) == 0,
            balancing=data.draw(MOSTLY_NONE),
            closing=data.draw(MOSTLY_NONE) if data.draw(st.booleans()) else None,
        )  # fmt: skip

    def _about(self, data: st.DataObject, item: Item) -> list[Item]:
        amount = data.draw(st.one_of(st.none(), AMOUNTS))
        pending = item.pending or item.id
        changed = {**item.__dict__, "amount": data.draw(AMOUNTS)}
        sides = [None, None, item.debit, item.credit]
        return [
            item,
            Item(**changed),
            Item(
                id=uuid7(), code="machine", action="post", pending=pending, amount=amount,
                debit=data.draw(st.sampled_from(sides)), credit=data.draw(st.sampled_from(sides)),
            ),
            Item(
                id=uuid7(), code="machine", action=data.draw(st.sampled_from(["void", "expire"])),
                pending=pending, amount=data.draw(st.sampled_from([None, None, item.amount])),
            ),
            Item(
                id=uuid7(), code="machine", reverses=item.id,
                amount=data.draw(st.one_of(st.none(), AMOUNTS)),
            ),
        ]  # fmt: skip

    def _post(self, batch: list[Item]) -> list[Item]:
        expected = self.model.post(batch, self.now)
        found = [outcome.status for outcome in post_batch(batch, at=self.now)]
        assert found == expected
        return batch

    @invariant()
    def balances_agree(self) -> None:
        for account in Account.objects.filter(id__in=self.model.purses):
            purse = self.model.purses[account.id]
            assert (
                account.balance, account.held, account.credits_pending, account.version,
                account.closed,
            ) == (purse.balance, purse.held, purse.coming, purse.entries, purse.closed)  # fmt: skip


@pytest.mark.parametrize(
    "examples",
    [25, pytest.param(150, marks=[pytest.mark.long, pytest.mark.timeout(900)], id="for long")],
)
def test_the_ledger_does_what_its_model_does_and_keeps_its_laws(examples: int) -> None:
    quick = settings(
        max_examples=examples, stateful_step_count=20, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    run_state_machine_as_test(Ledger, settings=quick)

    assert {law.name: find_violations(law) for law in LAWS} == {law.name: [] for law in LAWS}
