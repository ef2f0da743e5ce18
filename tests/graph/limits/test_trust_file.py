"""Files of trust lines, as other programs write them."""

from io import StringIO

import pytest

from graph.limits.trust_file import UnreadableFile, read_rows, read_trust_file


def read(text: str) -> list[tuple[str, str, int]]:
    """Return the lines of a file that has no bad ones."""
    file = read_trust_file(StringIO(text, newline=""))
    assert file.bad == []
    return [(line.giver, line.receiver, line.capacity) for line in file.lines]


@pytest.mark.parametrize(
    "text",
    [
        "from,to,capacity\r\n17,ann,30\r\n",
        "from,to,capacity\r17,ann,30\r",
        "From, TO ,Capacity\n 17 ,ann\t, 30 \n",
        '"from","to","capacity"\n"17","ann","30"\n',
        '"from", "to", "capacity"\n"17", "ann", "30"\n',
        "note,capacity,to,from\n,30,ann,17\n",
        "\n\nfrom,to,capacity\n\n17,ann,30\n  \n,,\n\n",
        "from,to,capacity\n17,ann,0030",
    ],
)
def test_a_line_is_read_however_it_was_written(text: str) -> None:
    assert read(text) == [("17", "ann", 30)]


def test_what_stands_in_quotes_is_one_name() -> None:
    assert read('from,to,capacity\n"Ann, of Oak",say "hi",5\n') == [("Ann, of Oak", 'say "hi"', 5)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "line 1: the column from is not there; the header must name from, to, capacity."),
        ("\n\n17,ann,30\n", "line 3: the column from is not there; "),
        ('from,to,capacity\n"17,ann,30\n', "line 2: unexpected end of data."),
        ("from;to;capacity\n17;ann;30\n", "line 1: the column from is not there; "),
    ],
)
def test_a_file_that_cannot_be_read_says_where(text: str, why: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_trust_file(StringIO(text, newline=""))

    assert str(refused.value).startswith(why)


def test_rows_keep_the_numbers_of_their_lines() -> None:
    rows = list(read_rows(StringIO("b,a\n\n1,2\n,\n3\n"), ("a", "b")))

    assert rows == [(3, ["2", "1"]), (5, "1 values under 2 columns.")]
