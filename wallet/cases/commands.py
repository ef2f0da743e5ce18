"""Wire commands about cases; only for people with the role `risk`."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, JsonValue

from commands.errors import Forbidden
from commands.frames import Command, Download, Id, Moment, PageSize, Result, ShortText, Text
from commands.registry import Caller, handles
from graph.database import GraphUnavailable
from graph.people.errors import PersonNotFound
from graph.people.selectors import get_person, require_role
from graph.risk.answers import answer, get_question
from graph.risk.commands import FAMILY, RISK
from graph.risk.errors import TookTooLong, UnknownQuestion
from graph.risk.services import record_look
from graph.risk.values import bind
from wallet.accounts.errors import AccountNotFound
from wallet.cases import selectors, services
from wallet.cases.errors import CaseClosed, CaseExists, CaseNeedsSomebodyElse, CaseNotFound
from wallet.cases.export import write_csv, write_json
from wallet.cases.models import Case, Step
from wallet.ledger.models import Account

Note = Annotated[Text, Field(min_length=1, max_length=2000)]
Remark = Annotated[Text, Field(max_length=2000)]


class OpenCase(Command):
    type: Literal["case.open"]
    subject: Annotated[
        ShortText, Field(description="The id of a person or of an account, or a username.")
    ]
    note: Note


class FoundByQuestion(Result):
    """An answer to a question, which is put again and kept with its rows."""

    kind: Literal["query"]
    name: ShortText
    parameters: dict[ShortText, JsonValue] = {}
    text: Remark = ""


class FoundPerson(Result):
    kind: Literal["person"]
    person: Id
    text: Remark = ""


class FoundAccount(Result):
    kind: Literal["account"]
    account: Id
    text: Remark = ""


class FoundText(Result):
    kind: Literal["text"]
    text: Note


Finding = Annotated[
    FoundByQuestion | FoundPerson | FoundAccount | FoundText, Field(discriminator="kind")
]


class AddFinding(Command):
    type: Literal["case.add"]
    case: Id
    finding: Finding | Note


class DecideCase(Command):
    type: Literal["case.decide"]
    case: Id
    decision: services.Verdict
    reason: Note


class ListCases(Command):
    type: Literal["case.list"]
    status: Literal["open", "closed"] | None = None
    subject: Annotated[ShortText | None, Field(description="As in `case.open`.")] = None
    before: Id | None = None
    limit: PageSize = 50


class GetCase(Command):
    type: Literal["case.get"]
    case: Id


class ExportCase(Command):
    type: Literal["case.export"]
    case: Id
    format: Literal["csv", "json"] = "csv"


class CaseShown(Result):
    """A case; `decision` is the last one, null before the first; `frozen` says whether the case
    keeps the subject's money.
    """

    id: Id
    subject: Id
    account: Id | None
    note: str
    status: str
    decision: str | None
    decided_by: Id | None
    frozen: bool
    opened_by: Id
    at: Moment
    closed_at: Moment | None

    @classmethod
    def of(cls, case: Case) -> "CaseShown":
        """Show a case without its history."""
        return cls(
            id=case.id, subject=case.subject_id, account=case.account_id, note=case.note,
            status="open" if case.closed_at is None else "closed",
            decision=case.decision or None, decided_by=case.decided_by_id,
            frozen=case.freeze_id is not None, opened_by=case.opened_by_id, at=case.at,
            closed_at=case.closed_at,
        )  # fmt: skip


class CaseStepShown(Result):
    """What somebody did: `finding` is what was added, as it was then; of a question with its
    columns and rows.
    """

    by: Id
    at: Moment
    action: str
    decision: str | None
    text: str
    finding: dict[str, Any] | None

    @classmethod
    def of(cls, step: Step) -> "CaseStepShown":
        """Show a step."""
        return cls(
            by=step.by_id, at=step.at, action=step.action, decision=step.decision or None,
            text=step.text, finding={"kind": step.kind, **step.content} if step.kind else None,
        )  # fmt: skip


class CaseFile(CaseShown):
    """A case with everything that was done in it, in order."""

    findings: list[CaseStepShown]
    history: list[CaseStepShown]


class OneCase(Result):
    case: CaseFile


class Cases(Result):
    cases: list[CaseShown]
    more: bool


REFUSALS = [Forbidden, CaseNotFound, CaseNeedsSomebodyElse]


def _show(case: Case) -> OneCase:
    steps = [CaseStepShown.of(step) for step in selectors.list_steps(case_id=case.id)]
    findings = [step for step in steps if step.action == "added"]
    shown = {name: getattr(CaseShown.of(case), name) for name in CaseShown.model_fields}
    return OneCase(case=CaseFile(**shown, findings=findings, history=steps))


@handles(
    OpenCase, result=OneCase, family=FAMILY,
    may_refuse=[Forbidden, PersonNotFound, CaseExists, CaseNeedsSomebodyElse],
)  # fmt: skip
def open_case(command: OpenCase, caller: Caller) -> OneCase:
    """Open a case about a person, or about whoever owns an account; needs the role `risk`."""
    require_role(person_id=caller.person, role=RISK)
    case = services.open_case(
        subject=command.subject, note=command.note, person_id=caller.person, at=caller.at
    )
    return _show(case)


def _ask_again(command: AddFinding, caller: Caller) -> Mapping[str, Any]:
    """Return what is to be kept of the finding; Neo4j is asked before anything is locked."""
    require_role(person_id=caller.person, role=RISK)
    finding = command.finding
    if isinstance(finding, FoundPerson):
        return {"person": str(get_person(person_id=finding.person).id)}
    if isinstance(finding, FoundAccount):
        return {"account": str(finding.account), "owner": str(_owner_of(finding.account))}
    if not isinstance(finding, FoundByQuestion):
        return {}
    question = get_question(finding.name, graph="live")
    bind(question, finding.parameters, graph="live")
    record_look(
        person_id=caller.person, question=question.name, parameters=finding.parameters,
        at=caller.at,
    )  # fmt: skip
    found = answer(question, finding.parameters, graph="live")
    return {
        "name": question.name, "question": question.sentence, "parameters": finding.parameters,
        "columns": [column.name for column in question.columns],
        "kinds": [column.kind for column in question.columns], "rows": found.rows,
        "more": found.more,
    }  # fmt: skip


def _owner_of(account_id: UUID) -> UUID:
    owner = Account.objects.filter(id=account_id).values_list("owner_id", flat=True).first()
    if owner is None:
        raise AccountNotFound()
    return owner


@handles(
    AddFinding, result=OneCase, family=FAMILY, prepare=_ask_again,
    may_refuse=[
        *REFUSALS, CaseClosed, PersonNotFound, AccountNotFound, UnknownQuestion, TookTooLong,
        GraphUnavailable,
    ],
)  # fmt: skip
def add_finding(command: AddFinding, caller: Caller, content: Mapping[str, Any]) -> OneCase:
    """Keep a finding in a case: a text, a person, an account, or the rows of a question; needs the
    role `risk`.
    """
    finding = command.finding
    case = services.add_finding(
        case_id=command.case, kind="text" if isinstance(finding, str) else finding.kind,
        content=content, text=finding if isinstance(finding, str) else finding.text,
        person_id=caller.person, at=caller.at,
    )  # fmt: skip
    return _show(case)


@handles(DecideCase, result=OneCase, family=FAMILY, may_refuse=[*REFUSALS, CaseClosed])
def decide_case(command: DecideCase, caller: Caller) -> OneCase:
    """Decide a case: watch marks the subject, hold and block freeze their money, clear lifts what
    the case froze and ends it; needs the role `risk`.
    """
    require_role(person_id=caller.person, role=RISK)
    case = services.decide(
        case_id=command.case, decision=command.decision, reason=command.reason,
        person_id=caller.person, at=caller.at,
    )  # fmt: skip
    return _show(case)


@handles(ListCases, result=Cases, family=FAMILY, reads=True, may_refuse=[Forbidden, PersonNotFound])
def list_cases(command: ListCases, caller: Caller) -> Cases:
    """List cases, newest first; needs the role `risk`, and whose were seen is written down."""
    require_role(person_id=caller.person, role=RISK)
    page, more = selectors.find_cases(
        is_open=None if command.status is None else command.status == "open",
        subject_id=_subject_of(command.subject), reader=caller.person, before=command.before,
        limit=command.limit,
    )  # fmt: skip
    asked = command.model_dump(mode="json", exclude={"type"}, exclude_none=True)
    record_look(
        person_id=caller.person, question="case.list", at=caller.at,
        parameters=asked | {"subjects": [str(case.subject_id) for case in page]},
    )  # fmt: skip
    return Cases(cases=_show_all(page), more=more)


def _subject_of(text: str | None) -> UUID | None:
    return selectors.get_subject(text=text).person_id if text else None


def _show_all(cases: Sequence[Case]) -> list[CaseShown]:
    return [CaseShown.of(case) for case in cases]


@handles(GetCase, result=OneCase, family=FAMILY, reads=True, may_refuse=REFUSALS)
def get_case(command: GetCase, caller: Caller) -> OneCase:
    """Show a case with its findings, decisions and history; needs the role `risk`."""
    return _show(_look_at(command.case, caller))


def _look_at(case_id: UUID, caller: Caller) -> Case:
    """Return the case, and write down that somebody looks at its subject."""
    require_role(person_id=caller.person, role=RISK)
    case = selectors.access_case(case_id=case_id, person_id=caller.person)
    record_look(
        person_id=caller.person, question="case.get",
        parameters={"case": str(case.id), "subject": str(case.subject_id)}, at=caller.at,
    )  # fmt: skip
    return case


@handles(
    ExportCase, result=Download, family=FAMILY, reads=True, http_only=True, raw="text/csv",
    may_refuse=REFUSALS,
)  # fmt: skip
def export_case(command: ExportCase, caller: Caller) -> Download:
    """Write a case with its history as CSV, or as JSON; needs the role `risk`."""
    shown = _show(_look_at(command.case, caller))
    name = f"kith-case-{command.case}.{command.format}"
    if command.format == "json":
        return Download(name=name, chunks=write_json(shown), kind="application/json")
    return Download(name=name, chunks=write_csv(shown.model_dump(mode="json")["case"]))
