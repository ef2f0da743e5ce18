"""Disputes of somebody of the staff, who is a side of them like anybody else."""

from datetime import datetime

import pytest

from graph.people.models import Person
from graph.people.services import grant_role
from tests.calls import call
from tests.wallet.disputes.cases import Case
from wallet.disputes.errors import SomebodyElse


def test_a_side_that_is_of_the_staff_does_not_see_the_staffs_steps(now: datetime) -> None:
    case = Case(at=now)
    case.act(case.one, "propose", outcome="reject")
    for person in (case.payer, case.payee):
        grant_role(username=Person.objects.get(id=person).username, role="staff")

        with pytest.raises(SomebodyElse):
            call(person, "dispute.review", at=now, dispute=case.id)
        found = call(person, "dispute.find", at=now)["disputes"]
        assert str(case.id) not in [one["id"] for one in found]
        assert call(person, "dispute.get", at=now, dispute=case.id)["dispute"] == case.shown

    found = call(case.other, "dispute.find", at=now)["disputes"]
    assert str(case.id) in [one["id"] for one in found]
