"""What ties two people, so that one is shown to the other although they do not want to be found."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import Q

from graph.friends.models import Friendship, Status
from graph.trust.models import Line
from outbox.notices.models import Notice

# Whether the first, who looks, has to do with the second.
Tie = Callable[[UUID, UUID], bool]
_ties: list[Tie] = []


def put_tie(tie: Tie) -> None:
    """Have something of another layer count as a tie: a room that both were in, a payment."""
    _ties.append(tie)


def are_tied(*, reader: UUID, person: UUID) -> bool:
    """Tell whether the reader has met the person somewhere here: they are or were friends, or one
    asked the other; one stands behind the other; the reader was told of the person; or another
    layer says so.
    """
    low, high = sorted((reader, person))
    met = Q(since__isnull=False) | ~Q(status=Status.NONE)
    if Friendship.objects.filter(met, low_id=low, high_id=high).exists():
        return True
    between = Q(giver_id=reader, receiver_id=person) | Q(giver_id=person, receiver_id=reader)
    if Line.objects.filter(between).exists():
        return True
    if Notice.objects.filter(owner_id=reader, about=person).exists():
        return True
    return any(tie(reader, person) for tie in _ties)
