"""Looking back: what one sent and got, a year of it, and who was lucky in a room."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.rooms.errors import RoomNotFound
from commands.errors import Malformed
from tests.calls import call
from tests.people import make_group, make_people
from tests.wallet.envelopes.packets import FUNDS, Packet
from wallet.days import day_of
from wallet.envelopes import services
from wallet.envelopes.models import Share

DAY = timedelta(hours=24)
A_MOMENT = timedelta(milliseconds=1)
# New Year in Shanghai is eight hours before it is in London.
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC) - timedelta(hours=8)
SPRING = datetime(2025, 3, 4, 12, tzinfo=UTC)


def send(person: UUID, room: UUID, *, at: datetime, shares: list[int], **terms: Any) -> UUID:
    """Send a random envelope with these shares, in the order in which they are taken."""
    fields = {"amount": sum(shares), "count": len(shares), "kind": "random"} | terms
    sent = call(person, "envelope.send", at=at, room=room, **fields)["envelope"]
    for position, amount in enumerate(shares):
        Share.objects.filter(envelope_id=sent["id"], position=position).update(amount=amount)
    return UUID(sent["id"])


def claim(person: UUID, envelope: UUID, *, at: datetime) -> None:
    call(person, "envelope.claim", at=at, envelope=envelope)


def nothing() -> dict[str, int]:
    return {"count": 0, "amount": 0}


# --- History -------------------------------------------------------------------------------------


def test_the_history_tells_what_was_sent_from_what_was_got(now: datetime) -> None:
    one, other = make_people(2, at=now, funds=FUNDS)
    room = make_group([one, other], at=now)
    sent = send(one, room, at=now, shares=[100, 200])
    got = send(other, room, at=now, shares=[30])
    both = send(one, room, at=now, shares=[5])
    claim(one, got, at=now)
    claim(one, both, at=now)
    send(other, room, at=now, shares=[7])

    def history(**page: Any) -> tuple[list[tuple[str, int | None]], bool]:
        answer = call(one, "envelope.history", at=now, **page)
        return [
            (each["id"], each["mine"] and each["mine"]["amount"]) for each in answer["envelopes"]
        ], answer["more"]

    rows = [(str(both), 5), (str(got), 30), (str(sent), None)]
    assert history() == (rows, False)
    assert history(limit=2) == (rows[:2], True)
    assert history(limit=2, before=got) == (rows[2:], False)
    assert history(role="sent") == ([rows[0], rows[2]], False)
    assert history(role="got") == (rows[:2], False)
    assert history(role="got", limit=1) == (rows[:1], True)
    assert history(role="got", limit=1, before=both) == (rows[1:2], False)


def test_the_history_of_a_room_one_has_left_shows_the_own_share_alone(now: datetime) -> None:
    packet = Packet(at=now, kind="equal")
    leaving, staying = packet.others[:2]
    packet.claim(leaving)
    packet.claim(staying)
    call(leaving, "room.leave", at=now, room=packet.room)

    (left,) = call(leaving, "envelope.history", at=now)["envelopes"]
    (kept,) = call(staying, "envelope.history", at=now)["envelopes"]

    assert "shares" not in left
    assert (left["mine"]["person"], left["mine"]["amount"]) == (str(leaving), 100)
    assert [share["amount"] for share in kept["shares"]] == [100, 100]


def test_what_came_back_is_told_once_it_has(now: datetime) -> None:
    packet = Packet(at=now, kind="equal", greeting="hello")
    packet.claim(packet.others[0])
    assert packet.get(packet.sender)["returned"] == 0
    assert packet.get(packet.sender, at=now + DAY)["returned"] == 0

    services.return_expired(at=now + DAY)

    assert packet.get(packet.sender, at=now + DAY)["returned"] == 200
    (notice, *_) = call(packet.sender, "notice.list", at=now)["notices"]
    assert (notice["kind"], notice["ref"], notice["text"]) == (
        "card.expired", str(packet.id), "hello",
    )  # fmt: skip


# --- The year ------------------------------------------------------------------------------------


def test_a_year_is_summed_up_to_the_fen() -> None:
    at = SPRING
    me, friend, other = make_people(3, at=at, funds=FUNDS)
    room = make_group([me, friend, other], at=at)
    sent = send(me, room, at=at, shares=[100, 50, 150])
    claim(friend, sent, at=at)
    claim(me, sent, at=at + A_MOMENT)
    call(friend, "envelope.thank", at=at, envelope=sent)
    services.return_expired(at=at + DAY)
    lucky = send(friend, room, at=at + DAY, shares=[60, 40])
    claim(me, lucky, at=at + DAY)
    claim(other, lucky, at=at + DAY)
    call(me, "envelope.thank", at=at + DAY, envelope=lucky)
    unlucky = send(other, room, at=at + 60 * DAY, shares=[60, 61])
    claim(me, unlucky, at=at + 60 * DAY)
    claim(friend, unlucky, at=at + 60 * DAY)
    open_still = send(other, room, at=at + 60 * DAY, shares=[1, 2])
    claim(me, open_still, at=at + 60 * DAY)
    claim(me, send(other, room, at=NEW_YEAR, shares=[999]), at=NEW_YEAR)

    year = call(me, "envelope.summary", at=NEW_YEAR, year=2025)

    months = year.pop("months")
    best = year.pop("best")
    assert year == {
        "year": 2025, "currency": "CNY", "currencies": ["CNY"],
        "sent": {"count": 1, "amount": 300}, "got": {"count": 4, "amount": 171},
        "returned": 150, "luckiest": 1, "thanked": 1, "thanks": 1,
        "generous": {"person": str(other), "count": 2, "amount": 61},
    }  # fmt: skip
    # Two of sixty: the earlier one.
    assert (best["envelope"], best["sender"], best["amount"]) == (str(lucky), str(friend), 60)
    assert [(one["month"], one["sent"], one["got"]) for one in months] == [
        (1, 0, 0), (2, 0, 0), (3, 300, 110), (4, 0, 0), (5, 0, 61),
        *((month, 0, 0) for month in range(6, 13)),
    ]  # fmt: skip


def test_a_year_begins_and_ends_by_the_dates_of_the_service() -> None:
    one, other = make_people(2, at=SPRING, funds=FUNDS)
    room = make_group([one, other], at=SPRING)
    for at, amount in ((NEW_YEAR - A_MOMENT, 1), (NEW_YEAR, 2)):
        claim(other, send(one, room, at=at, shares=[amount]), at=at)

    def year(person: UUID, number: int) -> tuple[Any, Any, list[tuple[int, int]]]:
        found = call(person, "envelope.summary", at=NEW_YEAR, year=number)
        return (
            found["sent"],
            found["got"],
            [(month["sent"], month["got"]) for month in found["months"]],
        )

    empty = [(0, 0)] * 11
    assert year(one, 2025) == ({"count": 1, "amount": 1}, nothing(), [*empty, (1, 0)])
    assert year(one, 2026) == ({"count": 1, "amount": 2}, nothing(), [(2, 0), *empty])
    assert year(other, 2025) == (nothing(), {"count": 1, "amount": 1}, [*empty, (0, 1)])
    assert year(other, 2026) == (nothing(), {"count": 1, "amount": 2}, [(0, 2), *empty])


def test_a_year_without_envelopes_is_empty(now: datetime) -> None:
    (alone,) = make_people(1, at=now)

    year = call(alone, "envelope.summary", at=now, year=2025)

    assert (year["sent"], year["got"], year["currencies"]) == (nothing(), nothing(), [])
    assert (year["best"], year["generous"], year["luckiest"]) == (None, None, 0)


def test_nobody_is_most_generous_to_themselves(now: datetime) -> None:
    one, other = make_people(2, at=now, funds=FUNDS)
    room = make_group([one, other], at=now)
    claim(one, send(one, room, at=now, shares=[500]), at=now)
    claim(one, send(other, room, at=now, shares=[1]), at=now)

    year = call(one, "envelope.summary", at=now, year=day_of(now).year)

    assert year["generous"] == {"person": str(other), "count": 1, "amount": 1}
    assert (year["got"], year["best"]["amount"]) == ({"count": 2, "amount": 501}, 500)


def test_a_year_never_mixes_currencies() -> None:
    one, other = make_people(2, at=SPRING, funds=FUNDS)
    room = make_group([one, other], at=SPRING)
    call(one, "wallet.top_up", at=SPRING, amount=500, channel="sandbox", currency="JPY")
    claim(other, send(one, room, at=SPRING, shares=[300], currency="JPY"), at=SPRING)
    claim(other, send(one, room, at=SPRING, shares=[7]), at=SPRING)

    def year(currency: str) -> tuple[int, int, list[str]]:
        found = call(other, "envelope.summary", at=SPRING, year=2025, currency=currency)
        return found["got"]["amount"], found["luckiest"], found["currencies"]

    assert year("JPY") == (300, 1, ["CNY", "JPY"])
    assert year("CNY") == (7, 1, ["CNY", "JPY"])
    assert year("EUR") == (0, 0, ["CNY", "JPY"])


@pytest.mark.parametrize("year", [1999, 2201])
def test_a_year_is_one_in_which_there_may_be_envelopes(now: datetime, year: int) -> None:
    (alone,) = make_people(1, at=now)

    with pytest.raises(Malformed) as caught:
        call(alone, "envelope.summary", at=now, year=year)

    assert caught.value.detail["field"] == "year"


# --- Luck in a room ------------------------------------------------------------------------------


def statistics(person: UUID, room: UUID, *, at: datetime, **fields: Any) -> dict[str, Any]:
    answer = call(person, "envelope.statistics", at=at, room=room, **fields)
    return {
        one["person"]: (
            one["sent"]["count"], one["sent"]["amount"], one["got"]["count"], one["got"]["amount"],
            one["luckiest"],
        )
        for one in answer["members"]
    }  # fmt: skip


def test_a_room_shows_who_sent_and_got_how_much_and_was_luckiest(now: datetime) -> None:
    one, other, third = make_people(3, at=now, funds=FUNDS)
    room = make_group([one, other, third], at=now)
    elsewhere = make_group([one, other], at=now)
    emptied = send(one, room, at=now, shares=[50, 50, 20])
    for place, person in enumerate((third, other, one)):
        claim(person, emptied, at=now + place * A_MOMENT)
    equal = call(
        other, "envelope.send", at=now, room=room, amount=30, count=1, kind="equal"
    )["envelope"]["id"]  # fmt: skip
    claim(other, equal, at=now)
    claim(other, send(one, elsewhere, at=now, shares=[1_000]), at=now)

    assert statistics(third, room, at=now) == {
        str(other): (1, 30, 2, 80, 0),
        str(third): (0, 0, 1, 50, 1),
        str(one): (1, 120, 1, 20, 0),
    }
    found = call(third, "envelope.statistics", at=now, room=room)
    assert [member["person"] for member in found["members"]] == [str(other), str(third), str(one)]
    assert statistics(third, room, at=now, currency="JPY") == {
        str(person): (0, 0, 0, 0, 0) for person in (one, other, third)
    }


def test_shares_of_an_open_envelope_count_for_who_may_see_them(now: datetime) -> None:
    packet = Packet(at=now, kind="equal")
    claimed, waiting = packet.others[:2]
    packet.claim(claimed)

    def got(reader: UUID, at: datetime) -> int:
        return int(statistics(reader, packet.room, at=at)[str(claimed)][3])

    assert [got(reader, now) for reader in (packet.sender, claimed, waiting)] == [100, 100, 0]
    assert statistics(waiting, packet.room, at=now)[str(packet.sender)] == (1, 300, 0, 0, 0)
    assert got(waiting, now + DAY) == 100


def test_a_room_counts_from_the_readers_joining_on(now: datetime) -> None:
    owner, late = make_people(2, at=now, funds=FUNDS)
    room = make_group([owner], at=now)
    before = send(owner, room, at=now, shares=[10])
    claim(owner, before, at=now)
    call(owner, "friend.ask", at=now, person=late)
    call(late, "friend.accept", at=now, person=owner)
    call(owner, "room.invite", at=now, room=room, people=[late])
    claim(late, send(owner, room, at=now, shares=[20]), at=now)

    assert statistics(late, room, at=now) == {
        str(late): (0, 0, 1, 20, 1), str(owner): (1, 20, 0, 0, 0),
    }  # fmt: skip
    assert statistics(owner, room, at=now) == {
        str(late): (0, 0, 1, 20, 1), str(owner): (2, 30, 1, 10, 1),
    }  # fmt: skip


def test_luck_is_for_members_only(now: datetime) -> None:
    packet = Packet(at=now)
    (stranger,) = make_people(1, at=now)
    left = packet.others[0]
    packet.claim(left)
    call(left, "room.leave", at=now, room=packet.room)

    for person in (stranger, left):
        with pytest.raises(RoomNotFound) as caught:
            statistics(person, packet.room, at=now)
        assert (caught.value.code, caught.value.status) == ("room.not_found", 404)
    assert str(left) not in statistics(packet.sender, packet.room, at=now)


def test_luck_takes_as_many_statements_for_many_as_for_one(now: datetime) -> None:
    packet = Packet(at=now)

    def count(command: str, **fields: Any) -> int:
        with CaptureQueriesContext(connection) as seen:
            call(packet.sender, command, at=now, **fields)
        return len(seen)

    def both() -> tuple[int, int]:
        luck = count("envelope.statistics", room=packet.room)
        return luck, count("envelope.summary", year=now.year)

    few = both()
    for _ in range(4):
        claim(packet.others[0], send(packet.sender, packet.room, at=now, shares=[1, 2]), at=now)

    assert both() == few
    assert max(few) <= 5
