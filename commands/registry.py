"""The one list of commands; the doors, the documents and the tests all read it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, Literal, Protocol, TypeVar, get_args
from uuid import UUID

from commands.errors import Refusal, UnknownCommand
from commands.frames import Command, Kept, Result, Written


class Browser(Protocol):
    """What a handler may do with a browser's cookies; only the HTTP door has one."""

    def log_in(self, person: Any) -> None:
        """Start a session for the person."""

    def log_out(self) -> None:
        """End the session."""

    def keep_session(self, person: Any) -> None:
        """Let the session outlive a change of the person's password."""


class Device(Protocol):
    """What a handler may do with the socket that a command came over; only the socket door has
    one.
    """

    def show_away(self, *, on: bool) -> None:
        """Take it that nobody looks at this device, or that somebody does again."""


@dataclass(frozen=True)
class Caller:
    """Who sends a command, when, and under which id; time and ids enter the domain here.

    `person_id` is None only for commands that need no identity. `token_id` is the access token,
    None for a browser's session. `credential` names what the caller is signed in by, so that its
    sockets can be closed. `upload` is the file of a multipart body. `agent` is what the
    calling program says of itself. `live_from` says, to who
    resumes, after which number the events of each room come over this very socket by themselves.
    """

    at: datetime
    person_id: UUID | None = None
    command_id: UUID | None = None
    token_id: UUID | None = None
    credential: str = ""
    browser: Browser | None = None
    device: Device | None = None
    upload: IO[bytes] | None = None
    agent: str = ""
    live_from: Mapping[UUID, int] | None = None

    @property
    def person(self) -> UUID:
        """Return the caller's id; commands without identity never ask for it."""
        assert self.person_id is not None
        return self.person_id

    @property
    def device_id(self) -> UUID | None:
        """Return the id of what the caller is signed in by, None where a test or a task calls."""
        return UUID(self.credential) if self.credential else None

    @property
    def command(self) -> UUID:
        """Return the id of the command; only writes that are kept have one for certain."""
        assert self.command_id is not None
        return self.command_id


class PrepareFirst(Exception):
    """Raised by a handler that has found, once it had looked, that something has to happen before
    its transaction, which a `prepare` could not know: the transaction is undone, `prepare()` is
    called outside of transactions, and the handler is called once more with what that returned.
    """

    def __init__(self, prepare: Callable[[], Any]) -> None:
        super().__init__("This needs something done before its transaction.")
        self.prepare = prepare


Handler = Callable[..., Result]
Prepare = Callable[[Any, Caller], Any]
Complete = Callable[[Any, Caller], Result | None]
C = TypeVar("C", bound=Command)


@dataclass(frozen=True)
class Reference:
    """How an answer is kept without the words in it, so that they can be taken back everywhere.

    `keep(result)` is the JSON that is kept, `retell(kept, caller)` the answer made from it when the
    command comes again: it shows things as they stand by then.
    """

    keep: Callable[[Any], Any]
    retell: Callable[[Any, Caller], Any]


@dataclass(frozen=True)
class Job:
    """One caller's command, to be carried out together with those of others."""

    command: Any
    caller: Caller


class Alone:
    """Said of a job that cannot be decided beside others: it is to be carried out by itself."""


class Again:
    """Said of a job that waits for what becomes of another one which is under way elsewhere."""


ALONE, AGAIN = Alone(), Again()
Outcome = Result | Written | Kept | Refusal | Alone | Again
HandleMany = Callable[[Sequence[Job]], Sequence[Outcome]]


@dataclass(frozen=True)
class Many:
    """How a command is carried out for many callers in one transaction.

    `handle(jobs)` returns for each job, in their order, its result, its own refusal (which leaves
    no trace and does not undo the others), ALONE or AGAIN. `fits(command)` says which commands may
    be gathered, `queue(command)` in which line one waits: each line has a bound of its own.
    `screen(jobs)` refuses, by their places, those for whom nothing can be done any more, whatever
    happens meanwhile; it runs before all else and outside of transactions, and leaves alone whose
    id was used before. `foresee(job)` does so for one of them by what this process remembers: it
    waits for nothing and asks nobody, and where it cannot tell it returns None.
    """

    handle: HandleMany
    fits: Callable[[Any], bool]
    queue: Callable[[Any], object]
    screen: Callable[[Sequence[Job]], Mapping[int, Refusal]] | None = None
    foresee: Callable[[Job], Refusal | None] | None = None


def _all(_: Any) -> bool:
    return True


@dataclass(frozen=True)
class Registration:
    """A command: its frame, its handler and what the doors must know about it."""

    name: str
    model: type[Command]
    result: type[Result]
    handler: Handler
    family: str
    summary: str
    refusals: tuple[type[Refusal], ...] = ()
    # Reads are answered afresh each time; writes keep their first answer under the caller's id.
    writes: bool = True
    keyed: bool = True
    money: bool = False
    # Refused first when too much waits: nobody's money or words hang on it.
    spare: bool = False
    # How well the caller must be known; everybody is `basic`.
    tier: str = "basic"
    public: bool = False
    http_only: bool = False
    # The HTTP door takes a multipart body, and makes the fields name, size and digest of its file.
    uploads: bool = False
    # The media type of a Download.
    raw: str = ""
    prepare: Prepare | None = field(default=None, compare=False)
    prepares: Callable[[Any], bool] = field(default=_all, compare=False)
    abandon: Callable[[Any], None] | None = field(default=None, compare=False)
    reference: Reference | None = field(default=None, compare=False)
    complete: Complete | None = field(default=None, compare=False)
    many: Many | None = field(default=None, compare=False)


_registrations: dict[str, Registration] = {}


def handles(
    model: type[C],
    *,
    result: type[Result],
    family: str,
    may_refuse: tuple[type[Refusal], ...] | list[type[Refusal]] = (),
    reads: bool = False,
    keyed: bool = True,
    money: bool = False,
    spare: bool = False,
    tier: Literal["basic", "real_name", "verified"] = "basic",
    public: bool = False,
    http_only: bool = False,
    uploads: bool = False,
    raw: str = "",
    prepare: Prepare | None = None,
    prepares: Callable[[Any], bool] = _all,
    abandon: Callable[[Any], None] | None = None,
    reference: Reference | None = None,
    complete: Complete | None = None,
    many: Many | None = None,
) -> Callable[[Handler], Handler]:
    """Register the decorated function as the handler of a command.

    A handler makes one domain call: `handler(command, caller)`, inside the transaction that also
    keeps the command's id; the first paragraph of its docstring is the command's documentation.
    `reads` commands have no transaction and no id to keep; `keyed=False` is for writes that are
    harmless to repeat (a read mark); `money` keeps the id for ever, and is refused last
    when too much waits; `spare` is refused first. `tier` is how well the caller must be known.
    `prepare(command, caller)` runs before the transaction, for what must not happen under a lock
    (asking Neo4j, hashing a password); its result is the handler's third argument. Where only some
    need that, `prepares(command)` says which; the others' handler is called without. Where only the
    handler can tell, it raises PrepareFirst.
    `abandon(prepared)` runs outside of transactions when the command came to nothing after that.
    `reference` is for answers that hold somebody's words. `complete(answer, caller)` runs after the
    commit, each time the command is sent, for what must not happen under a lock and comes after
    what was written (asking a bank); it gets the kept answer as JSON and returns what is answered
    instead, None to leave it. `many` is how callers who come at the same moment are served
    together.
    """
    (name,) = get_args(model.model_fields["type"].annotation)

    def register(handler: Handler) -> Handler:
        if name in _registrations:
            raise ValueError(f"Two handlers for {name}.")
        if tier != "basic" and (reads or public or not keyed):
            raise ValueError(f"{name} has no key, and so no gate to ask for a tier.")
        summary = " ".join((handler.__doc__ or "").partition("\n\n")[0].split())
        _registrations[name] = Registration(
            name=name, model=model, result=result, handler=handler, family=family, summary=summary,
            refusals=tuple(may_refuse), writes=not reads, keyed=keyed and not reads and not public,
            money=money, spare=spare, tier=tier, public=public, http_only=http_only,
            uploads=uploads, raw=raw, prepare=prepare, prepares=prepares,
            abandon=abandon, reference=reference,
            complete=complete, many=many,
        )  # fmt: skip
        return handler

    return register


def get_registration(name: str) -> Registration:
    """Return the command's registration; raises UnknownCommand."""
    try:
        return _registrations[name]
    except KeyError:
        raise UnknownCommand(command=name[:80]) from None


def list_registrations() -> list[Registration]:
    """Return all commands, by name."""
    return sorted(_registrations.values(), key=lambda registration: registration.name)
