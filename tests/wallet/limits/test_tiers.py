"""Which commands need which tier, and what is kept of a confirmation."""

from datetime import datetime
from uuid import UUID

import pytest
from django.test.utils import override_settings

from commands.registry import list_registrations
from config.management.commands.write_protocol import generated
from graph.people.errors import TierRequired, WrongCredentials
from graph.people.models import Confirmation, Person, Tier
from outbox.notices.models import Notice
from tests.calls import call
from tests.people import make_group, make_people
from wallet.splits.models import Split

LENDING = {"split.create", "loan.grant"}


class NoProvider:
    """Knows nobody."""

    def check_name(self, *, name: str, phone: str) -> bool:
        return False

    def check_document(self, *, number: str) -> bool:
        return False


def test_commands_name_the_tier_that_they_need() -> None:
    needed = {one.name: one.tier for one in list_registrations() if one.tier != "basic"}

    assert {name: needed.get(name) for name in LENDING} == dict.fromkeys(LENDING, "real_name")
    assert set(needed.values()) == {"real_name"}
    assert "| `split.create` *(real_name)* |" in generated()


def test_a_tier_that_is_too_low_is_refused_with_the_one_needed(now: datetime) -> None:
    (person,) = make_people(1, at=now, tier=Tier.BASIC)
    room = make_group([person], at=now)
    between = {"mode": "even", "members": [person]}
    terms = {"room": room, "amount": 100, "note": "Tea", "between": between}

    with pytest.raises(TierRequired) as refusal:
        call(person, "split.create", at=now, **terms)

    assert (refusal.value.code, refusal.value.status) == ("wallet.tier_required", 403)
    assert refusal.value.detail == {"tier": "real_name", "has": "basic"}
    assert not Split.objects.filter(room_id=room).exists()
    call(person, "account.confirm_name", at=now, name="Li Wei", phone="+86 138 0000 0000")
    assert call(person, "split.create", at=now, **terms)["split"]["amount"] == 100


def kept(person: UUID) -> dict[str, bytes]:
    rows = Confirmation.objects.filter(person_id=person)
    return {row.kind: bytes(row.digest) for row in rows}


def test_phone_and_document_are_kept_as_keyed_digests(now: datetime) -> None:
    one, other = make_people(2, at=now, tier=Tier.BASIC)

    call(one, "account.confirm_name", at=now, name="Li Wei", phone="+86 138-0000 0000")
    call(one, "account.confirm_document", at=now, number="a 1101")
    call(other, "account.confirm_name", at=now, name="Li", phone="8613800000000")

    found = kept(one)
    assert {kind: len(digest) for kind, digest in found.items()} == {
        "phone": 32, "document": 32, "contact": 32,
    }  # fmt: skip
    # The same phone is recognised, however it is typed.
    assert kept(other)["phone"] == found["phone"]
    with override_settings(SECRET_KEY="another"):
        call(other, "account.confirm_name", at=now, name="Li", phone="8613800000000")
    assert kept(other)["phone"] != found["phone"]


def test_a_new_tier_is_told_once(now: datetime) -> None:
    (person,) = make_people(1, at=now, tier=Tier.BASIC)

    for _ in range(2):
        call(person, "account.confirm_name", at=now, name="Li Wei", phone="+86 138 0000 0000")
    call(person, "account.confirm_document", at=now, number="1101")

    notices = Notice.objects.filter(owner_id=person, kind="tier.changed").order_by("id")
    assert [notice.text for notice in notices] == ["real_name", "verified"]


def test_who_is_not_found_rises_nowhere(now: datetime) -> None:
    (person,) = make_people(1, at=now, tier=Tier.BASIC)

    with override_settings(IDENTITY_PROVIDER=f"{__name__}.NoProvider"):
        with pytest.raises(WrongCredentials):
            call(person, "account.confirm_name", at=now, name="Li", phone="+86 138 0000 0000")
        with pytest.raises(WrongCredentials):
            call(person, "account.confirm_document", at=now, number="1101")

    assert (Person.objects.get(id=person).tier, kept(person)) == ("basic", {})
    assert not Notice.objects.filter(owner_id=person).exists()
