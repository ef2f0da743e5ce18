"""Cards: what each shows to all members of a room, what it never shows, and how it changes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from chat.rooms.errors import RoomNotFound
from chat.rooms.locks import lock_room
from chat.rooms.models import Event
from graph.people.errors import PersonNotFound
from outbox.delivery import deliver_due
from tests.calls import call
from tests.chat.talk import Group
from tests.people import make_people, trust
from tests.threads import Rival
from wallet.lending.models import Loan
from wallet.transfers.models import Transfer

DAY = timedelta(hours=24)


def shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def show_changes(*, seconds: int = 1) -> None:
    """Bring to the rooms what became of their cards."""
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    deliver_due("chat", clock=lambda: at)


def changes(group: Group) -> list[Any]:
    """Return the events about cards, which all members see alike."""
    seen = [
        [event for event in group.sync(one)["events"] if event["kind"] == "card.changed"]
        for one in group.people
    ]
    assert all(one == seen[0] for one in seen)
    return seen[0]


def card_of(group: Group) -> Any:
    """Return the card as it stands in the history."""
    (message,) = group.act(group.others[0], "room.history")["messages"]
    return message["card"]


# --- What each shows -----------------------------------------------------------------------------


def test_an_envelope_shows_neither_its_password_nor_what_is_left(now: datetime) -> None:
    group = Group(at=now, funds=1_000)
    one, other = group.others
    sent = group.act(
        group.owner, "envelope.send", amount=300, count=2, kind="random", greeting="新年快乐",
        only=[one, other], password="open sesame",
    )  # fmt: skip

    card = {
        "type": "envelope", "id": sent["envelope"]["id"], "status": "open",
        "sender": str(group.owner), "amount": 300, "currency": "CNY", "count": 2, "claimed": 0,
        "kind": "random", "greeting": "新年快乐", "has_password": True,
        "only": [str(one), str(other)], "expires_at": shown(now + DAY), "luckiest": None,
        "thanks": 0,
    }  # fmt: skip
    assert sent["message"]["card"] == card
    assert (sent["message"]["kind"], sent["message"]["text"]) == ("card", "")
    claim = {"envelope": card["id"], "password": "open sesame", "at": now}
    call(one, "envelope.claim", **claim)
    show_changes()
    assert card_of(group) == card | {"claimed": 1}
    call(other, "envelope.claim", **claim)
    show_changes(seconds=2)

    shares = call(one, "envelope.get", at=now, envelope=card["id"])["envelope"]["shares"]
    luckiest = max(shares, key=lambda share: share["amount"])["person"]
    assert card_of(group) == card | {"claimed": 2, "status": "emptied", "luckiest": luckiest}
    frames = "".join(Event.objects.filter(room_id=group.room).values_list("frame", flat=True))
    assert "sesame" not in frames
    assert "claimed_amount" not in frames
    assert "shares" not in frames


def test_a_split_shows_who_has_paid(now: datetime) -> None:
    group = Group(at=now, funds=1_000)
    one, other = group.others
    exact = {str(group.owner): 100, str(one): 150, str(other): 50}
    sent = group.act(
        group.owner, "split.create", amount=300, note="Taxi",
        between={"mode": "exact", "amounts": exact},
    )  # fmt: skip
    split = sent["split"]["id"]
    shares = [
        {"person": str(person), "amount": exact[str(person)], "status": status}
        for person, status in ((group.owner, "own"), (one, "unpaid"), (other, "unpaid"))
    ]
    card = {
        "type": "split", "id": split, "status": "open", "amount": 300, "currency": "CNY",
        "note": "Taxi", "initiator": str(group.owner),
        "shares": sorted(shares, key=lambda share: share["person"]),
    }  # fmt: skip

    assert sent["message"]["card"] == card
    call(one, "split.pay", at=now, split=split)
    call(other, "split.decline", at=now, split=split)
    show_changes()

    states = {share["person"]: share["status"] for share in card_of(group)["shares"]}
    assert states == {str(group.owner): "own", str(one): "paid", str(other): "declined"}
    assert card_of(group)["status"] == "settled"
    # Two changes that came together are shown as one.
    (change,) = changes(group)
    assert change["message_id"] == sent["message"]["id"]
    assert change["card"] == card_of(group)
    assert change.keys() == {"type", "kind", "room", "seq", "at", "by", "message_id", "card"}


def test_a_transfer_shows_what_became_of_it(now: datetime) -> None:
    group = Group(at=now, funds=1_000)
    one = group.others[0]
    sent = group.act(group.owner, "transfer.send", to=one, amount=70, note="Lunch")

    card = {
        "type": "transfer", "id": sent["transfer"]["id"], "from": str(group.owner), "to": str(one),
        "amount": 70, "currency": "CNY", "note": "Lunch", "status": "pending",
        "expires_at": shown(now + DAY),
    }  # fmt: skip
    assert sent["message"]["card"] == card
    call(one, "transfer.accept", at=now, transfer=card["id"])
    show_changes()

    assert card_of(group) == card | {"status": "accepted"}
    assert [change["card"]["status"] for change in changes(group)] == ["accepted"]


def test_a_loan_shows_no_guarantors(now: datetime) -> None:
    group = Group(at=now, funds=1_000)
    borrower = group.others[0]
    guarantor, friend = make_people(2, at=now)
    trust(group.owner, guarantor, 500, at=now)
    trust(guarantor, friend, 500, at=now)
    trust(friend, borrower, 500, at=now)
    sent = group.act(borrower, "loan.ask", lender=group.owner, amount=400, days=30, note="Rent")

    card = {
        "type": "loan", "id": sent["loan"]["id"], "status": "asked", "lender": str(group.owner),
        "borrower": str(borrower), "amount": 400, "currency": "CNY", "days": 30,
        "daily_rate_ppm": 0, "note": "Rent", "due_on": None, "owed": 0,
    }  # fmt: skip
    assert sent["message"]["card"] == card
    call(group.owner, "loan.grant", at=now, loan=card["id"])
    show_changes()

    due = Loan.objects.get(id=card["id"]).due_on
    assert due is not None
    assert card_of(group) == card | {"status": "open", "due_on": due.isoformat(), "owed": 400}
    frames = "".join(Event.objects.filter(room_id=group.room).values_list("frame", flat=True))
    for person in (guarantor, friend):
        assert str(person) not in frames


# --- How they change -----------------------------------------------------------------------------


def test_many_changes_of_a_card_are_shown_as_one_and_the_last_state_always(
    now: datetime, settings: Any
) -> None:
    # So rarely that a busy machine does not make it wait for longer between two claims.
    settings.CARD_CHANGES_PER_SECOND = 1 / 60
    group = Group(at=now, people=8, funds=1_000)
    sent = group.act(group.owner, "envelope.send", amount=800, count=8, kind="equal")
    envelope = sent["envelope"]["id"]
    for person in group.people[:5]:
        call(person, "envelope.claim", at=now, envelope=envelope)
    show_changes(seconds=1)
    for person in group.people[5:7]:
        call(person, "envelope.claim", at=now, envelope=envelope)
    # Too soon after the last one: it waits, and is not lost.
    show_changes(seconds=1)
    assert [change["card"]["claimed"] for change in changes(group)] == [5]
    call(group.people[7], "envelope.claim", at=now, envelope=envelope)

    show_changes(seconds=100)

    assert [change["card"]["claimed"] for change in changes(group)] == [5, 8]
    assert changes(group)[-1]["card"]["status"] == "emptied"
    assert group.seqs() == list(range(1, group.last_seq() + 1))


def test_what_is_shown_is_read_after_the_room_is_locked(now: datetime) -> None:
    group = Group(at=now, funds=1_000)
    first, last = group.others
    sent = group.act(group.owner, "envelope.send", amount=200, count=2, kind="equal")
    envelope = sent["envelope"]["id"]
    call(first, "envelope.claim", at=now, envelope=envelope)

    with Rival() as worker:
        with transaction.atomic():
            lock_room(room_id=group.room, person_id=None, events=0)
            shown = worker.start(show_changes)
            worker.wait_until_blocked()
            call(last, "envelope.claim", at=now, envelope=envelope)
        shown.result(20)

    assert [change["card"]["claimed"] for change in changes(group)] == [2]


def test_a_newcomer_sees_no_card_from_before_through_its_changes(now: datetime) -> None:
    group = Group(at=now, funds=1_000)
    one = group.others[0]
    sent = group.act(group.owner, "transfer.send", to=one, amount=70, note="Private")
    guest = make_people(1, at=now)[0]
    trust(group.owner, guest, 1, at=now)
    group.act(group.owner, "room.invite", people=[guest])
    call(one, "transfer.return", at=now, transfer=sent["transfer"]["id"])

    show_changes()

    joined, change = group.sync(guest)["events"]
    assert (joined["kind"], change["kind"]) == ("member.joined", "card.changed")
    assert change["card"] is None
    assert "Private" not in str(group.sync(guest))
    assert group.texts(guest) == []


# --- What a room refuses -------------------------------------------------------------------------


def terms(group: Group, to: UUID) -> list[tuple[str, dict[str, Any]]]:
    even = {"mode": "even", "members": [str(group.owner), str(to)]}
    return [
        ("envelope.send", {"amount": 100, "count": 1, "kind": "equal"}),
        ("split.create", {"amount": 100, "between": even}),
        ("transfer.send", {"to": to, "amount": 100}),
        ("loan.ask", {"lender": to, "amount": 100, "days": 1}),
    ]


def test_money_goes_into_rooms_one_is_in(now: datetime) -> None:
    group = Group(at=now, funds=1_000)
    (outsider,) = make_people(1, at=now, funds=1_000)

    for command, fields in terms(group, group.others[0]):
        with pytest.raises(RoomNotFound):
            group.act(outsider, command, **fields)

    assert group.last_seq() == 3
    (only,) = call(outsider, "wallet.get", at=now)["accounts"]
    assert (only["balance"], only["held"]) == (1_000, 0)


def test_what_is_offered_in_a_room_is_for_its_members(now: datetime) -> None:
    group = Group(at=now, funds=1_000)
    (outsider,) = make_people(1, at=now)

    with pytest.raises(PersonNotFound):
        group.act(group.owner, "transfer.send", to=outsider, amount=100)
    with pytest.raises(PersonNotFound):
        group.act(group.owner, "envelope.send", amount=100, count=1, kind="equal", only=[outsider])

    assert group.last_seq() == 3
    assert not Transfer.objects.filter(sender_id=group.owner).exists()


def test_a_card_whose_room_refuses_it_moves_no_money(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message is written last; what it fails with takes the money back."""

    def fail(**_: Any) -> None:
        raise RoomNotFound()

    group = Group(at=now, funds=1_000)
    for module in ("envelope", "split", "transfer", "loan"):
        monkeypatch.setattr(f"chat.cards.{module}_commands.post_card", fail)
    trust(group.others[0], group.owner, 500, at=now)

    for command, fields in terms(group, group.others[0]):
        with pytest.raises(RoomNotFound):
            group.act(group.owner, command, **fields)

    (only,) = call(group.owner, "wallet.get", at=now)["accounts"]
    assert (only["balance"], only["held"]) == (1_000, 0)
    assert not Loan.objects.filter(borrower_id=group.owner).exists()
    assert not Transfer.objects.filter(sender_id=group.owner).exists()


@pytest.mark.parametrize("leave", ["room.leave", "room.remove"])
def test_cards_stay_what_they_are_when_somebody_goes(now: datetime, leave: str) -> None:
    group = Group(at=now, funds=1_000)
    one, other = group.others
    sent = group.act(group.owner, "transfer.send", to=one, amount=70)
    by: Callable[[], Any] = (
        (lambda: group.act(one, leave))
        if leave == "room.leave"
        else (lambda: group.act(group.owner, leave, person=one))
    )
    by()

    call(one, "transfer.accept", at=now, transfer=sent["transfer"]["id"])
    show_changes()

    seen = group.sync(other, after=4)["events"]
    assert [event["kind"] for event in seen] == ["member.left", "card.changed"]
    assert seen[-1]["card"]["status"] == "accepted"
