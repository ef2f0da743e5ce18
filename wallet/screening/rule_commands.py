"""Wire commands about rules and what they decided; only for people with the role `risk`."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from commands.errors import Forbidden
from commands.frames import Command, Id, Moment, Result, ShortText
from commands.registry import Caller, handles
from graph.people.selectors import require_role
from graph.risk.commands import FAMILY, RISK
from graph.risk.services import record_look
from wallet.screening import selectors
from wallet.screening.commands import FiredRule, Reason
from wallet.screening.errors import RuleNotFound, ThresholdInvalid
from wallet.screening.models import Decision, Switch
from wallet.screening.rules import switches
from wallet.screening.rules.registry import get_rule

Mode = Literal["off", "shadow", "on"]


class ListRules(Command):
    type: Literal["rules.list"]


class GetRule(Command):
    type: Literal["rules.get"]
    rule: ShortText


class SetRule(Command):
    type: Literal["rules.set"]
    rule: ShortText
    mode: Mode | None = None
    thresholds: Annotated[
        dict[ShortText, int], Field(description="Those that change; the others stay.")
    ] = {}
    reason: Reason


class ListDecisions(Command):
    type: Literal["payment.decisions"]
    payment: Annotated[Id, Field(description="The id of a transfer, or of another payment.")]


class ThresholdShown(Result):
    """A threshold as it is set, what it is without that, and what it may be."""

    name: str
    value: int
    default: int
    least: int
    most: int


class RuleShown(Result):
    """A rule as it is switched; `question` is its sentence in English and Chinese."""

    name: str
    family: str
    version: int
    question: dict[str, str]
    outcome: str
    mode: Mode
    default_mode: Mode
    thresholds: list[ThresholdShown]

    @classmethod
    def of(cls, setting: switches.Setting) -> "RuleShown":
        """Show a rule."""
        rule = setting.rule
        return cls(
            name=rule.name, family=rule.family, version=rule.version,
            question=dict(rule.sentence), outcome=str(rule.outcome), mode=setting.mode,
            default_mode=rule.mode,
            thresholds=[
                ThresholdShown(
                    name=one.name, value=setting.thresholds[one.name], default=one.default,
                    least=one.least, most=one.most,
                )
                for one in rule.thresholds
            ],
        )  # fmt: skip


class SwitchShown(Result):
    """What was done to a rule; `by` is null where it was done at the command line."""

    by: Id | None
    at: Moment
    mode: str
    version: int
    thresholds: dict[str, int]
    reason: str

    @classmethod
    def of(cls, row: Switch) -> "SwitchShown":
        """Show a change."""
        return cls(
            by=row.by_id, at=row.at, mode=row.mode, version=row.version,
            thresholds=row.thresholds, reason=row.reason,
        )  # fmt: skip


class RuleFile(RuleShown):
    """A rule with everything that was done to it, newest first."""

    history: list[SwitchShown]


class Rules(Result):
    rules: list[RuleShown]


class OneRule(Result):
    rule: RuleFile


class DecisionShown(Result):
    """What was decided about a payment; `became` is null for rules that are only tried, whose
    outcome nothing came of.
    """

    outcome: str
    became: str | None
    shadow: bool
    rules: list[FiredRule]
    took_ms: float
    at: Moment

    @classmethod
    def of(cls, row: Decision) -> "DecisionShown":
        """Show a decision."""
        findings: list[dict[str, Any]] = row.findings
        return cls(
            outcome=row.outcome, became=row.became or None, shadow=row.shadow,
            rules=[FiredRule(**one) for one in findings], took_ms=row.took_ms, at=row.at,
        )  # fmt: skip


class Decisions(Result):
    decisions: list[DecisionShown]


def _show(name: str) -> OneRule:
    get_rule(name)
    setting = switches.settings_at(selectors.find_mark()).rules[name]
    shown = RuleShown.of(setting)
    history = [SwitchShown.of(row) for row in switches.list_switches(name=name)]
    fields = {field: getattr(shown, field) for field in RuleShown.model_fields}
    return OneRule(rule=RuleFile(**fields, history=history))


@handles(ListRules, result=Rules, family=FAMILY, reads=True, may_refuse=[Forbidden])
def list_rules(command: ListRules, caller: Caller) -> Rules:
    """List the rules about payments and how they are switched; needs the role `risk`."""
    require_role(person_id=caller.person, role=RISK)
    rules = switches.settings_at(selectors.find_mark()).rules.values()
    return Rules(rules=[RuleShown.of(one) for one in rules])


@handles(GetRule, result=OneRule, family=FAMILY, reads=True, may_refuse=[Forbidden, RuleNotFound])
def get_one_rule(command: GetRule, caller: Caller) -> OneRule:
    """Show a rule and everything that was done to it; needs the role `risk`."""
    require_role(person_id=caller.person, role=RISK)
    return _show(command.rule)


@handles(
    SetRule, result=OneRule, family=FAMILY, may_refuse=[Forbidden, RuleNotFound, ThresholdInvalid]
)
def set_rule(command: SetRule, caller: Caller) -> OneRule:
    """Switch a rule off, into shadow or on, or set its thresholds, from the next payment on; needs
    the role `risk`.
    """
    require_role(person_id=caller.person, role=RISK)
    switches.switch(
        name=command.rule, mode=command.mode, thresholds=command.thresholds,
        reason=command.reason, person_id=caller.person, at=caller.at,
    )  # fmt: skip
    return _show(command.rule)


@handles(ListDecisions, result=Decisions, family=FAMILY, reads=True, may_refuse=[Forbidden])
def list_decisions(command: ListDecisions, caller: Caller) -> Decisions:
    """Show what was decided about a payment, by the rules that are on and those in shadow; needs
    the role `risk`.
    """
    require_role(person_id=caller.person, role=RISK)
    rows = selectors.list_decisions(payment_id=command.payment)
    if any(caller.person in (row.payer_id, row.payee_id) for row in rows):
        rows = []
    sides = {side for row in rows for side in (row.payer_id, row.payee_id) if side is not None}
    _note_look(command.payment, sides, caller)
    return Decisions(decisions=[DecisionShown.of(row) for row in rows])


def _note_look(payment_id: UUID, people: Iterable[UUID], caller: Caller) -> None:
    record_look(
        person_id=caller.person, question="payment.decisions",
        parameters={"payment": str(payment_id), "people": sorted(map(str, people))},
        at=caller.at,
    )  # fmt: skip
