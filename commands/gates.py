"""What a caller must pass before a command is carried out, kept by the layers above."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from commands.errors import Refusal
from commands.frames import Command
from commands.registry import Caller, Registration


def _always(_: Any) -> bool:
    return True


@dataclass(frozen=True)
class Gate:
    """Something that many commands ask of their callers: a tier, a payment PIN.

    `guards(registration)` says before which commands it stands, `concerns(command)` whether this
    one has to pass. `prove(command, caller)` runs before the transaction, for what counts although
    the command is refused; `enter(registration, command, caller)` inside it, just before the
    handler. Both may refuse, with `refusals`. A command that was carried out before is answered
    again without passing anything.
    """

    guards: Callable[[Registration], bool]
    enter: Callable[[Registration, Any, Caller], None]
    refusals: tuple[type[Refusal], ...]
    concerns: Callable[[Any], bool] = field(default=_always)
    prove: Callable[[Any, Caller], None] | None = None


_gates: list[Gate] = []


def put_gate(gate: Gate) -> None:
    """Have a gate stand before the commands it guards."""
    _gates.append(gate)


def gates_before(registration: Registration) -> list[Gate]:
    """Return the gates that stand before a command."""
    return [gate for gate in _gates if gate.guards(registration)]


def gates_to_pass(registration: Registration, command: Command) -> list[Gate]:
    """Return the gates that this command has to pass."""
    return [gate for gate in gates_before(registration) if gate.concerns(command)]
