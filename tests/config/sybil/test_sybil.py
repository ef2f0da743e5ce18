"""Attacks by fake accounts: what is read and computed, and one attack on the service itself."""

import gzip
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from config.sybil.attack import Attack
from config.sybil.honest import DataMissing, Network, read_network
from config.sybil.picture import NAMESPACE, WIDTH, Panel, draw
from config.sybil.rules import average_ratings, count_friends, lost_by_rules
from tests.instances import ROOT

ADVOGATO = """source_id,target_id,trust_value
1,1,1
1,2,.8
2,3,1
3,2,.6
9,8,1
"""
# Everybody gets 1,000 fen from each of the two others.
TRIANGLE = Network("triangle", {(a, b): 1_000 for a in "abc" for b in "abc" if a != b})


def write_advogato(folder: Path, text: str = ADVOGATO) -> None:
    (folder / "advogato").mkdir()
    (folder / "advogato" / "advogato_80.csv.gz").write_bytes(gzip.compress(text.encode()))


def test_levels_become_lines_and_nobody_stands_behind_themselves(tmp_path: Path) -> None:
    write_advogato(tmp_path)

    network = read_network("advogato", tmp_path)

    assert network.lines == {
        ("1", "2"): 8_000, ("2", "3"): 10_000, ("3", "2"): 6_000, ("9", "8"): 10_000,
    }  # fmt: skip
    assert network.people == ["2", "3", "8", "1", "9"]
    assert network.backers("2") == ["1", "3"]


def test_a_neighbourhood_is_around_whom_most_trust(tmp_path: Path) -> None:
    write_advogato(tmp_path)
    network = read_network("advogato", tmp_path)

    assert network.around(people=2).lines == {("1", "2"): 8_000}
    assert set(network.around(people=99).people) == {"1", "2", "3"}


def test_only_ratings_above_nothing_are_lines(tmp_path: Path) -> None:
    (tmp_path / "bitcoin-otc").mkdir()
    file = tmp_path / "bitcoin-otc" / "dev_network_without_label_givers.csv.gz"
    file.write_bytes(gzip.compress(b"6,2,4,12.5\n2,6,-10,13\n"))

    assert read_network("bitcoin-otc", tmp_path).lines == {("6", "2"): 4_000}


def test_a_network_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match=r"There is no .*advogato_80\.csv\.gz"):
        read_network("advogato", tmp_path)


def test_the_law_can_be_broken() -> None:
    held = Attack("n", accounts=9, edges=1, carried=100, granted=100, lost=100, burned=100)
    held.pocketed = 100
    broken = Attack("n", accounts=9, edges=1, carried=100, granted=101, lost=101, burned=101)
    broken.pocketed = 101
    hidden = Attack("n", accounts=9, edges=1, carried=100, granted=90, lost=90, burned=80)
    hidden.pocketed = 90

    for attack in (held, broken, hidden):
        attack.check()

    assert held.problems == []
    assert broken.problems == ["101 fen are lost behind lines that carry 100"]
    assert hidden.problems == [
        "granted 90, in default 90, burned on the attack edges 80, in the attackers' wallets 90"
    ]


def test_other_rules_give_more_the_more_accounts_there_are() -> None:
    few = lost_by_rules(TRIANGLE, accounts=5, victims={"a": 500})
    many = lost_by_rules(TRIANGLE, accounts=50, victims={"a": 500})

    # Honest people share 6,000 fen by any rule. Five fake accounts have four friends each, and the
    # first one a fifth; the honest have two each, and the victim three: 6,000 * 21 / 7.
    assert few["friend count"] == 18_000
    # Means are 1,000 for everybody but the first account, whom the victim rates 500 and four 1,000.
    assert few["mean rating"] == 2_000 * 4.9
    assert all(many[name] > 5 * few[name] for name in ("friend count", "mean rating"))
    assert many["PageRank"] > few["PageRank"] > 500


def test_friends_are_counted_once_and_means_are_of_what_is_received() -> None:
    lines = {("a", "b"): 10, ("b", "a"): 20, ("c", "b"): 30}

    assert count_friends(lines) == {"a": 1, "b": 2, "c": 1}
    assert average_ratings(lines) == {"b": 20, "a": 20}


def picture_of(*titles: str) -> Element:
    curves = {name: [(10.0, 50.0), (100.0, 5_000_000.0)] for name in ("one", "two", "three")}
    panels = [
        Panel(title, 4, curves, attacks=[(10, 40.0), (80, 220.0)], laws=[(1, 40.0), (4, 220.0)])
        for title in titles
    ]
    return ElementTree.fromstring(draw(panels))


def parts(root: Element, tag: str) -> list[dict[str, str]]:
    return [each.attrib for each in root.iter(f"{{{NAMESPACE}}}{tag}")]


def test_the_picture_shows_what_was_measured_on_the_lines_that_bound_it() -> None:
    root = picture_of("net")

    laws = [line["y1"] for line in parts(root, "line") if "dasharray" in line["style"]]
    # The first dot explains the others.
    assert [dot["cy"] for dot in parts(root, "circle")][1:] == laws
    assert len(parts(root, "polyline")) == 3
    texts = {each.text for each in root.iter(f"{{{NAMESPACE}}}text")}
    assert {"1 honest line: 40 yuan", "4 honest lines: 220 yuan", "10,000,000"} <= texts


def test_no_word_of_the_picture_is_cut_off_or_lies_in_a_curve() -> None:
    root = picture_of("net", "other")

    # A figure or letter of 12 px is some 7 px wide.
    texts = list(root.iter(f"{{{NAMESPACE}}}text"))
    for each in texts:
        width, x = 7 * len(each.text or ""), float(each.attrib["x"])
        start = {"end": x - width, "middle": x - width / 2}.get(each.attrib["text-anchor"], x)
        assert 0 <= start <= start + width <= WIDTH
    curves = [float(y.split(",")[1]) for line in parts(root, "polyline")
              for y in line["points"].split()]  # fmt: skip
    names = [each for each in texts if each.text == "one"]
    assert all(float(name.attrib["y"]) < min(curves) for name in names)


@pytest.mark.long
@pytest.mark.timeout(280)
def test_a_small_attack_takes_no_more_than_its_honest_lines_carry(tmp_path: Path) -> None:
    """Three people stand behind 1, whom the attackers fool, so there are four lenders to ask."""
    write_advogato(
        tmp_path,
        "source_id,target_id,trust_value\n2,1,1\n3,1,1\n4,1,.6\n1,2,1\n2,3,1\n",
    )
    picture = tmp_path / "sybil.svg"

    done = subprocess.run(
        [sys.executable, "-m", "config.sybil", "--data", str(tmp_path), "--network", "advogato",
         "--attack", "1:6", "--picture", str(picture)],
        cwd=ROOT, env=os.environ | {"KITH_DATA": str(tmp_path)}, capture_output=True, text=True,
        timeout=270, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert "40.00 of 40.00 yuan are lost" in done.stdout
    assert "✓ No attack took more than its honest lines carry" in done.stdout
    # One attack, and the dot that explains it.
    assert picture.read_text().count("<circle") == 2


def test_an_attack_that_makes_no_sense_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config.sybil", "--attack", "5:4"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert "invalid attack LINES:ACCOUNTS" in done.stderr
