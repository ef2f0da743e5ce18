"""Expenses that come again: on their dates, each once, also after a worker was away."""

from datetime import date, datetime, timedelta

import pytest

from chat.cards.expense_commands import show_repetition
from outbox.notices.models import Notice
from tests.threads import at_once
from tests.wallet.expenses.trips import Trip
from wallet.days import day_of
from wallet.expenses.models import Every, Expense
from wallet.expenses.repeating import next_date, repeat_due
from wallet.expenses.selectors import Laid

WEEK = timedelta(days=7)


def run(at: datetime) -> int:
    return repeat_due(at=at, show=show_repetition)


def dates(trip: Trip) -> list[date]:
    return sorted(Expense.objects.filter(room_id=trip.room).values_list("on", flat=True))


@pytest.mark.parametrize(
    ("start", "every", "after", "found"),
    [
        ("2026-01-31", "month", "2026-01-31", "2026-02-28"),
        ("2026-01-31", "month", "2026-02-28", "2026-03-31"),
        ("2026-01-31", "month", "2025-11-01", "2026-02-28"),
        ("2024-02-29", "month", "2025-02-01", "2025-02-28"),
        ("2026-01-15", "month", "2026-12-15", "2027-01-15"),
        ("2026-01-15", "month", "2026-12-14", "2026-12-15"),
        ("2026-01-01", "week", "2026-01-01", "2026-01-08"),
        ("2026-01-01", "week", "2026-01-07", "2026-01-08"),
        ("2026-01-01", "week", "2026-01-08", "2026-01-15"),
        ("2026-01-01", "week", "2025-06-01", "2026-01-08"),
    ],
)
def test_the_next_date(start: str, every: str, after: str, found: str) -> None:
    said = [date.fromisoformat(day) for day in (start, after, found)]

    assert next_date(start=said[0], every=Every(every), after=said[1]) == said[2]


def test_an_expense_comes_again_with_a_card_and_a_debt_of_its_own(now: datetime) -> None:
    trip = Trip(at=now)
    expense = trip.add(0, 90)
    shown = trip.act(1, "expense.repeat", expense=expense, every="week")["expense"]
    today = day_of(now)
    assert (shown["every"], shown["next_on"]) == ("week", (today + WEEK).isoformat())
    run(now + WEEK - timedelta(days=1))
    assert dates(trip) == [today]

    at_once([lambda: run(now + WEEK)] * 4)
    run(now + WEEK)

    assert dates(trip) == [today, today + WEEK]
    assert trip.nets() == [120, -60, -60]
    again, first = trip.act(2, "expense.list", room=trip.room)["expenses"]
    assert (again["series"], again["by"], again["note"]) == (first["id"], first["by"], "Trip")
    newest = trip.act(2, "room.history", room=trip.room)["messages"][0]
    assert newest["card"]["id"] == again["id"]


def test_what_was_missed_while_no_worker_ran_is_made_up_for(now: datetime) -> None:
    trip = Trip(at=now)
    expense = trip.add(0, 90)
    trip.act(0, "expense.repeat", expense=expense, every="week")

    run(now + 3 * WEEK + timedelta(days=2))

    today = day_of(now)
    assert dates(trip) == [today, today + WEEK, today + 2 * WEEK, today + 3 * WEEK]
    assert trip.nets() == [240, -120, -120]


def test_a_round_that_dies_leaves_nothing_and_the_next_one_makes_it(now: datetime) -> None:
    trip = Trip(at=now)
    expense = trip.add(0, 90)
    trip.act(0, "expense.repeat", expense=expense, every="week")

    def die(laid: Laid) -> None:
        if laid.expense.room_id == trip.room:
            raise RuntimeError("killed")
        show_repetition(laid)

    repeat_due(at=now + WEEK, show=die)
    assert trip.nets() == [60, -30, -30]
    run(now + WEEK)

    assert trip.nets() == [120, -60, -60]


def test_an_old_expense_comes_again_today_at_the_earliest(now: datetime) -> None:
    trip = Trip(at=now)
    today = day_of(now)
    old = (today - 3 * WEEK).isoformat()
    expense = trip.add(0, 90, on=old)

    shown = trip.act(0, "expense.repeat", expense=expense, every="week")["expense"]
    assert shown["next_on"] == today.isoformat()
    run(now)
    # Asked again, it does not come twice for one date.
    trip.act(0, "expense.repeat", expense=expense, every="week")
    run(now)

    assert dates(trip) == [today - 3 * WEEK, today]


def test_it_comes_as_it_says_by_then_and_ends_when_told(now: datetime) -> None:
    trip = Trip(at=now)
    expense = trip.add(0, 90)
    trip.act(0, "expense.repeat", expense=expense, every="week")
    trip.act(0, "expense.edit", expense=expense, paid={str(trip.people[0]): 120})
    run(now + WEEK)
    assert trip.nets() == [160, -80, -80]
    again = Expense.objects.get(series_id=expense)
    # Told of one repetition, the whole series ends.
    trip.act(0, "expense.repeat", expense=again.id, every="never")

    run(now + 5 * WEEK)

    assert len(dates(trip)) == 2


def test_a_deleted_expense_does_not_come_again(now: datetime) -> None:
    trip = Trip(at=now)
    expense = trip.add(0, 90)
    trip.act(0, "expense.repeat", expense=expense, every="month")
    trip.act(0, "expense.delete", expense=expense)

    run(now + 10 * WEEK)

    assert len(dates(trip)) == 1
    assert trip.nets() == [0, 0, 0]


def test_a_series_ends_when_somebody_of_it_has_left(now: datetime) -> None:
    trip = Trip(at=now)
    expense = trip.add(0, 90)
    trip.act(0, "expense.repeat", expense=expense, every="week")
    trip.act(2, "room.leave", room=trip.room)

    run(now + WEEK)

    assert trip.nets() == [60, -30, -30]
    assert trip.act(0, "expense.get", expense=expense)["expense"]["every"] == "never"
    (notice,) = Notice.objects.filter(owner_id=trip.people[0], kind="card.expired")
    assert notice.ref == expense
