import csv
import uuid
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from config.demo import people as bulk
from config.demo.people import BATCH
from graph.people.events import PERSON
from graph.people.models import Person, Tier, Token
from graph.people.selectors import find_identity
from graph.people.services import create_person, digest_token, grant_role
from graph.projection.checking import compare_all
from outbox.delivery import deliver_due
from tests.people import account


def fresh_prefix() -> str:
    return f"bulk{uuid.uuid4().hex[:8]}"


def make(out: Path, prefix: str, *more: str, count: int = 3, funds: int = 5_000) -> None:
    call_command(
        "make_people", "--count", str(count), "--prefix", prefix, "--funds", str(funds),
        "--out", str(out), *more, stdout=StringIO(),
    )  # fmt: skip


def read(out: Path) -> list[dict[str, str]]:
    with open(out, newline="") as file:
        return list(csv.DictReader(file))


def made_with(prefix: str) -> int:
    return Person.objects.filter(username__startswith=prefix).count()


def test_people_get_a_name_a_token_and_money(tmp_path, now):
    out, prefix = tmp_path / "people.csv", fresh_prefix()

    make(out, prefix)

    rows = read(out)
    assert out.read_text().splitlines()[0] == "username,person,token"
    assert [row["username"] for row in rows] == [f"{prefix}-00000{n}" for n in (1, 2, 3)]
    for row in rows:
        person = Person.objects.get(username=row["username"])
        identity = find_identity(digest=digest_token(row["token"]), at=now)
        assert str(person.id) == row["person"]
        assert identity is not None
        assert identity.person_id == person.id
        assert (person.tier, person.has_usable_password()) == ("verified", False)
        assert account(person.id, at=now).balance == 5_000


def test_only_the_owner_may_read_the_tokens(tmp_path):
    out = tmp_path / "people.csv"

    make(out, fresh_prefix())

    assert out.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [out]


def test_more_people_than_a_batch_holds_all_get_their_money(tmp_path, now):
    out, prefix = tmp_path / "people.csv", fresh_prefix()

    make(out, prefix, count=BATCH + 1, funds=7)

    rows = read(out)
    assert len(rows) == BATCH + 1
    assert len({row["token"] for row in rows}) == BATCH + 1
    assert {account(UUID(row["person"]), at=now).balance for row in rows} == {7}


def test_people_in_bulk_reach_the_graph_as_others_do(tmp_path, now):
    out = tmp_path / "people.csv"

    make(out, fresh_prefix())
    deliver_due("graph", clock=lambda: datetime.now(UTC))

    people = {row["person"] for row in read(out)}
    differences = compare_all(kind=PERSON, most=10_000)
    assert [line for line in differences if people & set(line.split())] == []


def test_the_tier_can_be_chosen(tmp_path):
    prefix = fresh_prefix()

    make(tmp_path / "people.csv", prefix, "--tier", "basic")

    tiers = Person.objects.filter(username__startswith=prefix).values_list("tier", flat=True)
    assert set(tiers) == {Tier.BASIC}


def test_without_funds_an_account_is_there_and_empty(tmp_path, now):
    out = tmp_path / "people.csv"

    make(out, fresh_prefix(), count=1, funds=0)

    assert account(UUID(read(out)[0]["person"]), at=now).version == 0


def test_a_prefix_in_use_is_refused_before_anything_is_written(tmp_path, now):
    prefix = fresh_prefix()
    create_person(
        username=f"{prefix.upper()}-000777", password="a long pass phrase", name="Ann", at=now
    )
    tokens = Token.objects.count()

    with pytest.raises(CommandError, match=f"called {prefix.upper()}-000777 already"):
        make(tmp_path / "people.csv", prefix)

    assert made_with(prefix) == 0
    assert Token.objects.count() == tokens
    assert list(tmp_path.iterdir()) == []


def test_a_prefix_that_only_begins_alike_is_free(tmp_path, now):
    prefix = fresh_prefix()
    create_person(username=f"{prefix}-ann", password="a long pass phrase", name="Ann", at=now)

    make(tmp_path / "people.csv", prefix)

    assert made_with(f"{prefix}-0") == 3


def test_when_a_batch_fails_nobody_is_made(tmp_path, monkeypatch):
    prefix, fund, calls = fresh_prefix(), bulk._fund, []

    def fail_at_the_second(person_ids, funds, at):
        calls.append(len(person_ids))
        if len(calls) == 2:
            raise OSError("the plug was pulled")
        fund(person_ids, funds, at)

    monkeypatch.setattr(bulk, "_fund", fail_at_the_second)

    with pytest.raises(OSError, match="the plug was pulled"):
        make(tmp_path / "people.csv", prefix, count=BATCH + 1)

    assert calls == [BATCH, 1]
    assert made_with(prefix) == 0
    assert list(tmp_path.iterdir()) == []


def test_outside_development_it_has_to_be_forced(tmp_path, monkeypatch):
    prefix = fresh_prefix()
    monkeypatch.setenv("KITH_ENV", "production")

    with pytest.raises(CommandError, match="This is production, not development"):
        make(tmp_path / "people.csv", prefix)
    assert made_with(prefix) == 0

    make(tmp_path / "people.csv", prefix, "--force")
    assert made_with(prefix) == 3


def test_a_file_that_cannot_be_written_is_noticed_first(tmp_path):
    prefix = fresh_prefix()

    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        make(tmp_path / "missing" / "people.csv", prefix)

    assert made_with(prefix) == 0


@pytest.mark.parametrize(
    ("option", "value"),
    [("--count", "0"), ("--count", "many"), ("--funds", "-1"), ("--prefix", "a b"),
     ("--prefix", "p" * 26), ("--tier", "royal")],
)  # fmt: skip
def test_a_wrong_option_is_named(tmp_path, option, value):
    arguments = {
        "--count": "1", "--prefix": fresh_prefix(), "--funds": "1",
        "--out": str(tmp_path / "people.csv"), option: value,
    }  # fmt: skip

    with pytest.raises(CommandError, match=f"argument {option}: invalid"):
        call_command("make_people", *(word for pair in arguments.items() for word in pair))

    assert list(tmp_path.iterdir()) == []


def test_a_role_is_granted_once(now):
    name = f"ann{uuid.uuid4().hex[:8]}"
    create_person(username=name, password="a long pass phrase", name="Ann", at=now)
    grant_role(username=name, role="staff")
    out = StringIO()

    call_command("grant_role", name.upper(), "risk", stdout=out)
    call_command("grant_role", name, "risk", stdout=out)

    assert Person.objects.get(username=name).roles == ["risk", "staff"]
    assert out.getvalue() == f"{name}: risk, staff\n" * 2


def test_a_role_is_taken_back(now):
    name = f"ann{uuid.uuid4().hex[:8]}"
    create_person(username=name, password="a long pass phrase", name="Ann", at=now)
    grant_role(username=name, role="staff")
    grant_role(username=name, role="risk")
    out = StringIO()

    call_command("grant_role", name, "risk", "--revoke", stdout=out)
    call_command("grant_role", name, "staff", "--revoke", stdout=out)
    call_command("grant_role", name, "staff", "--revoke", stdout=out)

    assert Person.objects.get(username=name).roles == []
    assert out.getvalue() == f"{name}: staff\n" + f"{name}: no role\n" * 2


def test_a_role_for_nobody_is_refused():
    with pytest.raises(CommandError, match="There is no person called nobody-at-all"):
        call_command("grant_role", "nobody-at-all", "risk")


def test_only_known_roles_can_be_granted(now):
    name = f"ann{uuid.uuid4().hex[:8]}"
    create_person(username=name, password="a long pass phrase", name="Ann", at=now)

    with pytest.raises(CommandError, match="argument role: invalid choice"):
        call_command("grant_role", name, "emperor")

    assert Person.objects.get(username=name).roles == []
