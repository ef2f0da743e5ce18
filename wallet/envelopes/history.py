"""Looking back at envelopes: what one sent and got, a year of it, and who was lucky in a room."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.db.models import Q

from wallet.days import bounds_of
from wallet.envelopes.models import Envelope, Share

Role = Literal["sent", "got"]


def list_for_person(
    *, person_id: UUID, role: Role | None, before: UUID | None, limit: int
) -> tuple[list[Envelope], bool]:
    """Return a page of the envelopes that the person sent or took a share of (or of one kind of the
    two), newest first.
    """
    # The newest of each kind by its own index: the whole past of a person is never put together.
    ids: set[UUID] = set()
    if role != "got":
        sent = Envelope.objects.filter(_earlier("id", before), sender_id=person_id)
        ids.update(sent.order_by("-id").values_list("id", flat=True)[: limit + 1])
    if role != "sent":
        got = Share.objects.filter(_earlier("envelope_id", before), person_id=person_id)
        ids.update(got.order_by("-envelope_id").values_list("envelope_id", flat=True)[: limit + 1])
    newest = sorted(ids, reverse=True)[: limit + 1]
    rows = Envelope.objects.in_bulk(newest[:limit])
    return [rows[one] for one in newest[:limit]], len(newest) > limit


def _earlier(name: str, before: UUID | None) -> Q:
    return Q(**{f"{name}__lt": before}) if before else Q()


@dataclass(frozen=True)
class Count:
    """How many, and how much they are together in minor units."""

    count: int = 0
    amount: int = 0


@dataclass(frozen=True)
class Best:
    """The largest share that somebody took in a year."""

    envelope: UUID
    sender: UUID
    amount: int
    at: datetime


@dataclass(frozen=True)
class Generous:
    """Who filled most of what somebody else took in a year."""

    person: UUID
    count: int
    amount: int


@dataclass
class Summary:
    """A person's year of envelopes in one currency."""

    sent: Count = Count()
    got: Count = Count()
    # How much of what was sent that year came back.
    returned: int = 0
    luckiest: int = 0
    # How many said thank you for what was sent, and how often one said it.
    thanked: int = 0
    thanks: int = 0
    best: Best | None = None
    generous: Generous | None = None
    # By month, January first: what was sent and what was got.
    months: list[tuple[int, int]] = field(default_factory=lambda: [(0, 0)] * 12)
    currencies: list[str] = field(default_factory=list)


# No share is free, larger, or as large and earlier. So it also says that the envelope is emptied.
IS_LUCKIEST = """
    e.kind = 'random' AND NOT EXISTS (
        SELECT FROM envelopes_share AS o
        WHERE o.envelope_id = s.envelope_id
          AND (o.person_id IS NULL OR o.amount > s.amount
               OR (o.amount = s.amount AND (o.at, o.position) < (s.at, s.position))))
"""

GOT_IN_YEAR = f"""
    SELECT e.id, e.sender_id, s.amount, s.at, s.thanks <> '', {IS_LUCKIEST},
           extract(month FROM s.at AT TIME ZONE %(zone)s)::int
    FROM envelopes_share AS s JOIN envelopes_envelope AS e ON e.id = s.envelope_id
    WHERE s.person_id = %(person)s AND s.at >= %(begin)s AND s.at < %(until)s
      AND e.currency = %(currency)s
    ORDER BY s.at, s.envelope_id
"""  # noqa: S608

SENT_IN_YEAR = """
    SELECT extract(month FROM e.at AT TIME ZONE %(zone)s)::int, count(*), sum(e.amount)::bigint,
           sum(rest.amount)::bigint, sum(rest.thanked)::bigint
    FROM envelopes_envelope AS e CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount) FILTER (WHERE returned), 0) AS amount,
               count(*) FILTER (WHERE thanks <> '') AS thanked
        FROM envelopes_share WHERE envelope_id = e.id) AS rest
    WHERE e.sender_id = %(person)s AND e.at >= %(begin)s AND e.at < %(until)s
      AND e.currency = %(currency)s
    GROUP BY 1
"""

CURRENCIES_OF_YEAR = """
    SELECT currency FROM envelopes_envelope
    WHERE sender_id = %(person)s AND at >= %(begin)s AND at < %(until)s
    UNION
    SELECT e.currency
    FROM envelopes_share AS s JOIN envelopes_envelope AS e ON e.id = s.envelope_id
    WHERE s.person_id = %(person)s AND s.at >= %(begin)s AND s.at < %(until)s
    ORDER BY 1
"""


def sum_up_year(*, person_id: UUID, year: int, currency: str) -> Summary:
    """Return a person's year of envelopes, by the dates of the service's time zone.

    The best share is the largest, the earliest on a tie; the most generous is whoever else's
    envelopes gave the person most, who gave more often on a tie, then the lower id.
    """
    begin, until = bounds_of(year)
    fields = {
        "person": person_id, "currency": currency, "begin": begin, "until": until,
        "zone": str(begin.tzinfo),
    }  # fmt: skip
    summary = Summary(currencies=[currency for (currency,) in _rows(CURRENCIES_OF_YEAR, fields)])
    _add_sent(summary, _rows(SENT_IN_YEAR, fields))
    _add_got(summary, _rows(GOT_IN_YEAR, fields), person_id)
    return summary


def _add_sent(summary: Summary, rows: list[tuple[Any, ...]]) -> None:
    for month, count, amount, returned, thanked in rows:
        summary.sent = Count(summary.sent.count + count, summary.sent.amount + amount)
        summary.returned += returned
        summary.thanked += thanked
        summary.months[month - 1] = (amount, summary.months[month - 1][1])


def _add_got(summary: Summary, rows: list[tuple[Any, ...]], person_id: UUID) -> None:
    givers: dict[UUID, Count] = {}
    for envelope, sender, amount, at, has_thanked, is_luckiest, month in rows:
        summary.got = Count(summary.got.count + 1, summary.got.amount + amount)
        summary.luckiest += is_luckiest
        summary.thanks += has_thanked
        sent, got = summary.months[month - 1]
        summary.months[month - 1] = (sent, got + amount)
        if summary.best is None or amount > summary.best.amount:
            summary.best = Best(envelope, sender, amount, at)
        if sender != person_id:
            before = givers.get(sender, Count())
            givers[sender] = Count(before.count + 1, before.amount + amount)
    if givers:
        best = min(givers, key=lambda one: (-givers[one].amount, -givers[one].count, one))
        summary.generous = Generous(best, givers[best].count, givers[best].amount)


# Of an envelope whose shares the reader may not see yet, only what was sent is counted.
ROOM_STATISTICS = f"""
    WITH told AS (
        SELECT e.*, e.sender_id = %(reader)s OR e.expires_at <= %(at)s OR e.returned_at IS NOT NULL
            OR EXISTS (SELECT FROM envelopes_share
                       WHERE envelope_id = e.id AND person_id = %(reader)s)
            OR NOT EXISTS (SELECT FROM envelopes_share
                           WHERE envelope_id = e.id AND person_id IS NULL) AS is_seen
        FROM envelopes_envelope AS e
        WHERE e.id = ANY(%(envelopes)s) AND e.currency = %(currency)s
    ), counted AS (
        SELECT sender_id AS person, 1 AS sent, amount AS sent_amount, 0 AS got, 0 AS got_amount,
               0 AS luckiest
        FROM told
        UNION ALL
        SELECT s.person_id, 0, 0, 1, s.amount, ({IS_LUCKIEST})::int
        FROM told AS e JOIN envelopes_share AS s ON s.envelope_id = e.id
        WHERE e.is_seen AND s.person_id IS NOT NULL
    )
    SELECT person, sum(sent), sum(sent_amount)::bigint, sum(got), sum(got_amount)::bigint,
           sum(luckiest)
    FROM counted GROUP BY person
"""  # noqa: S608


@dataclass(frozen=True)
class Luck:
    """What one person sent and got in a room, and how often they were luckiest."""

    sent: Count = Count()
    got: Count = Count()
    luckiest: int = 0


def list_room_envelopes(*, room_id: UUID) -> list[UUID]:
    """Return the ids of all envelopes of a room, newest first."""
    rows = Envelope.objects.filter(room_id=room_id).order_by("-id")
    return list(rows.values_list("id", flat=True))


def count_luck(
    *, envelopes: Collection[UUID], reader_id: UUID, currency: str, at: datetime
) -> dict[UUID, Luck]:
    """Return by person what they sent and got of these envelopes, as far as the reader may know who
    got how much.
    """
    fields = {
        "envelopes": list(envelopes), "reader": reader_id, "currency": currency, "at": at,
    }  # fmt: skip
    return {
        person: Luck(Count(sent, sent_amount), Count(got, got_amount), luckiest)
        for person, sent, sent_amount, got, got_amount, luckiest in _rows(ROOM_STATISTICS, fields)
    }


def _rows(statement: str, fields: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, fields)
        return list(cursor.fetchall())
