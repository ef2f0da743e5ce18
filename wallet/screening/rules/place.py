"""Rules about devices and places: is it they who pay, from where they are?"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from wallet.screening.payments import Outcome
from wallet.screening.places.distance import kilometres_between
from wallet.screening.rules.facts import Facts
from wallet.screening.rules.registry import Threshold, Values, rule

Found = Mapping[str, Any] | None


@rule(
    "place.new_device", Threshold("hours", 24), Threshold("amount", 100_000),
    en="A device that signed in only just now pays a lot.",
    zh="刚登录的设备支付大额款项。", needs=["devices"], outcome=Outcome.CHALLENGE,
    theft=True,
)  # fmt: skip
def new_device(facts: Facts, at: Values) -> Found:
    """Fire when the device is younger than `hours` and pays `amount` or more."""
    if facts.device is None or facts.amount < at["amount"]:
        return None
    age = facts.payment.at - facts.device.since
    # The only device there ever was is new to nobody.
    if age >= timedelta(hours=at["hours"]) or len(facts.device_starts) < 2:
        return None
    return {"device": str(facts.device.id), "minutes": int(age.total_seconds() // 60)}


@rule(
    "place.shared_device", Threshold("people", 4, least=2),
    en="The device is signed in to the accounts of many people.",
    zh="该设备登录了多人的账户。", needs=["devices"], outcome=Outcome.CHALLENGE,
    theft=True,
)  # fmt: skip
def shared_device(facts: Facts, at: Values) -> Found:
    """Fire when `people` or more sign in by the device."""
    if facts.device is None or facts.device.people < at["people"]:
        return None
    return {"device": str(facts.device.id), "people": facts.device.people}


@rule(
    "place.many_new_devices", Threshold("devices", 4, least=2), Threshold("hours", 24),
    en="The payer signed in by many new devices within a short time.",
    zh="付款人短时间内用多台新设备登录。", needs=["devices"], outcome=Outcome.CHALLENGE,
    theft=True,
)  # fmt: skip
def many_new_devices(facts: Facts, at: Values) -> Found:
    """Fire when `devices` or more were first used in the last `hours`."""
    since = facts.payment.at - timedelta(hours=at["hours"])
    fresh = sum(one >= since for one in facts.device_starts)
    return {"devices": fresh} if fresh >= at["devices"] else None


@rule(
    "place.two_places", Threshold("hours", 12),
    en="The account was used at two places within less time than one can travel.",
    zh="账户在无法往返的时间内于两地使用。", needs=["leaps"], outcome=Outcome.CHALLENGE,
    mode="on", theft=True,
)  # fmt: skip
def two_places(facts: Facts, at: Values) -> Found:
    """Fire for `hours` after a leap; who may travel so fast, and when, is judged in leaping.py."""
    if facts.leap is None or facts.payment.at - facts.leap.at >= timedelta(hours=at["hours"]):
        return None
    return {"kilometres": facts.leap.kilometres, "speed": facts.leap.speed}


@rule(
    "place.new_country", Threshold("amount", 20_000),
    en="The payer is in a country where they were never seen before.",
    zh="付款人位于从未出现过的国家。", needs=["places"], outcome=Outcome.CHALLENGE,
    theft=True,
)  # fmt: skip
def new_country(facts: Facts, at: Values) -> Found:
    """Fire when the newest place is in a country that none of the earlier ones is in."""
    known = [one.country for one in facts.seen if one.country]
    if facts.amount < at["amount"] or len(known) < 2 or known[0] in known[1:]:
        return None
    return {"country": known[0], "before": sorted(set(known[1:]))}


@rule(
    "place.far_from_usual", Threshold("kilometres", 1_000), Threshold("amount", 100_000),
    Threshold("times", 3),
    en="The payer is far from all places where they usually are, and pays a lot.",
    zh="付款人远离常用地点且支付大额款项。", needs=["places"], outcome=Outcome.CHALLENGE,
    theft=True,
)  # fmt: skip
def far_from_usual(facts: Facts, at: Values) -> Found:
    """Fire when the newest place is that far from each of `times` or more earlier ones."""
    if facts.amount < at["amount"] or len(facts.seen) < at["times"] + 1:
        return None
    here, *before = facts.seen
    nearest = min(kilometres_between(here, one) for one in before)
    return {"kilometres": round(nearest)} if nearest >= at["kilometres"] else None


@rule(
    "place.many_networks", Threshold("networks", 5, least=2), Threshold("hours", 24),
    en="The account was used from many networks within a short time.",
    zh="账户短时间内从多个网络使用。", needs=["places"], outcome=Outcome.CHALLENGE,
    theft=True,
)  # fmt: skip
def many_networks(facts: Facts, at: Values) -> Found:
    """Fire when `networks` or more were met in the last `hours`."""
    since = facts.payment.at - timedelta(hours=at["hours"])
    networks = {one.network for one in facts.seen if one.network and one.at >= since}
    return {"networks": len(networks)} if len(networks) >= at["networks"] else None
