"""For each rule facts by which it fires and facts, nearly the same, by which it does not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from wallet.screening.payments import Payment
from wallet.screening.rules.facts import Device, Facts, Leap, Move, Seen, Side

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
PAYER, PAYEE, THIRD = (UUID(int=number) for number in (1, 2, 3))
SHANGHAI, BEIJING, PARIS = (31.23, 121.47), (39.9, 116.4), (48.86, 2.35)


def ago(hours: float = 0, *, minutes: float = 0, days: float = 0) -> datetime:
    return NOON - timedelta(days=days, hours=hours, minutes=minutes)


def move(at: datetime, amount: int = 5_000, other: UUID | None = PAYEE) -> Move:
    return Move(uuid7(), at, amount, "CNY", other)


def seen(at: datetime, where: tuple[float, float], country: str = "", network: str = "") -> Seen:
    return Seen(at, *where, country, network)


def facts(amount: int = 500_000, **known: Any) -> Facts:
    """Return the facts of a payment of the amount from PAYER to PAYEE at noon."""
    return Facts(Payment(uuid7(), "transfer.send", PAYER, PAYEE, amount, "CNY", NOON), **known)


def people(count: int) -> list[UUID]:
    return [UUID(int=100 + number) for number in range(count)]


@dataclass(frozen=True)
class Case:
    """A rule, facts by which it fires and by which it does not, and what it then judged by."""

    rule: str
    fires: Facts
    stays: Facts
    inputs: dict[str, Any]


def _case(rule: str, fires: Facts, inputs: dict[str, Any], stays: Callable[[Facts], Facts]) -> Case:
    return Case(rule, fires, stays(fires), inputs)


def _with(**changed: Any) -> Callable[[Facts], Facts]:
    return lambda fired: replace(fired, **changed)


def _paying(amount: int) -> Callable[[Facts], Facts]:
    return lambda fired: replace(fired, payment=replace(fired.payment, amount=amount))


DEVICE = Device(UUID(int=9), ago(1))
PLACE = [
    _case(
        "place.new_device", facts(device=DEVICE, device_starts=[ago(1), ago(days=40)]),
        {"device": str(DEVICE.id), "minutes": 60},
        _with(device=replace(DEVICE, since=ago(24))),
    ),
    _case(
        "place.shared_device", facts(device=replace(DEVICE, people=4)),
        {"device": str(DEVICE.id), "people": 4}, _with(device=replace(DEVICE, people=3)),
    ),
    _case(
        "place.many_new_devices", facts(device_starts=[ago(hour) for hour in (1, 2, 3, 24)]),
        {"devices": 4}, _with(device_starts=[ago(hour) for hour in (1, 2, 3, 25)]),
    ),
    _case(
        "place.two_places", facts(leap=Leap(ago(1), 1_200, 2_400)),
        {"kilometres": 1_200, "speed": 2_400}, _with(leap=Leap(ago(12), 1_200, 2_400)),
    ),
    _case(
        "place.new_country",
        facts(seen=[seen(ago(1), PARIS, "FR"), seen(ago(days=2), SHANGHAI, "CN")]),
        {"country": "FR", "before": ["CN"]},
        _with(seen=[seen(ago(1), PARIS, "FR"), seen(ago(days=2), PARIS, "FR")]),
    ),
    _case(
        "place.far_from_usual",
        facts(seen=[seen(ago(1), BEIJING), *[seen(ago(days=2), SHANGHAI)] * 3]),
        {"kilometres": 1_067},
        _with(seen=[seen(ago(1), BEIJING), *[seen(ago(days=2), SHANGHAI)] * 2]),
    ),
    _case(
        "place.many_networks",
        facts(seen=[seen(ago(hour), SHANGHAI, network=f"n{hour}") for hour in range(5)]),
        {"networks": 5},
        _with(seen=[seen(ago(hour), SHANGHAI, network="n") for hour in range(5)]),
    ),
]  # fmt: skip
HABIT = [
    _case(
        "habit.amount_above_usual", facts(60_000, sent=[move(ago(days=1))] * 5),
        {"usual": 5_000}, _paying(50_000),
    ),
    _case(
        "habit.unusual_hour", facts(hour=3, hours=[12] * 19 + [6]), {"hour": 3, "nearest": 3},
        _with(hours=[12] * 19 + [5]),
    ),
    _case(
        "habit.new_payee", facts(200_000, sent=[move(ago(1), other=THIRD)]), {"payee": "new"},
        _with(sent=[move(ago(1))]),
    ),
    _case(
        "habit.first_of_new_account", facts(50_000, payer=Side(ago(5))), {"hours": 5},
        _with(sent=[move(ago(1))]),
    ),
    _case(
        "habit.many_in_window", facts(sent=[move(ago(minutes=9))] * 19), {"payments": 20},
        _with(sent=[move(ago(minutes=9))] * 18 + [move(ago(minutes=11))]),
    ),
    _case(
        "habit.sum_in_window", facts(500_000, sent=[move(ago(minutes=59), 1_500_000)]),
        {"sum": 2_000_000}, _with(sent=[move(ago(minutes=61), 1_500_000)]),
    ),
    _case(
        "habit.round_amounts", facts(10_000, sent=[move(ago(1), 20_000)] * 4), {"payments": 5},
        _with(sent=[move(ago(1), 20_000)] * 3 + [move(ago(1), 20_001)]),
    ),
    _case(
        "habit.fast_in_fast_out", facts(95_000, came_in=[move(ago(1), 100_000, THIRD)]),
        {"came_in": 100_000, "percent": 95}, _paying(89_999),
    ),
    _case(
        "habit.after_silence",
        facts(100_000, payer=Side(ago(days=200)), sent=[move(ago(days=60))]), {"days": 60},
        _with(sent=[move(ago(days=59))]),
    ),
    _case(
        "habit.many_new_payees", facts(sent=[move(ago(1), other=one) for one in people(9)]),
        {"payees": 10}, _with(sent=[move(ago(1), other=one) for one in people(8)]),
    ),
    _case(
        "habit.same_amount_again",
        facts(8_888, sent=[move(ago(1), 8_888, one) for one in people(3)]), {"people": 4},
        _paying(8_889),
    ),
]  # fmt: skip
RELATIONS = [
    _case(
        "relations.payee_frozen", facts(payee=Side(ago(days=9), is_frozen=True)),
        {"frozen": True}, _with(payee=Side(ago(days=9))),
    ),
    _case(
        "relations.payee_in_case", facts(20_000, payee=Side(ago(days=9), case="watch")),
        {"decision": "watch"}, _with(payee=Side(ago(days=9), case="open")),
    ),
    _case(
        "relations.payee_in_case", facts(20_000, payee=Side(ago(days=9), case="watch")),
        {"decision": "watch"}, _paying(19_999),
    ),
    _case(
        "relations.payee_in_case", facts(1, payee=Side(ago(days=9), case="hold")),
        {"decision": "hold"}, _with(payee=Side(ago(days=9))),
    ),
    _case(
        "relations.payer_in_case", facts(20_000, payer=Side(ago(days=9), case="watch")),
        {"decision": "watch"}, _paying(19_999),
    ),
    _case("relations.strangers", facts(200_000), {"hops": None}, _with(hops=3)),
    _case(
        "relations.shared_device", facts(10_000, payee_on_device=True), {"shared": True},
        _with(are_friends=True),
    ),
    _case(
        "relations.blocked_neighbours", facts(blocked_friends=2), {"friends": 2},
        _with(blocked_friends=1),
    ),
    _case(
        "relations.back_and_forth", facts(80_000, got=[move(ago(1), 100_000)]),
        {"came": 100_000}, _paying(79_999),
    ),
    _case(
        "relations.cycle_of_three",
        facts(
            100_000,
            # Newest first, as they are read.
            payee_sent=[move(ago(1), 100_000, THIRD), move(ago(3), 100_000, THIRD)],
            got=[move(ago(2), 90_000, THIRD)],
        ),
        {"over": str(THIRD)}, _with(payee_sent=[move(ago(1), 100_000, THIRD)]),
    ),
    _case(
        "relations.fan_in", facts(payee_got=[move(ago(1), other=one) for one in people(9)]),
        {"people": 10}, _with(payee_got=[move(ago(1), other=one) for one in people(8)]),
    ),
    _case(
        "relations.collector",
        facts(
            payee_got=[move(ago(1), 1_000, one) for one in people(5)],
            payee_sent=[move(ago(1), 4_000, THIRD)],
        ),
        {"people": 5, "came": 5_000, "went": 4_000},
        _with(payee_sent=[move(ago(1), 3_999, THIRD)]),
    ),
    _case("relations.payee_reported", facts(reporters=3), {"people": 3}, _with(reporters=2)),
    _case(
        "relations.new_payee_account", facts(50_000, payee=Side(ago(2))), {"minutes": 120},
        _with(are_friends=True),
    ),
]  # fmt: skip
CASES = PLACE + HABIT + RELATIONS
