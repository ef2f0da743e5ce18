"""Rules about habits: is this how they pay?"""

from collections.abc import Mapping
from datetime import timedelta
from itertools import takewhile
from statistics import median
from typing import Any

from wallet.screening.payments import Outcome
from wallet.screening.rules.facts import Facts
from wallet.screening.rules.registry import Threshold, Values, rule

Found = Mapping[str, Any] | None


@rule(
    "habit.amount_above_usual", Threshold("times", 10), Threshold("payments", 5),
    Threshold("amount", 50_000), version=2,
    en="The amount is many times what the payer usually sends.",
    zh="金额远高于付款人的平常水平。", needs=["moves"], outcome=Outcome.CHALLENGE,
    theft=True,
)  # fmt: skip
def amount_above_usual(facts: Facts, at: Values) -> Found:
    """Fire above `times` the median of `payments` or more earlier ones, from `amount` on."""
    earlier = [one.amount for one in facts.sent if one.currency == facts.payment.currency]
    if facts.amount < at["amount"] or len(earlier) < at["payments"]:
        return None
    usual = median(earlier)
    return {"usual": int(usual)} if facts.amount > at["times"] * usual else None


@rule(
    "habit.unusual_hour", Threshold("payments", 20), Threshold("hours", 2, least=0, most=11),
    version=2,
    en="The payer never pays at this hour of the day.",
    zh="付款人从不在这个时段付款。", needs=["moves"], outcome=Outcome.CHALLENGE,
    theft=True,
)  # fmt: skip
def unusual_hour(facts: Facts, at: Values) -> Found:
    """Fire when none of `payments` or more earlier ones was within `hours` of this hour."""
    if len(facts.hours) < at["payments"]:
        return None
    apart = (abs(one - facts.hour) for one in facts.hours)
    nearest = min(min(one, 24 - one) for one in apart)
    return {"hour": facts.hour, "nearest": nearest} if nearest > at["hours"] else None


@rule(
    "habit.new_payee", Threshold("amount", 200_000), version=2,
    en="A large first payment to somebody.",
    zh="首次向某人支付大额款项。", needs=["moves"], outcome=Outcome.CHALLENGE,
)  # fmt: skip
def new_payee(facts: Facts, at: Values) -> Found:
    """Fire for a first payment of `amount` or more to somebody."""
    return {"payee": "new"} if facts.is_new_payee and facts.amount >= at["amount"] else None


@rule(
    "habit.first_of_new_account", Threshold("days", 7), Threshold("amount", 50_000), version=2,
    en="The first payment of an account that was made only just now is large.",
    zh="新账户的首笔付款金额较大。", needs=["sides", "moves"], outcome=Outcome.CHALLENGE,
)  # fmt: skip
def first_of_new_account(facts: Facts, at: Values) -> Found:
    """Fire when who is here for less than `days` sends `amount` or more, first of all."""
    if facts.payer is None or facts.sent or facts.amount < at["amount"]:
        return None
    age = facts.payment.at - facts.payer.created_at
    return {"hours": int(age.total_seconds() // 3600)} if age < timedelta(at["days"]) else None


@rule(
    "habit.many_in_window", Threshold("payments", 20, least=2), Threshold("minutes", 10), version=2,
    en="Very many payments within minutes.",
    zh="几分钟内付款次数过多。", needs=["moves"], outcome=Outcome.HOLD,
)  # fmt: skip
def many_in_window(facts: Facts, at: Values) -> Found:
    """Fire with the payment that makes it `payments` in `minutes`."""
    since = facts.payment.at - timedelta(minutes=at["minutes"])
    count = 1 + sum(one.at >= since for one in facts.sent)
    return {"payments": count} if count >= at["payments"] else None


@rule(
    "habit.sum_in_window", Threshold("amount", 2_000_000), Threshold("minutes", 60), version=2,
    en="Very much money leaves within an hour.",
    zh="一小时内转出金额过大。", needs=["moves"], outcome=Outcome.CHALLENGE,
    theft=True,
)  # fmt: skip
def sum_in_window(facts: Facts, at: Values) -> Found:
    """Fire with the payment that makes it `amount` in `minutes`."""
    recent = facts.within(facts.sent, timedelta(minutes=at["minutes"]))
    total = facts.amount + sum(one.amount for one in recent)
    return {"sum": total} if recent and total >= at["amount"] else None


@rule(
    "habit.round_amounts", Threshold("payments", 5, least=2), Threshold("unit", 10_000),
    Threshold("hours", 24), version=2,
    en="One round amount after the other.",
    zh="连续多笔整数金额付款。", needs=["moves"], outcome=Outcome.CHALLENGE,
)  # fmt: skip
def round_amounts(facts: Facts, at: Values) -> Found:
    """Fire when the last `payments` in `hours`, this one among them, are multiples of `unit`."""
    if facts.amount % at["unit"]:
        return None
    recent = facts.within(facts.sent, timedelta(hours=at["hours"]))
    row = 1 + sum(1 for _ in takewhile(lambda one: one.amount % at["unit"] == 0, recent))
    return {"payments": row} if row >= at["payments"] else None


@rule(
    "habit.fast_in_fast_out", Threshold("hours", 2), Threshold("percent", 90, most=100),
    Threshold("amount", 100_000), version=2,
    en="Money that has only just come in goes on nearly whole.",
    zh="刚到账的资金几乎全部转出。", needs=["flows"], outcome=Outcome.HOLD,
)  # fmt: skip
def fast_in_fast_out(facts: Facts, at: Values) -> Found:
    """Fire when the payment takes `percent` of what others paid in within `hours`, if that is
    `amount` or more.
    """
    recent = facts.within(facts.came_in, timedelta(hours=at["hours"]))
    total = sum(one.amount for one in recent if one.other is not None)
    if total < at["amount"] or not total * at["percent"] <= facts.amount * 100 <= total * 110:
        return None
    return {"came_in": total, "percent": round(100 * facts.amount / total)}


@rule(
    "habit.after_silence", Threshold("days", 60, most=90), Threshold("amount", 100_000), version=2,
    en="A large payment after a long time without any.",
    zh="长期无付款后突然支付大额款项。", needs=["sides", "moves"], outcome=Outcome.CHALLENGE,
    theft=True,
)  # fmt: skip
def after_silence(facts: Facts, at: Values) -> Found:
    """Fire when nothing was sent for `days` by somebody who is here for longer."""
    if facts.payer is None or facts.amount < at["amount"]:
        return None
    silence = facts.payment.at - max(
        [facts.payer.created_at, *(one.at for one in facts.sent[:1])]
    )  # fmt: skip
    return {"days": silence.days} if silence >= timedelta(at["days"]) else None


@rule(
    "habit.many_new_payees", Threshold("payees", 10, least=2), Threshold("hours", 24), version=2,
    en="Many people get money from the payer for the first time within a day.",
    zh="一天内首次向许多人付款。", needs=["moves"], outcome=Outcome.HOLD,
)  # fmt: skip
def many_new_payees(facts: Facts, at: Values) -> Found:
    """Fire when this payment's payee is the `payees`-th in `hours` who had nothing before."""
    since = facts.payment.at - timedelta(hours=at["hours"])
    before = {one.other for one in facts.sent if one.at < since}
    fresh = {one.other for one in facts.sent if one.at >= since} - before - {None}
    if facts.payment.payee_id is None or facts.payment.payee_id in before:
        return None
    count = len(fresh | {facts.payment.payee_id})
    return {"payees": count} if count >= at["payees"] else None


@rule(
    "habit.same_amount_again", Threshold("payments", 4, least=2), Threshold("hours", 24), version=2,
    en="The same amount goes to several people, again and again.",
    zh="相同金额反复付给多人。", needs=["moves"], outcome=Outcome.CHALLENGE,
)  # fmt: skip
def same_amount_again(facts: Facts, at: Values) -> Found:
    """Fire when `payments` people got exactly this amount within `hours`, this one among them."""
    recent = facts.within(facts.sent, timedelta(hours=at["hours"]))
    people = {one.other for one in recent if one.amount == facts.amount}
    # Nobody in particular is nobody.
    count = len((people | {facts.payment.payee_id}) - {None})
    return {"people": count} if count >= at["payments"] else None
