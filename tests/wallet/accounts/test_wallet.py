"""One's own money: accounts by currency, entries page by page, money in and out."""

from datetime import datetime
from typing import Any
from uuid import RFC_4122, UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from commands.errors import Malformed
from commands.recent import Recent
from graph.people.models import Tier
from tests.calls import call, send
from tests.people import account, make_people
from tests.threads import at_once
from wallet.accounts import services
from wallet.accounts.errors import AccountNotFound
from wallet.accounts.services import account_of
from wallet.banks.errors import ChannelUnknown
from wallet.ledger.errors import Frozen, InsufficientFunds, LimitExceeded
from wallet.ledger.models import Account
from wallet.ledger.services import LARGEST, Item, post, system_account


def top_up(person: UUID, amount: int, *, at: datetime, **fields: Any) -> Any:
    terms = {"amount": amount, "channel": "sandbox"} | fields
    return call(person, "wallet.top_up", at=at, **terms)["entry"]


def accounts(person: UUID, *, at: datetime) -> list[tuple[str, int, int, int]]:
    found = call(person, "wallet.get", at=at)["accounts"]
    return [(one["currency"], one["balance"], one["held"], one["available"]) for one in found]


def test_everybody_has_an_account_from_the_start(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    found = call(person, "wallet.get", at=now)["accounts"]
    entries = call(person, "wallet.entries", at=now, account=found[0]["account"])

    assert not Account.objects.filter(owner_id=person).exists()
    assert entries == {"entries": [], "more": False}
    assert found == [
        {
            "account": str(account(person, at=now).id), "kind": "balance", "currency": "CNY",
            "balance": 0, "held": 0, "available": 0,
        }
    ]  # fmt: skip


def test_an_account_keeps_its_id_when_money_opens_it(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    (shown,) = call(person, "wallet.get", at=now)["accounts"]

    top_up(person, 30, at=now)

    (found,) = call(person, "wallet.get", at=now)["accounts"]
    assert (found["account"], found["balance"]) == (shown["account"], 30)
    assert (UUID(found["account"]).version, UUID(found["account"]).variant) == (7, RFC_4122)


def test_an_account_that_is_first_needed_twice_at_once_is_one(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    found = at_once([lambda: account_of(person_id=person, currency="JPY", at=now)] * 8)

    assert len(set(found)) == 1
    assert Account.objects.filter(owner_id=person, currency="JPY").count() == 1


def test_money_that_comes_in_makes_an_entry(now: datetime) -> None:
    (person,) = make_people(1, at=now, tier=Tier.BASIC)

    entry = top_up(person, 5_000, at=now)

    assert entry == {
        "id": entry["id"], "account": str(account(person, at=now).id), "amount": 5_000,
        "balance": 5_000, "currency": "CNY", "kind": "bank.top_up",
        "transfer": entry["transfer"], "with": None, "note": "sandbox", "receipt": None,
        "at": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }  # fmt: skip
    assert accounts(person, at=now) == [("CNY", 5_000, 0, 5_000)]


def test_money_that_goes_out_is_there(now: datetime) -> None:
    (person,) = make_people(1, at=now, funds=5_000)

    with pytest.raises(InsufficientFunds) as refusal:
        call(person, "wallet.withdraw", at=now, amount=5_001, channel="sandbox")
    assert refusal.value.code == "wallet.insufficient_funds"
    assert accounts(person, at=now) == [("CNY", 5_000, 0, 5_000)]
    entry = call(person, "wallet.withdraw", at=now, amount=4_000, channel="sandbox")["entry"]

    assert (entry["amount"], entry["balance"], entry["kind"]) == (-4_000, 1_000, "bank.withdraw")


def test_the_books_count_no_further_than_they_can(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    mint = system_account(kind="mint", currency="CNY", at=now)
    own = account_of(person_id=person, currency="CNY", at=now)
    post(Item(id=uuid7(), code="test", debit=mint, credit=own, amount=LARGEST - 100), at=now)

    with pytest.raises(LimitExceeded) as refusal:
        top_up(person, 101, at=now)

    assert (refusal.value.code, refusal.value.detail) == (
        "wallet.limit_exceeded", {"limit": LARGEST},
    )  # fmt: skip
    assert accounts(person, at=now)[0][1] == LARGEST - 100
    top_up(person, 100, at=now)
    assert accounts(person, at=now)[0][1] == LARGEST


def test_who_has_too_little_hears_how_much_there_is(now: datetime) -> None:
    (person,) = make_people(1, at=now, funds=500)

    with pytest.raises(InsufficientFunds) as refusal:
        call(person, "wallet.withdraw", at=now, amount=501, channel="sandbox")

    assert refusal.value.detail == {"available": 500}
    assert accounts(person, at=now) == [("CNY", 500, 0, 500)]


def test_a_ceiling_is_named(now: datetime) -> None:
    (person,) = make_people(1, at=now, funds=500)
    Account.objects.filter(owner_id=person).update(max_balance=600)

    with pytest.raises(LimitExceeded) as refusal:
        top_up(person, 101, at=now)

    assert refusal.value.detail == {"limit": 600}
    assert accounts(person, at=now) == [("CNY", 500, 0, 500)]


def test_a_channel_that_there_is_not_moves_nothing(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    with pytest.raises(ChannelUnknown) as refusal:
        top_up(person, 1, at=now, channel="mattress")

    assert refusal.value.code == "wallet.channel_unknown"
    assert call(person, "wallet.entries", at=now)["entries"] == []


@pytest.mark.parametrize("amount", [0, -1, 10**15 + 1, 1.0, "5", True, None])
def test_an_amount_is_a_whole_number_from_one_on(now: datetime, amount: Any) -> None:
    (person,) = make_people(1, at=now)

    with pytest.raises(Malformed) as refusal:
        top_up(person, amount, at=now)

    assert refusal.value.detail["field"] == "amount"
    assert accounts(person, at=now) == [("CNY", 0, 0, 0)]


def test_a_frozen_account_gives_nothing(now: datetime) -> None:
    (person,) = make_people(1, at=now, funds=500)
    Account.objects.filter(owner_id=person).update(frozen=True)

    with pytest.raises(Frozen) as refusal:
        call(person, "wallet.withdraw", at=now, amount=1, channel="sandbox")

    assert refusal.value.code == "wallet.frozen"
    assert accounts(person, at=now) == [("CNY", 500, 0, 500)]


def test_currencies_have_accounts_of_their_own_and_ours_comes_first(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    for currency, amount in (("EUR", 30), ("AUD", 20), ("CNY", 10)):
        top_up(person, amount, at=now, currency=currency)

    assert [one[:2] for one in accounts(person, at=now)] == [("CNY", 10), ("AUD", 20), ("EUR", 30)]
    with pytest.raises(InsufficientFunds):
        call(person, "wallet.withdraw", at=now, amount=11, currency="CNY", channel="sandbox")
    for currency in ("cny", "YUAN", "", "ABC", "XXX", "XAU", "DEM"):
        with pytest.raises(Malformed):
            top_up(person, 1, at=now, currency=currency)


def test_one_top_up_that_is_sent_twice_brings_money_once(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    number = uuid4()
    fields = {"amount": 70, "channel": "sandbox"}

    answers = at_once(
        [lambda: send(person, "wallet.top_up", at=now, command_id=number, **fields)] * 5
    )

    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 4
    assert len({answer.result for answer in answers}) == 1
    assert accounts(person, at=now) == [("CNY", 70, 0, 70)]


# --- Entries -------------------------------------------------------------------------------------


def pages(person: UUID, *, at: datetime, limit: int, **fields: Any) -> list[list[Any]]:
    """Read all entries page by page."""
    found, before = [], None
    while True:
        answer = call(person, "wallet.entries", at=at, before=before, limit=limit, **fields)
        found.append(answer["entries"])
        if not answer["more"]:
            return found
        before = answer["entries"][-1]["id"]


def test_entries_come_newest_first_page_by_page(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    for amount in range(1, 8):
        top_up(person, amount, at=now)

    found = pages(person, at=now, limit=3)

    assert [[one["amount"] for one in page] for page in found] == [[7, 6, 5], [4, 3, 2], [1]]
    assert [one["balance"] for page in found for one in page] == [28, 21, 15, 10, 6, 3, 1]
    # A page that is just full says that there is nothing more.
    assert [len(page) for page in pages(person, at=now, limit=7)] == [7]


def test_an_entry_that_comes_while_one_reads_shifts_no_page(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    for amount in (1, 2, 3, 4):
        top_up(person, amount, at=now)
    first = call(person, "wallet.entries", at=now, limit=2)["entries"]

    top_up(person, 99, at=now)
    rest = call(person, "wallet.entries", at=now, limit=2, before=first[-1]["id"])

    assert [one["amount"] for one in rest["entries"]] == [2, 1]
    assert rest["more"] is False


def test_entries_made_at_once_keep_the_order_of_their_balances(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    at_once([lambda: top_up(person, 10, at=now)] * 24)

    found = [one["balance"] for page in pages(person, at=now, limit=5) for one in page]
    assert found == list(range(240, 0, -10))


def test_entries_are_of_all_accounts_or_of_one(now: datetime) -> None:
    person, other = make_people(2, at=now)
    top_up(person, 10, at=now)
    euros = top_up(person, 20, at=now, currency="EUR")["account"]
    top_up(person, 30, at=now)

    def listed(**fields: Any) -> list[int]:
        return [
            one["amount"] for one in call(person, "wallet.entries", at=now, **fields)["entries"]
        ]

    assert listed() == [30, 20, 10]
    assert listed(account=euros) == [20]
    for foreign in (account(other, at=now).id, uuid4()):
        with pytest.raises(AccountNotFound) as refusal:
            listed(account=foreign)
        assert refusal.value.code == "wallet.account_not_found"


@pytest.mark.parametrize("limit", [0, 201, -1])
def test_a_page_has_a_size(now: datetime, limit: int) -> None:
    (person,) = make_people(1, at=now)

    with pytest.raises(Malformed):
        call(person, "wallet.entries", at=now, limit=limit)


def test_an_account_is_looked_for_once(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    opened = account_of(person_id=person, currency="CNY", at=now)

    with CaptureQueriesContext(connection) as seen:
        assert account_of(person_id=person, currency="CNY", at=now) == opened
    assert len(seen) == 0
    # One of another currency is another account.
    assert account_of(person_id=person, currency="JPY", at=now) != opened


def test_an_account_whose_opening_came_to_nothing_is_opened_anew(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    def open_it() -> UUID:
        account_of(person_id=person, currency="CNY", at=now)
        return account_of(person_id=person, currency="CNY", at=now)

    def open_in_vain() -> None:
        with transaction.atomic():
            open_it()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        open_in_vain()

    assert Account.objects.filter(id=open_it()).exists()


def test_only_so_many_accounts_are_remembered(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_accounts", Recent(2))
    people = make_people(3, at=now)
    wanted = {one: account_of(person_id=one, currency="CNY", at=now) for one in people}

    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            assert services.accounts_of(person_ids=people, currency="CNY", at=now) == wanted
        # One of three is looked for again.
        assert len(seen) == 1
