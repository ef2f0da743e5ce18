"""Refusals: what a command answers when it does not do what was asked."""

from collections.abc import Callable
from inspect import cleandoc
from typing import Any, ClassVar


class Refusal(Exception):
    """A named error with a stable code; the transaction it leaves behind changed nothing.

    A subclass states `code` (stable, clients rely on it), `status` (of the HTTP door), `message` (a
    format string over the detail) and whether the same command may succeed when it is simply sent
    again.
    """

    code: ClassVar[str]
    status: ClassVar[int]
    message: ClassVar[str]
    retryable: ClassVar[bool] = False

    known: ClassVar[dict[str, type["Refusal"]]] = {}

    # What is written although the command is refused, once its transaction is over.
    leaves: Callable[[], None] | None = None

    def __init__(self, *, retry_after_ms: int | None = None, **detail: Any) -> None:
        super().__init__(self.message.format(**detail))
        self.detail = detail
        self.retry_after_ms = retry_after_ms

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.code in Refusal.known:
            raise ValueError(f"Two refusals have the code {cls.code}.")
        Refusal.known[cls.code] = cls

    @classmethod
    def describe(cls) -> str:
        """Return what it means, for the documents: the first paragraph of its docstring."""
        paragraph, _, _ = cleandoc(cls.__doc__ or "").partition("\n\n")
        return " ".join(paragraph.split())

    def as_json(self) -> dict[str, Any]:
        """Return the error as clients see it."""
        shown: dict[str, Any] = {
            "code": self.code,
            "message": str(self),
            "retryable": self.retryable,
            "detail": self.detail,
        }
        if self.retry_after_ms is not None:
            shown["retry_after_ms"] = self.retry_after_ms
        return shown


class Malformed(Refusal):
    """The frame is not what the command's schema says."""

    code = "request.malformed"
    status = 400
    message = "{reason}"

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        super().__init__(reason=reason)
        if field:
            self.detail["field"] = field


class UnknownCommand(Refusal):
    """No command has this name."""

    code = "request.unknown_command"
    status = 404
    message = "There is no command {command!r}."


class HttpOnly(Refusal):
    """The command needs the HTTP door: it sets cookies or answers with a raw body."""

    code = "request.http_only"
    status = 400
    message = "{command} works over HTTP only."


class SocketOnly(Refusal):
    """The command is about the socket it comes over."""

    code = "request.socket_only"
    status = 400
    message = "{command} works over a socket only."


class IdReused(Refusal):
    """The id was used for something else before."""

    code = "request.id_reused"
    status = 409
    message = "This id was already used for another {command}; it differs in {differs}."


class RateLimited(Refusal):
    """Too many commands in too short a time."""

    code = "request.rate_limited"
    status = 429
    message = "Too many requests; slow down a little."
    retryable = True


class Busy(Refusal):
    """The service could not get to it in time; nothing happened, the same id may be sent again."""

    code = "request.busy"
    status = 503
    message = "The service is busy; please try again."
    retryable = True

    def __init__(self, *, retry_after_ms: int = 500) -> None:
        super().__init__(retry_after_ms=retry_after_ms)


class Failed(Refusal):
    """Something went wrong on our side; it was logged, and nothing was half done."""

    code = "request.failed"
    status = 500
    message = "Something went wrong on our side. It has been noted."


class AuthRequired(Refusal):
    """Nobody is logged in, or the token is unknown, expired or revoked."""

    code = "auth.required"
    status = 401
    message = "Please log in first."


class Forbidden(Refusal):
    """The caller's role does not allow this."""

    code = "auth.forbidden"
    status = 403
    message = "This needs the role {role!r}."
