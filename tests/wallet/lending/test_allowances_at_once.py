"""Standing permissions under races: never more than was permitted, and nothing once revoked."""

from uuid import UUID

from django.db import transaction

from tests.people import make_people, trust
from tests.threads import Rival, at_once
from tests.wallet.lending.loans import DAY, FUNDS, Pair, status
from tests.wallet.lending.test_allowances import allow, given
from wallet.lending.locks import lock_allowance
from wallet.lending.models import Loan


def test_asks_at_once_lend_no_more_than_is_permitted() -> None:
    pair = Pair(line=100_000)
    allow(pair, 1_000)

    at_once([lambda: pair.ask(300)] * 5)

    statuses = Loan.objects.filter(lender_id=pair.lender).values_list("status", flat=True)
    assert sorted(statuses) == ["asked", "asked", "open", "open", "open"]
    assert pair.balances() == (FUNDS - 900, 900)
    assert given(pair)[0]["left"] == 100


def test_asks_and_grants_by_hand_at_once_count_together() -> None:
    for _ in range(3):
        pair = Pair(line=100_000)
        asked = pair.ask(700)
        allow(pair, 1_000)

        at_once([lambda pair=pair, asked=asked: pair.grant(asked), lambda pair=pair: pair.ask(700)])

        permitted = Loan.objects.filter(lender_id=pair.lender, permitted=True)
        # Whoever comes second sees what the first one lent.
        if permitted.exists():
            assert sorted(
                Loan.objects.filter(lender_id=pair.lender, status="open").values_list(
                    "amount", flat=True
                )
            ) == [700, 700]
        assert sum(permitted.values_list("amount", flat=True)) <= 1_000


def test_an_ask_that_comes_while_the_permission_is_revoked_waits_and_is_an_ask() -> None:
    pair = Pair()
    allow(pair)
    with Rival() as rival:
        with transaction.atomic():
            allowance = lock_allowance(lender_id=pair.lender, borrower_id=pair.borrower)
            asked = rival.start(lambda: pair.ask(100))
            rival.wait_until_blocked()
            assert allowance is not None
            allowance.revoked_at = DAY
            allowance.save()
        loan = asked.result(10)

    assert (status(loan), pair.balances()) == ("asked", (FUNDS, 0))


def test_borrowers_of_one_lender_at_once_all_end() -> None:
    lender = Pair().lender
    pairs = []
    for borrower in make_people(4, at=DAY):
        trust(lender, borrower, 1_000, at=DAY)
        pair = Pair(line=0)
        pair.lender, pair.borrower = lender, borrower
        allow(pair, 1_000)
        pairs.append(pair)

    answers = at_once([lambda pair=pair: pair.ask(400) for pair in pairs for _ in range(3)])

    assert all(isinstance(answer, UUID) for answer in answers)
    rows = Loan.objects.filter(lender_id=lender)
    assert sorted(rows.values_list("status", flat=True)) == ["asked"] * 4 + ["open"] * 8
