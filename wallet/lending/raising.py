"""Why a limit is not higher, and what would raise it."""

from dataclasses import dataclass, replace
from uuid import UUID

from graph.limits.tight import Tight, find_tight
from wallet.lending.selectors import Limit

# How much more on a line is looked at: 100 yuan, or what the cap leaves.
MORE = 10_000


@dataclass(frozen=True)
class TightLine:
    """A line all of which is used: with `add` more on it the limit would be `limit`.

    Null who the reader may not know; `free` is null then too, because it would tell which paths
    share the line.
    """

    giver: UUID | None
    receiver: UUID | None
    free: int | None
    add: int
    limit: int


@dataclass(frozen=True)
class Lift:
    """One thing that keeps the limit down, by its code, and the limit without it; null where that
    is not for the reader's eyes.
    """

    code: str
    limit: int | None


def list_tight(
    *,
    limit: Limit,
    lender_id: UUID,
    borrower_id: UUID,
    are_friends: bool,
) -> list[TightLine]:
    """Return the lines that keep the limit down, those that raise it most first; none where the
    cap does.

    The lender's own line is one of them, also before there is one, as long as the two are friends.
    """
    add = min(MORE, limit.cap - limit.flow.value)
    if add <= 0 or limit.flow.solved is None:
        return []
    found = find_tight(limit.flow.solved, add=add)
    if limit.flow.direct or are_friends:
        # Whatever is added to it, the limit grows by just that.
        found.insert(0, Tight(None, None, limit.flow.direct, add, add))
    return [
        TightLine(
            giver=tight.giver or lender_id, receiver=tight.receiver or borrower_id,
            free=tight.free, add=add, limit=limit.limit + tight.gain,
        )
        for tight in found
    ]  # fmt: skip


def hide_people(
    lines: list[TightLine], *, visible: set[UUID], lender_id: UUID, borrower_id: UUID
) -> list[TightLine]:
    """Return the lines as a reader may see them who knows these people.

    A line between two whom the reader may not know is left out: nothing could be said of it.
    """
    known = visible | {lender_id, borrower_id}
    shown = []
    for line in lines:
        if line.giver in known and line.receiver in known:
            shown.append(line)
        elif line.giver in known or line.receiver in known:
            shown.append(
                replace(
                    line,
                    giver=line.giver if line.giver in known else None,
                    receiver=line.receiver if line.receiver in known else None,
                    free=None,
                )
            )
    return shown


def list_lifts(*, limit: Limit, tight: list[TightLine], sees_debts: bool) -> list[Lift]:
    """Return what would raise the limit by itself: `lines`, or, where the cap binds, `tier`,
    `score`, `open_loans`, `open_asks` and `overdue`. What is owed and asked for is the borrower's
    own affair, and with it the limit without it; that there is a low score too.
    """
    if limit.flow.value < limit.cap:
        most = max((line.limit for line in tight), default=limit.limit)
        return [Lift("lines", most if most > limit.limit else None)]
    lifts = {
        code: min(limit.flow.value, cap)
        for code, cap in limit.standing.list_lifts().items()
        if min(limit.flow.value, cap) > limit.limit and (sees_debts or code != "score")
    }
    return [Lift(code, raised if sees_debts else None) for code, raised in lifts.items()]
