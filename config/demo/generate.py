"""Money for a conversation that brings none: every n-th message carries some, drawn by a seed."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Literal

from config.demo.schema import (
    AskLoan,
    CreateSplit,
    Even,
    Exact,
    Line,
    Money,
    RepayLoan,
    SendEnvelope,
    SendTransfer,
    Weighted,
)
from config.demo.script import Script, Trust

# How many others each author stands behind, and how often each act is drawn.
LINES_EACH = 3
WEIGHTS = {"envelope": 35, "split": 25, "transfer": 25, "loan": 15}
# What is drawn with equal chance; what stands there twice is twice as likely.
ENVELOPES: tuple[Literal["random", "equal"], ...] = ("random", "random", "equal")
REPAYMENTS: tuple[Literal["all", "half"], ...] = ("all", "all", "half")
ASKS: tuple[Literal["limit", "half", "above"], ...] = ("limit", "half", "half", "above")
LENDERS: tuple[Literal["grant", "refuse"], ...] = ("grant", "grant", "grant", "refuse")
RECEIVERS: tuple[Literal["accept", "return"], ...] = ("accept", "accept", "return")
WORDS = ("芝麻开门", "open sesame", "4B")
# A loan is repaid when its borrower speaks again, after this many messages.
REPAID_AFTER = 12


def add_money(script: Script, *, every: int, seed: int) -> Script:
    """Return the conversation with money on every n-th message, the same for the same seed."""
    if len(script.authors) < 2:
        return script
    generator = _Generator(script, Random(seed))
    lines = [
        generator.dress(line, place, carries=place % every == every - 1)
        for place, line in enumerate(script.lines)
    ]
    return replace(script, lines=lines, trust=generator.trust)


class _Generator:
    """Draws acts; what was lent is remembered until its borrower speaks again."""

    def __init__(self, script: Script, random: Random) -> None:
        self._random = random
        self._authors = script.authors
        self.trust = self._draw_trust()
        self._behind: dict[str, set[str]] = defaultdict(set)
        for line in self.trust:
            self._behind[line.receiver].add(line.giver)
        self._lent: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._draw: dict[str, Callable[[Line], Money]] = {
            "envelope": self._envelope, "split": self._split, "transfer": self._transfer,
            "loan": self._loan,
        }  # fmt: skip

    def _draw_trust(self) -> list[Trust]:
        """Let each author stand behind a few others; a ring first, so that everybody may borrow."""
        lines = []
        for place, giver in enumerate(self._authors):
            after = self._authors[(place + 1) % len(self._authors)]
            others = [name for name in self._authors if name not in (giver, after)]
            chosen = self._random.sample(others, min(LINES_EACH - 1, len(others)))
            lines += [
                Trust(giver, receiver, self._random.randrange(10_000, 50_001, 500))
                for receiver in (after, *chosen)
            ]
        return lines

    def dress(self, line: Line, place: int, *, carries: bool) -> Line:
        """Return the line with an act, if it is its turn or its author has something to repay."""
        due = self._lent[line.author]
        if due and due[0][0] <= place:
            _, loan = due.pop(0)
            amount = self._random.choice(REPAYMENTS)
            if amount == "half":
                due.append((place + REPAID_AFTER, loan))
            repayment = RepayLoan(type="loan.repay", of=loan, amount=amount)
            return line.model_copy(update={"money": repayment})
        if not carries:
            return line
        kind = self._random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        act = self._draw[kind](line)
        name = line.id or f"message-{place}"
        if isinstance(act, AskLoan) and act.answer == "grant":
            due.append((place + REPAID_AFTER, name))
        return line.model_copy(update={"money": act, "id": name})

    def _some(self, least: int, most: int, *, but: str = "") -> list[str]:
        others = [name for name in self._authors if name != but]
        return self._random.sample(others, min(self._random.randint(least, most), len(others)))

    def _envelope(self, line: Line) -> SendEnvelope:
        """Draw an envelope that more people want than it has shares."""
        claims = self._some(2, 12)
        count = self._random.randint(1, len(claims) - 1)
        kind = self._random.choice(ENVELOPES)
        share = self._random.randint(10, 800)
        amount = share * count + (self._random.randint(0, count * 20) if kind == "random" else 0)
        trick = self._random.random()
        only, password, guesses = None, None, []
        if trick < 0.15:
            password = self._random.choice(WORDS)
            guesses = claims[:1]
        elif trick < 0.30 and len(claims) > 2:
            # The last of those who tap is not among those it is meant for.
            only = claims[:-1]
        return SendEnvelope(
            type="envelope.send", amount=amount, count=count, kind=kind, claims=claims,
            greeting=line.text[:40].strip(), only=only, password=password, guesses=guesses,
        )  # fmt: skip

    def _split(self, line: Line) -> CreateSplit:
        """Draw a bill that most pay and now and then somebody declines."""
        others = self._some(1, 5, but=line.author)
        people = [line.author, *others]
        amount = self._random.randint(1_000 * len(people) * 2, 60_000)
        mode = self._random.choice(("even", "even", "exact", "weights"))
        between: Even | Exact | Weighted
        if mode == "even":
            between = Even(mode="even", members=people)
        elif mode == "weights":
            weights = {name: self._random.randint(1, 3) for name in people}
            between = Weighted(mode="weights", weights=weights)
        else:
            parts = {name: self._random.randint(1_000, 9_000) for name in people}
            amount = sum(parts.values())
            between = Exact(mode="exact", amounts=parts)
        declines = others[:1] if len(others) > 1 and self._random.random() < 0.2 else []
        return CreateSplit(
            type="split.create", amount=amount, between=between, note=line.text[:40].strip(),
            pays=others[len(declines) :], declines=declines,
        )  # fmt: skip

    def _transfer(self, line: Line) -> SendTransfer:
        (receiver,) = self._some(1, 1, but=line.author)
        return SendTransfer(
            type="transfer.send", to=receiver, amount=self._random.randint(1, 20_000),
            note=line.text[:40].strip(), answer=self._random.choice(RECEIVERS),
        )  # fmt: skip

    def _loan(self, line: Line) -> AskLoan:
        """Draw an ask, to somebody who stands behind the author or behind one who does."""
        near = sorted(self._behind[line.author])
        far = sorted({giver for name in near for giver in self._behind[name]} - {line.author})
        amount = self._random.choice(ASKS)
        lender = self._random.choice(far or near)
        answer = None if amount == "above" else self._random.choice(LENDERS)
        return AskLoan(
            type="loan.ask", lender=lender, amount=amount, answer=answer,
            days=self._random.randint(1, 60), note=line.text[:40].strip(),
        )  # fmt: skip
