"""Which ids this process has lately seen carried out, for those who answer without asking the
database.
"""

from uuid import UUID

from commands.recent import Recent

REMEMBERED = 50_000

# Ids as numbers, which compare faster.
_seen: Recent[tuple[int, int], None] = Recent(REMEMBERED)


def note_id(person_id: UUID, command_id: UUID) -> None:
    """Note that a command is carried out under the id, or that it was."""
    _seen.put((person_id.int, command_id.int), None)


def was_used_here(person_id: UUID, command_id: UUID) -> bool:
    """Tell whether the id was seen here; one that was not may still have been used elsewhere."""
    return (person_id.int, command_id.int) in _seen
