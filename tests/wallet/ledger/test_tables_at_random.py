"""Tables made at random get from our ledger what the reference of theirs says."""

from pathlib import Path
from random import Random

import pytest

from tests.wallet.ledger.theirs import SECOND, TIME_MAX, WIDE, Event, Purse, Theirs
from wallet.ledger.table.runner import run_table
from wallet.ledger.table.verdicts import PRECEDENCE

ACCOUNT_FLAGS = ("LNK", "D<C", "C<D", "HIST", "IMP", "CLSD")
FLAGS = ("LNK", "PEN", "POS", "VOI", "BDR", "BCR", "IMP", "CDR", "CCR")
# Account by account: ledger and flags. The last two stand near the largest amount.
PLAIN: tuple[int, tuple[str, ...]] = (1, ())
ACCOUNTS = {
    1: PLAIN, 2: PLAIN, 3: (1, ("D<C",)), 4: (1, ("C<D", "HIST")), 5: (2, ()), 6: (1, ("CLSD",)),
    7: PLAIN, 8: PLAIN,
}  # fmt: skip
BALANCES = {
    1: (0, 3, 0, 40), 2: (2, 50, 0, 1), 3: (0, 5, 0, 60), 4: (0, 70, 5, 5),
    7: (10, WIDE - 60, 0, 5), 8: (0, 0, 20, WIDE - 70),
}  # fmt: skip


def number(value: int) -> str:
    return f"-{WIDE - value}" if value > WIDE // 2 else str(value)


class Scribe:
    """Writes a table and asks the model what each line has to get."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.model = Theirs()
        self.lines: list[str] = []
        self._open()
        for _ in range(8):
            self._batch()
            self._look()
            self._wait()

    def _open(self) -> None:
        for account, (ledger, flags) in ACCOUNTS.items():
            shown = " ".join(flag if flag in flags else "_" for flag in ACCOUNT_FLAGS)
            self.lines.append(
                f"account A{account} _ _ _ _ _ _ _ _ L{ledger} C1 {shown} _ _ created"
            )
            self.model.state.purses[account] = Purse(
                ledger, frozenset(flags), closed="CLSD" in flags
            )
        self.lines.append("commit create_accounts")
        self.model.now = 1 + len(ACCOUNTS)
        for account, balances in BALANCES.items():
            purse = self.model.state.purses[account]
            purse.dp, purse.d, purse.cp, purse.c = balances
            self.lines.append(f"setup A{account} {' '.join(map(number, balances))}")

    def _wait(self) -> None:
        choices = [1, SECOND - 1, SECOND, SECOND - self.random.randint(2, 30), 2 * SECOND]
        span = self.random.choice(choices)
        if self.random.random() < 0.05:
            back = self.random.randint(1, 3)
            if TIME_MAX - back * SECOND > self.model.now:
                self.lines.append(f"tick -{back} seconds")
                self.model.tick(TIME_MAX - back * SECOND - self.model.now)
        elif self.random.random() < 0.7 and self.model.now + span < TIME_MAX - 1000:
            self.lines.append(f"tick {span} nanoseconds")
            self.model.tick(span)

    def _batch(self) -> None:
        events = [self._event() for _ in range(self.random.randint(4, 25))]
        for event, said in zip(events, self.model.create(events), strict=True):
            one, two, three = event.user
            self.lines.append(
                f"transfer {number(event.id)} {number(event.debit)} {number(event.credit)}"
                f" {number(event.amount)} {number(event.pending)} {one} {two} {three}"
                f" {event.timeout} L{event.ledger} C{event.code}"
                f" {' '.join(flag if flag in event.flags else '_' for flag in FLAGS)}"
                f" {event.padding} {event.timestamp} {said}"
            )
        self.lines.append("commit create_transfers")

    def _event(self) -> Event:
        known = list(self.model.state.events.values())
        if known and self._rarely(0.15):
            return self._bent(self.random.choice(known))
        if known and self._rarely(0.35):
            holds = [one for one in known if "PEN" in one.flags] or known
            event = Event(
                id=self._id(), pending=self.random.choice(holds).id,
                amount=self.random.choice([0, WIDE, WIDE, 1, 3, 9]),
                ledger=self.random.choice([0, 0, 1]), code=self.random.choice([0, 0, 1]),
                flags=frozenset({self.random.choice(["POS", "VOI"])}),
            )  # fmt: skip
            return self._bent(event) if self._rarely(0.25) else self._linked(event)
        debit, credit = self.random.sample([1, 2, 3, 4, 7, 8], 2)
        flags: set[str] = set()
        if self._rarely(0.4):
            flags |= {"PEN"}
        if self._rarely(0.2):
            flags |= {self.random.choice(["BDR", "BCR"])}
        if "PEN" in flags and self._rarely(0.15):
            flags |= {self.random.choice(["CDR", "CCR"])}
        event = Event(
            id=self._id(), debit=debit, credit=credit, amount=self._amount(),
            flags=frozenset(flags), user=(self._small(), self._small(), self._small()),
            timeout=self.random.choice([0, 1, 1, 2]) if "PEN" in flags else 0,
        )  # fmt: skip
        return self._bent(event) if self._rarely(0.25) else self._linked(event)

    def _bent(self, event: Event) -> Event:
        """Return an event with some of its fields changed, to be wrong in several ways at once."""
        terms = dict(event.__dict__)
        for _ in range(self.random.randint(0, 3)):
            name, value = self.random.choice([
                ("id", self.random.choice([0, WIDE, event.id])), ("debit", self._account()),
                ("credit", self._account()), ("amount", self._amount()),
                ("pending", self.random.choice([0, WIDE, event.id, self._id()])),
                ("user", (self._small(), event.user[1], self._small())),
                ("user", (event.user[0], self._small(), event.user[2])),
                ("timeout", self.random.choice([0, 1, 4_294_967_295])),
                ("ledger", self.random.choice([0, 1, 2, 9])),
                ("code", self.random.choice([0, 1, 2])),
                ("flags", event.flags ^ {self.random.choice(FLAGS[1:6] + FLAGS[7:])}),
                ("padding", int(self._rarely(0.2))), ("timestamp", int(self._rarely(0.2))),
            ])  # fmt: skip
            terms[name] = value
        return self._linked(Event(**terms))

    def _linked(self, event: Event) -> Event:
        if not self._rarely(0.1):
            return event
        return Event(**{**event.__dict__, "flags": event.flags ^ {"LNK"}})

    def _look(self) -> None:
        self.model.look()
        for account in ACCOUNTS:
            purse = self.model.state.purses[account]
            closed = "CLSD" if purse.closed else "_"
            balances = " ".join(map(number, purse.shown))
            self.lines.append(f"lookup_account A{account} {balances} {closed}")
        self.lines.append("commit lookup_accounts")
        self.model.after_look()
        self.model.look()
        for event in self.model.state.events.values():
            self.lines.append(f"lookup_transfer {event.id} amount {number(event.amount)}")
            self.lines.append(f"lookup_transfer {event.id} timestamp {event.at}")
        self.lines.append("commit lookup_transfers")
        self.model.after_look()

    def _rarely(self, share: float) -> bool:
        return self.random.random() < share

    def _id(self) -> int:
        return self.random.randint(1, 120)

    def _small(self) -> int:
        return self.random.choice([0, 0, 0, 5])

    def _account(self) -> int:
        return self.random.choice([0, WIDE, 1, 2, 3, 4, 5, 6, 7, 8, 9])

    def _amount(self) -> int:
        if self._rarely(0.1):
            return WIDE - self.random.choice([0, 1, 5, 10, 30, 59, 60, 61, 69, 70, 71])
        return self.random.choice([0, 1, 2, 3, 5, 9, 20])


LONGER = [pytest.param(seed, marks=pytest.mark.long) for seed in range(6, 100)]


@pytest.mark.parametrize("seed", [*range(6), *LONGER])
def test_a_table_made_at_random_gets_what_the_reference_says(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "table.txt"
    path.write_text("\n".join(Scribe(seed).lines))

    report = run_table(path)

    assert report.not_mapped == []
    assert [(one.line, one.expected, one.got) for one in report.differing[:1]] == []


def test_between_them_they_come_upon_every_result_that_can_be_come_upon() -> None:
    met = {
        line.split()[-1]
        for seed in range(60)
        for line in Scribe(seed).lines
        if line.startswith("transfer")
    }

    # Imported events have a table of their own.
    assert {name for name in PRECEDENCE if not name.startswith("imported_")} - met == set()
