"""docs/ledger.md tells of each result that the ledger can give, and of no other."""

import re
from pathlib import Path

from wallet.ledger.errors import REFUSALS
from wallet.ledger.functions import read_sql
from wallet.limits.functions import read_sql as read_outgoing

TEXT = r"'([a-z]+(?:_[a-z0-9]+)*)'"
DOCS = Path(__file__).parents[3] / "docs" / "ledger.md"


def told() -> dict[str, str]:
    """Return what the tables under "Results" tell of, each with the last cell of its row."""
    section = DOCS.read_text().split("## Results")[1].split("\n## ")[0]
    found = {}
    for row in re.findall(r"^\| (`.*) \|$", section, re.MULTILINE):
        results, *_, last = row.split(" | ")
        for name in re.findall("`([a-z0-9_]+)`", results):
            assert name not in found, name
            found[name] = last
    return found


def given() -> set[str]:
    """Return what post_batch can say, and what limits have it say: texts of more than one word, and
    the two of one.
    """
    texts = re.findall(TEXT, read_sql("compare", "post_batch"))
    judged = re.findall(TEXT, read_outgoing("outgoing"))
    return (
        {text for text in texts if "_" in text}
        | {text for text in judged if text.startswith(("exceeds_", "pin_"))}
        | {"created", "exists"}
    )


def test_each_result_stands_in_the_docs_and_no_other() -> None:
    assert (given() - told().keys(), told().keys() - given()) == (set(), set())


def test_what_a_client_sees_is_what_the_docs_say() -> None:
    codes = {name: last.strip("`") for name, last in told().items() if last.startswith("`")}

    assert codes == {name: refusal.code for name, refusal in REFUSALS.items()}
