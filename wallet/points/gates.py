"""The gates: what a service may ask about somebody's score, and get yes or no to."""

from dataclasses import dataclass

from django.conf import settings

from wallet.points.errors import UnknownGate


@dataclass(frozen=True)
class Gate:
    """A question `score > threshold`. Where a yes is a grant, it holds for so many days without
    another look at the score; 0 means that each ask looks anew.
    """

    name: str
    threshold: int
    grant_days: int = 0


_gates: dict[str, Gate] = {}


def register_gate(gate: Gate) -> Gate:
    """Register a gate under its name."""
    if gate.name in _gates:
        raise ValueError(f"Two gates are called {gate.name}.")
    _gates[gate.name] = gate
    return gate


def get_gate(*, name: str) -> Gate:
    """Return the gate. Raises UnknownGate."""
    try:
        return _gates[name]
    except KeyError:
        raise UnknownGate(gate=name) from None


def list_gates() -> list[Gate]:
    """Return all gates, lowest threshold first."""
    return sorted(_gates.values(), key=lambda gate: (gate.threshold, gate.name))


for _name, (_threshold, _days) in settings.POINTS_GATES.items():
    register_gate(Gate(_name, _threshold, _days))
