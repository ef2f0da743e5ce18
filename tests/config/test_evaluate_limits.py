import gzip
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

RATINGS = """source,target,rating,time
x,e,5,1.25
e,a,3,2
a,b,7,3
s,f,10,4.5
g,b,1,5
"""
LABELS = "user,label\nb,1\nf,-1\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "ratings.csv").write_text(RATINGS)
    (tmp_path / "labels.csv").write_text(LABELS)
    (tmp_path / "givers.txt").write_text("g\n")
    return tmp_path


def run(files: Path, *more: str) -> str:
    out = StringIO()
    call_command(
        "evaluate_limits", "--ratings", str(files / "ratings.csv"),
        "--labels", str(files / "labels.csv"), "--label-givers", str(files / "givers.txt"),
        *more, stdout=out,
    )  # fmt: skip
    return out.getvalue()


def refusal(files: Path, name: str, text: str | bytes) -> str:
    content = text.encode() if isinstance(text, str) else text
    (files / name).write_bytes(content)
    with pytest.raises(CommandError) as refused:
        run(files)
    assert refused.value.returncode == 1
    return str(refused.value).removeprefix(str(files / name))


def test_json_is_all_that_is_printed(files: Path) -> None:
    rules = json.loads(run(files, "--json"))["rules"]

    assert [rule["rule"] for rule in rules] == ["limit", "mean_rating", "friend_count", "pagerank"]
    assert rules[0] == {
        "rule": "limit", "judged": 2, "auc": 1.0, "average_precision": 1.0, "credit_good": 6.0,
        "credit_fraud": 0.0, "rated": 2, "auc_rated": 1.0,
    }  # fmt: skip
    assert rules[1]["credit_fraud"] == pytest.approx(6 * 10 / 17, abs=1e-6)


def test_without_json_a_table_is_printed(files: Path) -> None:
    lines = run(files).splitlines()

    assert lines[0] == (
        "5 ratings; 1 good people and 1 frauds, of whom 2 had a rating before anybody flagged them."
    )
    assert [cell.strip() for cell in lines[4].split("│")[1:-1]] == [
        "limit", "2", "1.000", "1.000", "1.000", "6.0", "0.0",
    ]  # fmt: skip


def test_ratings_may_be_packed_have_no_header_or_other_columns(files: Path) -> None:
    expected = run(files, "--json")
    bare = RATINGS.partition("\n")[2]
    turned = "Time,rating,source,target,note\n1.25,5,x,e,\n2,3,e,a,\n3,7,a,b,\n4.5,10,s,f,\n"
    for content in (bare.encode(), gzip.compress(bare.encode()), turned.encode()):
        (files / "ratings.csv").write_bytes(content)
        assert run(files, "--json") == expected


def test_a_line_that_is_not_a_rating_is_named(files: Path) -> None:
    bad = {
        RATINGS + "a,b,x,1\n": ", line 7: the rating is a number, not 'x'.",
        RATINGS + "a,b,1,nan\n": ", line 7: the time is a number, not 'nan'.",
        RATINGS + "\n,b,1,1\n": ", line 8: the source is empty.",
        RATINGS + "a,b,1\n": ", line 7: 4 columns are wanted, not 3.",
        "from,to,amount\n": ", line 1: the columns source,target,rating,time are wanted.",
        "source,target,rating,time\n": " has no ratings.",
        b"\xff\xfe": " is not text in UTF-8.",
        gzip.compress(RATINGS.encode())[:40]: " is not whole as a gzip file: ",
        # The last byte of the header, and the first of what was packed.
        gzip.compress(RATINGS.encode())[:9] + b"\x03" + b"\xff" * 40: " is not whole as a gzip",
        RATINGS + "x" * 140_000 + ",b,1,1\n": ", line 7: field larger than field limit",
    }
    for content, message in bad.items():
        assert refusal(files, "ratings.csv", content).startswith(message)


def test_files_may_come_from_a_spreadsheet(files: Path) -> None:
    expected = run(files, "--json")
    (files / "labels.csv").write_bytes(
        b'\xef\xbb\xbf"user", "label"\r\n"b", "1"\r\n"f", "-1"\r\n,\r\n'
    )
    (files / "givers.txt").write_bytes(b'\xef\xbb\xbf"g"\r\n\r\n')

    assert run(files, "--json") == expected


def test_a_line_that_is_not_a_label_is_named(files: Path) -> None:
    bad = {
        LABELS + "x,0\n": ", line 4: the label is 1 (good) or -1 (fraud), not '0'.",
        LABELS + "b,-1\n": ", line 4: b has another label further up.",
        "": " has no labels.",
    }
    for content, message in bad.items():
        assert refusal(files, "labels.csv", content) == message


def test_givers_stand_one_a_line_and_a_missing_file_is_said(files: Path) -> None:
    message = ", line 2: one id a line is wanted, not 'h,i'."
    assert refusal(files, "givers.txt", "g\nh,i\n") == message
    (files / "givers.txt").unlink()
    with pytest.raises(CommandError, match="cannot be read: No such file or directory"):
        run(files)
