"""What somebody who leaves at this moment can begin no more."""

from commands.frames import Command
from commands.gates import Gate
from commands.registry import Caller, Registration
from graph.people.errors import AccountClosed
from graph.people.locks import hold_people

# What these begin keeps somebody from leaving, and they lock no account that `leave` would wait
# for. Whatever moves money meets the closed account.
BEGINNING = frozenset(
    {
        "dispute.open", "expense.add", "expense.edit", "expense.repeat", "loan.ask",
        "payment_request.create", "split.create", "trust.set",
    }
)  # fmt: skip


def _enter(registration: Registration, command: Command, caller: Caller) -> None:
    # Sockets close after the person has left: until then they still carry commands.
    if hold_people(person_ids=[caller.person]):
        raise AccountClosed()


GATE = Gate(
    guards=lambda registration: registration.name in BEGINNING, enter=_enter,
    refusals=(AccountClosed,),
)  # fmt: skip
