"""The judge of histories accepts good ones and refuses each way of being wrong."""

import gzip
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from wallet.ledger.history.edn import NotEdn, read_all

Operation = dict[str, Any]


def check(path: Path, *options: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("check_history", str(path), *options, stdout=out)
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue().strip()


def judge(folder: Path, text: str, *options: str) -> tuple[int, str]:
    path = folder / "history"
    path.write_text(text, encoding="utf-8")
    return check(path, *options)


def read(*balances: int, process: int = 0) -> list[Operation]:
    shown = {str(account): balance for account, balance in enumerate(balances)}
    return [
        {"type": "invoke", "f": "read", "process": process},
        {"type": "ok", "f": "read", "process": process, "value": shown},
    ]


def transfer(end: str, source: int, target: int, amount: int, process: int = 1) -> list[Operation]:
    value = {"from": source, "to": target, "amount": amount}
    return [
        {"type": kind, "f": "transfer", "process": process, "value": value}
        for kind in ("invoke", end)
    ]


def history(*parts: list[Operation]) -> str:
    return json.dumps([operation for part in parts for operation in part])


@pytest.mark.data
def test_the_recorded_history_is_accepted(data: Callable[[str], Path]) -> None:
    assert check(data("jepsen-bank/bank.json")) == (
        0, "No contradiction: 680 operations, 168 good reads, 53 transfers.",
    )  # fmt: skip


JSON_LINES = "\n".join(
    json.dumps(one) for one in [*read(7, 3), *transfer("ok", 0, 1, 2), *read(5, 5)]
)
EDN_LINES = """\
; a comment
{:type :invoke, :f :read, :value nil, :process 0, :time 11142323154, :index 0}
{:type :ok, :f :read, :value {0 7, 1 3}, :process 0, :index 1}
{:type :info, :f :start-partition, :process :nemesis, :value [:isolated {"n1" #{"n2" "n3"}}]}
#jepsen.Op{:index 2, :type :invoke, :process 1, :f :transfer, :value {:from 0 :to 1 :amount 2N}}
#jepsen.Op{:index 3, :type :ok, :process 1, :f :transfer, :value {:from 0, :to 1, :amount 2}}
{:type :ok :f :read :process 0 :at #inst "2026-01-02T03:04:05Z" :value #_ [0] {0 5 1 5}}
{:type :fail, :f :read, :process 2, :error [:timed-out "say \\"no\\""], :value {0 1}}
{:type :info, :f :read, :process 2, :exception {:via [{:at [a.b.C$fn__1 <init> "C.java" 73]}]}}
"""


@pytest.mark.parametrize(
    "text",
    [
        JSON_LINES,
        f"[{JSON_LINES.replace(chr(10), ',')}]",
        EDN_LINES,
        f"[{EDN_LINES}]",
        f"({EDN_LINES})",
        EDN_LINES.replace(":f :read", ":f :bank/read"),
        EDN_LINES.replace("2N", "2") + "\n\n; the end",
        EDN_LINES.replace("{0 7, 1 3}", "[7 3]").replace("{0 5 1 5}", "[[0 5] [1 5]]"),
        EDN_LINES.replace("{0 7, 1 3}", '{"0" 7, "1" 3}'),
        EDN_LINES.replace("{0 7, 1 3}", "#bank/balances{:0 7, :1 3}"),
        EDN_LINES.replace("{0 7, 1 3}", "#:acct{0 7, 1 3}"),
        EDN_LINES.replace("{:from 0, :to 1, :amount 2}", "[0 1 2]"),
        "\ufeff" + EDN_LINES,
        EDN_LINES.replace("\n", "\r\n"),
    ],
)
def test_each_form_is_read(tmp_path: Path, text: str) -> None:
    code, said = judge(tmp_path, text)

    assert (code, said.split(",", 1)[1]) == (0, " 2 good reads, 1 transfers.")


@pytest.mark.parametrize(
    ("found", "wrong", "sentence"),
    [
        ("{0 5 1 5}", "{0 5 1 6}", "sums to 11, but that of operation 1 sums to 10."),
        ("{0 5 1 5}", "{0 11 1 -1}", "shows -1 on account 1, below the floor of 0."),
        ("{0 5 1 5}", "{0 10}", "misses account 1, which that of operation 1 shows."),
        ("{0 5 1 5}", "{0 5 1 5 2 0}", "shows account 2, which that of operation 1 does not."),
        ("{0 5 1 5}", "{0 5 1 nil}", "shows no balance of account 1."),
        ("{0 5 1 5}", "{0 5 1 5 0 5}", "shows account 0 twice."),
        ("{0 5 1 5}", "[[0 5] [1 5] [0 5]]", "shows account 0 twice."),
        ("{0 5 1 5}", "{0 5 1 5M}", "shows 5.0 on account 1, which is no whole number."),
        ("{0 5 1 5}", "7", "shows 7, neither a map nor a list."),
        ("{0 5 1 5}", "nil", "succeeded but shows no balance."),
        ("{0 5 1 5}", "{}", "succeeded but shows no balance."),
        (":index 3, :type :ok", ":index 3, :type :fail",
         "shows the money of the transfer of operation 2, which failed."),
    ],
)  # fmt: skip
def test_each_contradiction_is_told_in_a_sentence(
    tmp_path: Path, found: str, wrong: str, sentence: str
) -> None:
    assert found in EDN_LINES

    assert judge(tmp_path, EDN_LINES.replace(found, wrong)) == (
        1, f"The read of operation 5 {sentence}",
    )  # fmt: skip


def test_only_the_first_contradiction_is_told(tmp_path: Path) -> None:
    text = history(read(5, 5), read(6, 5), read(-1, 11))

    assert judge(tmp_path, text) == (
        1, "The read of operation 3 sums to 11, but that of operation 1 sums to 10.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "code"),
    [((), 1), (("--negative-balances",), 0), (("--floor", "-5"), 0), (("--floor", "-4"), 1),
     (("--negative-balances", "--total", "10"), 0), (("--negative-balances", "--total", "9"), 1)],
)  # fmt: skip
def test_a_bank_may_promise_something_else(
    tmp_path: Path, options: tuple[str, ...], code: int
) -> None:
    assert judge(tmp_path, history(read(15, -5)), *options)[0] == code


@pytest.mark.parametrize(
    "parts",
    [
        # Read before, after and during a transfer that succeeds or of which nobody knows.
        [read(10, 0), transfer("ok", 0, 1, 4), read(6, 4)],
        [read(10, 0), transfer("info", 0, 1, 4), read(6, 4), read(10, 0)],
        [read(10, 0), transfer("ok", 0, 1, 4)[:1], read(6, 4), read(10, 0)],
        # An old state may be read.
        [read(10, 0), transfer("ok", 0, 1, 4), read(10, 0), read(6, 4)],
        # What failed was not seen.
        [read(10, 0), transfer("fail", 0, 1, 4), read(10, 0)],
        # Under way during the first read.
        [transfer("ok", 0, 1, 4)[:1], read(6, 4), transfer("ok", 0, 1, 4)[1:], read(6, 4)],
        [transfer("ok", 0, 1, 4)[:1], read(10, 0), transfer("ok", 0, 1, 4)[1:], read(6, 4)],
        # Two at once, seen in the other order.
        [read(10, 0, 0), transfer("ok", 0, 1, 4)[:1], transfer("ok", 0, 2, 1, 2)[:1],
         read(9, 0, 1)[:1], transfer("ok", 0, 1, 4)[1:], transfer("ok", 0, 2, 1, 2)[1:],
         transfer("fail", 1, 0, 4), read(9, 0, 1)[1:]],
        # The same money moved again, well this time.
        [read(10, 0), transfer("fail", 0, 1, 4), transfer("ok", 0, 1, 4), read(6, 4)],
    ],
)  # fmt: skip
def test_a_history_that_can_have_been_is_accepted(
    tmp_path: Path, parts: list[list[Operation]]
) -> None:
    assert judge(tmp_path, history(*parts))[0] == 0


@pytest.mark.parametrize(
    "parts",
    [
        [read(10, 0), transfer("fail", 0, 1, 4), read(6, 4)],
        [read(10, 0), transfer("ok", 0, 1, 1), transfer("fail", 0, 1, 4), read(5, 5)],
        [transfer("fail", 0, 1, 4), read(10, 0), read(6, 4)],
        [read(10, 0), transfer("info", 0, 1, 1, 7), transfer("fail", 0, 1, 4), read(5, 5)],
    ],
)
def test_the_money_of_a_failed_transfer_must_not_be_seen(
    tmp_path: Path, parts: list[list[Operation]]
) -> None:
    code, sentence = judge(tmp_path, history(*parts))

    assert code == 1
    assert sentence.endswith(", which failed.")


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "hello", "{", "[1, 2]", '{"type": "ok"', "{:type :ok :f :read :value {0}}",
        "{:type :maybe :f :read}", '{"f": "read"}', "{:type :ok :f :start}", "[" * 5000, "\x00",
        '{"type": "ok", "f": "read", "value": {"0": 1}}\n{"type": "ok", "f": "re',
    ],
)  # fmt: skip
def test_what_cannot_be_read_ends_with_2(tmp_path: Path, text: str) -> None:
    code, sentence = judge(tmp_path, text)

    assert (code, "is no history: " in sentence) == (2, True)


def test_a_json_map_that_says_a_thing_twice_is_a_contradiction(tmp_path: Path) -> None:
    text = JSON_LINES.replace('"1": 5', '"1": 5, "0": 5')
    assert text != JSON_LINES

    for form in (text, f"[{text.replace(chr(10), ',')}]"):
        assert judge(tmp_path, form) == (1, "The read of operation 5 shows account 0 twice.")


def test_a_packed_file_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "good.gz").write_bytes(gzip.compress(EDN_LINES.encode()))
    (tmp_path / "short.gz").write_bytes(gzip.compress(EDN_LINES.encode())[:-20])

    assert [check(tmp_path / name)[0] for name in ("good.gz", "short.gz")] == [0, 2]


def test_a_process_that_began_nothing_here_may_end_something(tmp_path: Path) -> None:
    """A history may begin in the middle, or leave out all beginnings."""
    ends = [operation for operation in [*read(5, 5), *read(5, 5)] if operation["type"] == "ok"]

    assert judge(tmp_path, json.dumps([*ends, *read(5, 5)]))[0] == 0


def test_a_file_that_is_not_there_or_no_text_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\xfa")

    assert [check(tmp_path / name)[0] for name in ("none", "bytes", ".")] == [2, 2, 2]


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("nil true false", [None, True, False]),
        ("1 -2 +3 4N 0.5 1e3 2.5M", [1, -2, 3, 4, 0.5, 1000.0, 2.5]),
        (":a/b sym \\a \\newline \"x\\ty\\u0041\"", ["a/b", "sym", "a", "newline", "x\tyA"]),
        ("[1 (2 #{3})] {[1 2] {:a 1}}", [[1, [2, [3]]], {(1, 2): {"a": 1}}]),
        ("#_1 2 [#_ #_ 1 2 3] ^:meta [4] ; end", [2, [3], [4]]),
        ("#inst \"2026\" #my/tag {:a #other 1} #:n{:b 2}", ["2026", {"a": 1}, {"b": 2}]),
        ("{nil 1, \"k\" 2,,, :c 3}", [{None: 1, "k": 2, "c": 3}]),
    ],
)  # fmt: skip
def test_edn_is_read(text: str, forms: list[Any]) -> None:
    assert list(read_all(text)) == forms


@pytest.mark.parametrize("text", ["(", "]", "{1}", '"open', "1x", ":", "#", "#_", "[1 2}"])
def test_what_is_no_edn_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(NotEdn, match=r"^line 2: "):
        list(read_all(f"ok\n{text}"))
