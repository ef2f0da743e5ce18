"""The subgraph between a lender and a borrower, as both engines return it."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Way:
    """A trust line that may be used, and what is free of it (minor units).

    Its id is text where Neo4j gave it, because most lines around a hub are on no path.
    """

    line: UUID | str
    free: int

    @property
    def line_id(self) -> UUID:
        """Return the line's id."""
        return self.line if isinstance(self.line, UUID) else UUID(self.line)


@dataclass(frozen=True)
class Network:
    """All usable lines on ways of at most three lines from the lender to the borrower.

    `direct` is the lender's line to the borrower. `first` holds the lender's other lines by
    receiver, `last` the borrower's other lines by giver, `middle` the lines between those by giver
    and receiver.
    """

    direct: Way | None = None
    first: dict[UUID, Way] = field(default_factory=dict)
    last: dict[UUID, Way] = field(default_factory=dict)
    middle: dict[tuple[UUID, UUID], Way] = field(default_factory=dict)
