"""Rules about who pays whom."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from wallet.screening.payments import Outcome
from wallet.screening.rules.facts import Facts
from wallet.screening.rules.registry import Threshold, Values, rule

Found = Mapping[str, Any] | None


@rule(
    "relations.payee_frozen",
    en="The payee's accounts are frozen.",
    zh="收款人的账户已冻结。", needs=["sides"], outcome=Outcome.DENY,
)  # fmt: skip
def payee_frozen(facts: Facts, _: Values) -> Found:
    """Fire when the payee is frozen; the ledger refuses the payment all the same."""
    return {"frozen": True} if facts.payee and facts.payee.is_frozen else None


@rule(
    "relations.payee_in_case", Threshold("amount", 20_000), version=2,
    en="The risk team has an open case about the payee.",
    zh="风控团队正在调查收款人。", needs=["sides"], outcome=Outcome.HOLD, mode="on",
)  # fmt: skip
def payee_in_case(facts: Facts, at: Values) -> Found:
    """Fire when an open case about the payee was decided with hold or block, or with watch and
    `amount` or more comes by a transfer: watching marks, so what cannot wait goes.
    """
    if facts.payee is None or facts.payee.case not in ("watch", "hold", "block"):
        return None
    if facts.payee.case == "watch" and (
        facts.payment.command != "transfer.send" or facts.amount < at["amount"]
    ):
        return None
    return {"decision": facts.payee.case}


@rule(
    "relations.payer_in_case", Threshold("amount", 20_000),
    en="The risk team watches the payer.",
    zh="风控团队正在关注付款人。", needs=["sides"], outcome=Outcome.HOLD,
)  # fmt: skip
def payer_in_case(facts: Facts, at: Values) -> Found:
    """Fire when a case about the payer was decided with watch, and `amount` or more leaves."""
    if facts.payer is None or facts.payer.case != "watch" or facts.amount < at["amount"]:
        return None
    return {"decision": facts.payer.case}


@rule(
    "relations.strangers", Threshold("amount", 200_000), version=2,
    en="No path of friends within three steps leads to the payee, and the amount is large.",
    zh="三度好友之内没有收款人，且金额较大。", needs=["ties"], outcome=Outcome.CHALLENGE,
)  # fmt: skip
def strangers(facts: Facts, at: Values) -> Found:
    """Fire when `amount` or more goes to somebody whom no friend of a friend's friend knows."""
    if facts.payment.payee_id is None or facts.hops is not None or facts.amount < at["amount"]:
        return None
    return {"hops": None}


@rule(
    "relations.shared_device", Threshold("amount", 10_000),
    en="Payer and payee sign in by the same device, and are no friends.",
    zh="付款人与收款人使用同一设备，且并非好友。", needs=["sides", "devices"],
    outcome=Outcome.CHALLENGE,
)  # fmt: skip
def same_device(facts: Facts, at: Values) -> Found:
    """Fire when `amount` or more goes to somebody on a device of the payer's."""
    if not facts.payee_on_device or facts.are_friends or facts.amount < at["amount"]:
        return None
    return {"shared": True}


@rule(
    "relations.blocked_neighbours", Threshold("friends", 2),
    en="Several friends of the payee have frozen accounts.",
    zh="收款人的多位好友账户已冻结。", needs=["ties"], outcome=Outcome.CHALLENGE,
)  # fmt: skip
def blocked_neighbours(facts: Facts, at: Values) -> Found:
    """Fire when `friends` or more of the payee's are frozen."""
    if facts.blocked_friends < at["friends"]:
        return None
    return {"friends": facts.blocked_friends}


@rule(
    "relations.back_and_forth", Threshold("hours", 24), Threshold("percent", 80, most=100),
    Threshold("amount", 50_000), version=2,
    en="The money goes back to who sent it a moment ago.",
    zh="资金转回不久前的付款人。", needs=["moves"], outcome=Outcome.CHALLENGE,
)  # fmt: skip
def back_and_forth(facts: Facts, at: Values) -> Found:
    """Fire when this closes a cycle of two: `percent` of what the payee sent the payer in
    `hours` goes back.
    """
    recent = facts.within(facts.got, timedelta(hours=at["hours"]))
    sent = sum(one.amount for one in recent if one.other == facts.payment.payee_id)
    if sent < at["amount"] or facts.amount * 100 < sent * at["percent"]:
        return None
    return {"came": sent}


@rule(
    "relations.cycle_of_three", Threshold("hours", 72), Threshold("percent", 70, most=100),
    Threshold("amount", 50_000), version=3,
    en="The payment closes a cycle over a third person.",
    zh="这笔付款经第三人形成循环。", needs=["moves"], outcome=Outcome.HOLD,
)  # fmt: skip
def cycle_of_three(facts: Facts, at: Values) -> Found:
    """Fire when the payee paid somebody who then paid the payer, each within `hours` and at least
    `percent` of this amount, from `amount` on.
    """
    if facts.amount < at["amount"]:
        return None
    span, least = timedelta(hours=at["hours"]), facts.amount * at["percent"]
    # Newest first, so the earliest stays: a later one must not hide it.
    out = {
        one.other: one.at
        for one in facts.within(facts.payee_sent, span)
        if one.amount * 100 >= least and one.other is not None
    }
    for one in facts.within(facts.got, span):
        if one.amount * 100 >= least and one.other in out and out[one.other] <= one.at:
            return {"over": str(one.other)}
    return None


@rule(
    "relations.fan_in", Threshold("people", 10, least=2), Threshold("hours", 24), version=2,
    en="Very many people pay the payee within a day.",
    zh="一天内有许多人向收款人付款。", needs=["moves"], outcome=Outcome.HOLD,
)  # fmt: skip
def fan_in(facts: Facts, at: Values) -> Found:
    """Fire when the payer is the `people`-th who pays the payee in `hours`."""
    recent = facts.within(facts.payee_got, timedelta(hours=at["hours"]))
    people = len({one.other for one in recent} | {facts.payment.payer_id})
    return {"people": people} if people >= at["people"] else None


@rule(
    "relations.collector", Threshold("people", 5, least=2), Threshold("hours", 24),
    Threshold("percent", 80, most=100), version=2,
    en="The payee passes on what several people pay.",
    zh="收款人将多人支付的款项转走。", needs=["moves"], outcome=Outcome.HOLD,
)  # fmt: skip
def collector(facts: Facts, at: Values) -> Found:
    """Fire when `people` or more paid the payee in `hours`, who sent `percent` of it on."""
    span = timedelta(hours=at["hours"])
    got = facts.within(facts.payee_got, span)
    people = len({one.other for one in got})
    came = sum(one.amount for one in got)
    went = sum(one.amount for one in facts.within(facts.payee_sent, span))
    if people < at["people"] or went * 100 < came * at["percent"]:
        return None
    return {"people": people, "came": came, "went": went}


@rule(
    "relations.payee_reported", Threshold("people", 3),
    en="Several people have reported the payee for fraud.",
    zh="多人举报收款人欺诈。", needs=["reports"], outcome=Outcome.HOLD,
)  # fmt: skip
def payee_reported(facts: Facts, at: Values) -> Found:
    """Fire when `people` or more reported the payee in the last 30 days."""
    return {"people": facts.reporters} if facts.reporters >= at["people"] else None


@rule(
    "relations.new_payee_account", Threshold("hours", 24), Threshold("amount", 50_000),
    en="A large payment goes to an account that was made only just now.",
    zh="向刚开立的账户支付大额款项。", needs=["sides"], outcome=Outcome.CHALLENGE,
)  # fmt: skip
def new_payee_account(facts: Facts, at: Values) -> Found:
    """Fire when who gets `amount` or more, and is no friend, is here for less than `hours`."""
    if facts.payee is None or facts.are_friends or facts.amount < at["amount"]:
        return None
    age = facts.payment.at - facts.payee.created_at
    if age >= timedelta(hours=at["hours"]):
        return None
    return {"minutes": int(age.total_seconds() // 60)}
