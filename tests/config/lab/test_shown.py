"""Tables and pictures as a notebook shows them."""

from config.lab.shown import Drawing, Table


def test_ids_are_shown_by_name_and_kept_as_they_are() -> None:
    table = Table(
        columns=["ring", "otherIds", "accountId", "sum", "isOut", "since"],
        kinds=["ids", "ids", "id", "decimal", "bool", "moment"],
        rows=[[["1", "2"], ["2", "3"], "1", 3200.5, True, "2026-11-28T11:32:06.000Z"]],
        names={"1": "kai CNY", "2": "lin CNY"},
    )

    assert table.shown == [
        ["kai CNY → lin CNY", "lin CNY, 3", "kai CNY", "3,200.5", "yes", "2026-11-28 11:32:06"]
    ]
    assert table.column("ring") == [["1", "2"]]
    assert table.records[0]["accountId"] == "1"


def test_a_table_as_text() -> None:
    table = Table(columns=["kind", "count"], rows=[["Person", 1200], ["Loan", None]], more=True)

    assert repr(table) == "kind    count\nPerson  1,200\nLoan\n(2 rows, and there are more)"


def test_a_table_without_rows_says_none() -> None:
    assert repr(Table(columns=["a"], rows=[])) == "a\n(none)"


def test_a_long_table_says_what_it_leaves_out() -> None:
    table = Table(columns=["n"], rows=[[n] for n in range(60)])

    assert repr(table).endswith("\n49\n(60 rows, 10 of them not shown)")
    assert len(table) == 60


def test_a_name_is_no_markup() -> None:
    table = Table(columns=["who"], rows=[["<script>"]])

    assert "<td>&lt;script&gt;</td>" in table._repr_html_()


def test_a_picture_stands_in_a_frame_that_may_only_run_its_own_scripts() -> None:
    drawing = Drawing('<p title="x">', nodes=1200, edges=1)

    assert repr(drawing) == "picture of 1,200 nodes and 1 kinds of edges between them"
    assert '<iframe sandbox="allow-scripts" srcdoc="&lt;p title=&quot;x&quot;&gt;"' in (
        drawing._repr_html_()
    )
