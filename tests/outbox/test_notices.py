"""What people are told is stored, pushed and listed."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from django.db import transaction

from outbox.bus import person_topic, unpack
from outbox.notices.models import Notice
from outbox.notices.services import Tell, forget_old_notices, notify
from tests.calls import call
from tests.people import make_people


def test_a_notice_is_listed_as_clients_see_it(now: datetime) -> None:
    owner, other = make_people(2, at=now)
    ref = uuid4()

    notify(Tell(owner, "loan.asked", about=other, ref=ref, text="please"), at=now)

    (notice,) = call(owner, "notice.list", at=now)["notices"]
    assert notice == {
        "id": str(Notice.objects.get(owner_id=owner).id),
        "kind": "loan.asked",
        "person": str(other),
        "ref": str(ref),
        "text": "please",
        "at": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    assert call(other, "notice.list", at=now) == {"notices": [], "more": False}


def test_notices_are_listed_newest_first_page_by_page(now: datetime) -> None:
    (owner,) = make_people(1, at=now)
    for number in range(5):
        notify(Tell(owner, "reminder", text=str(number)), at=now + timedelta(seconds=number))

    pages, before = [], {}
    while True:
        page = call(owner, "notice.list", at=now, limit=2, **before)
        pages.append(([notice["text"] for notice in page["notices"]], page["more"]))
        if not page["more"]:
            break
        before = {"before": page["notices"][-1]["id"]}

    assert pages == [(["4", "3"], True), (["2", "1"], True), (["0"], False)]


def test_a_notice_is_pushed_to_its_owner_once_it_is_committed(now: datetime) -> None:
    (owner,) = make_people(1, at=now)
    with redis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as pubsub:
        pubsub.subscribe(person_topic(owner))
        assert pubsub.get_message(timeout=10)
        with transaction.atomic():
            notify(Tell(owner, "reminder", text="undone"), at=now)
            transaction.set_rollback(True)
        notify(Tell(owner, "reminder", text="done"), at=now)

        message = pubsub.get_message(timeout=10)

    header, frame = unpack(message["data"])
    assert header == {}
    (stored,) = call(owner, "notice.list", at=now)["notices"]
    assert json.loads(frame) == {"type": "event", "kind": "notice", "notice": stored}
    assert stored["text"] == "done"


def test_a_notice_of_an_unknown_kind_is_a_mistake_of_ours(now: datetime) -> None:
    (owner,) = make_people(1, at=now)

    with pytest.raises(ValueError, match=r"no notice of kind gossip"):
        notify(Tell(owner, "gossip"), at=now)

    assert not Notice.objects.filter(owner_id=owner).exists()


def test_nobody_hears_about_somebody_they_have_blocked(now: datetime) -> None:
    owner, other, blocked = make_people(3, at=now)
    call(owner, "person.block", at=now, person=blocked, on=True)
    call(blocked, "person.block", at=now, person=other, on=True)

    notify(
        Tell(owner, "money.in", about=blocked, text="hear me"),
        Tell(owner, "money.in", about=other),
        Tell(other, "money.in", about=blocked), Tell(owner, "reminder"),
        Tell(owner, "reminder", about=blocked), at=now,
    )  # fmt: skip

    told = Notice.objects.filter(owner_id__in=[owner, other]).order_by("id")
    assert [(row.owner_id, row.kind, row.about) for row in told] == [
        (owner, "money.in", other),
        (other, "money.in", blocked),
        (owner, "reminder", None),
        (owner, "reminder", blocked),
    ]


def test_a_payment_from_somebody_blocked_arrives_in_silence(now: datetime) -> None:
    payer, payee = make_people(2, at=now, funds=1_000)
    call(payee, "person.block", at=now, person=payer, on=True)

    call(payer, "transfer.send", at=now, to=payee, amount=100, note="hear me")

    assert call(payee, "notice.list", at=now)["notices"] == []


def test_notices_are_forgotten_after_half_a_year(now: datetime) -> None:
    # Those that tests of the past have left.
    forget_old_notices(at=now)
    (owner,) = make_people(1, at=now)
    for days in (179, 180, 181, 400):
        notify(Tell(owner, "reminder", text=str(days)), at=now - timedelta(days=days))

    assert forget_old_notices(at=now) == 2

    assert [one["text"] for one in call(owner, "notice.list", at=now)["notices"]] == ["180", "179"]
