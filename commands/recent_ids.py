"""Which ids this process has lately seen carried out, for those who answer without asking the
database.
"""

from collections import OrderedDict
from uuid import UUID

REMEMBERED = 50_000

# Ids as numbers, which compare faster.
_seen: OrderedDict[tuple[int, int], None] = OrderedDict()


def note_id(person_id: UUID, command_id: UUID) -> None:
    """Note that a command is carried out under the id, or that it was."""
    _seen[person_id.int, command_id.int] = None
    while len(_seen) > REMEMBERED:
        _seen.popitem(last=False)


def was_used_here(person_id: UUID, command_id: UUID) -> bool:
    """Tell whether the id was seen here; one that was not may still have been used elsewhere."""
    return (person_id.int, command_id.int) in _seen
