"""What a score means for loans between friends: a low one lowers the cap, none raises it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings

from wallet.lending.caps import Caps, Rule
from wallet.points.selectors import about_scores


def lower_cap(*, cap: int, score: int) -> int:
    """Return what a score leaves of a cap (fen), rounded down."""
    for below, percent in settings.POINTS_CAP_PERCENT:
        if score < below:
            return cap * int(percent) // 100
    return cap


def lower_by_score(caps: Caps, scores: Mapping[UUID, int], at: datetime) -> dict[UUID, int]:
    """Return the caps of those borrowers who have a score; no score changes nothing."""
    return {
        person_id: lower_cap(cap=caps[person_id], score=score)
        for person_id, score in scores.items()
    }


BY_SCORE = Rule(about=about_scores, lower=lower_by_score)
