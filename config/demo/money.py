"""Carrying out the acts with money of a conversation."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol

from chat.client import Refused
from config.demo.books import Books
from config.demo.cast import Answer, Cast
from config.demo.schema import (
    Act,
    AskLoan,
    CreateSplit,
    Even,
    Exact,
    Later,
    Line,
    RepayLoan,
    SendEnvelope,
    SendTransfer,
    SetTrust,
)

WRONG_WORD = "not the word"
# Commands that put a card into the room.
POSTING = {"envelope.send", "split.create", "transfer.send", "loan.ask"}


class Meanwhile(Protocol):
    """Lets work go on while the conversation does."""

    async def begin(self, key: str | None, work: Coroutine[Any, Any, None]) -> None:
        """Begin the work, named by the line it belongs to, as soon as not too much is under way."""

    async def wait_for(self, key: str) -> None:
        """Wait until what was begun for the line is done."""


@dataclass
class Teller:
    """Does the acts, one after the other; what others do at once goes on meanwhile."""

    cast: Cast
    books: Books
    meanwhile: Meanwhile
    # What a line began, by the line's id: the id of the envelope, split, transfer or loan.
    begun: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    # Acts about something that was not begun, because there was no trust left for it.
    left_out: int = 0

    async def carry_out(self, line: Line) -> None:
        """Do what the line says about money."""
        act = line.money
        assert act is not None
        if isinstance(act, Later):
            await self.meanwhile.wait_for(act.of)
        match act:
            case SendEnvelope():
                await self._send_envelope(line, act)
            case CreateSplit():
                await self._create_split(line, act)
            case SendTransfer():
                await self._send_transfer(line, act)
            case SetTrust():
                to = self.cast.person(act.to)
                await self._do(line.author, act, person=to, amount=act.amount)
            case AskLoan():
                await self._ask_loan(line, act)
            case Later() if act.of not in self.begun:
                self.left_out += 1
            case RepayLoan():
                await self._repay(line.author, act, self.begun[act.of])
            case Later():
                await self._follow(line.author, act.command, self.begun[act.of], act.refused)

    async def _do(self, who: str, act: Act, **fields: Any) -> Answer | None:
        """Send the act's command; it must be refused exactly if the act says so."""
        return await self._expect(who, act.command, act.refused, **fields)

    async def _expect(
        self, who: str, command: str, refused: str | None, **fields: Any
    ) -> Answer | None:
        send = self.cast.post if command in POSTING else self.cast.do
        answer = await send(who, command, may=[refused] if refused else [], **fields)
        if isinstance(answer, Refused):
            return None
        if refused:
            self.cast.tally.problems.append(f"{who}'s {command} was not refused with {refused}.")
        return answer

    def _begin(self, line: Line, begun: str) -> None:
        if line.id is not None:
            self.begun[line.id] = begun

    # --- Envelopes ------------------------------------------------------------------------------

    async def _send_envelope(self, line: Line, act: SendEnvelope) -> None:
        only = [self.cast.person(name) for name in act.only] if act.only else None
        optional = {"only": only, "password": act.password}
        answer = await self._do(
            line.author, act, room=self.cast.room.room_id, amount=act.amount, count=act.count,
            kind=act.kind, greeting=act.greeting,
            **{name: value for name, value in optional.items() if value is not None},
        )  # fmt: skip
        if answer is None:
            return
        envelope = answer["envelope"]["id"]
        self._begin(line, envelope)
        if act.password:
            self.words[envelope] = act.password
        self.books.send_envelope(answer["envelope"])
        await self.meanwhile.begin(line.id, self._rush(act, envelope))

    async def _rush(self, act: SendEnvelope, envelope: str) -> None:
        """Have all claimants tap at the same time; as many as there are shares get one."""
        allowed = [name for name in act.claims if act.only is None or name in act.only]
        outsiders = [name for name in act.claims if name not in allowed]
        taps = [self._tap(name, envelope, guesses=name in act.guesses) for name in allowed]
        refused = [
            self._expect(name, "envelope.claim", "envelope.not_for_you", envelope=envelope)
            for name in outsiders
        ]
        got = sum(await asyncio.gather(*taps))
        await asyncio.gather(*refused)
        wanted = min(act.count, len(allowed))
        if got != wanted:
            self.cast.tally.problems.append(
                f"{got} people took a share of an envelope of {act.count}, not {wanted}."
            )

    async def _tap(self, who: str, envelope: str, *, guesses: bool) -> bool:
        word = self.words.get(envelope)
        if guesses:
            # Whoever guesses while the last share goes hears that first.
            may = ["envelope.wrong_password", "envelope.empty"]
            answer = await self.cast.do(
                who, "envelope.claim", may=may, envelope=envelope, password=WRONG_WORD
            )
            if not isinstance(answer, Refused):
                self.cast.tally.problems.append(f"{who} opened an envelope with a wrong word.")
        secret = {"password": word} if word else {}
        answer = await self.cast.do(
            who, "envelope.claim", may=["envelope.empty"], envelope=envelope, **secret
        )
        if isinstance(answer, Refused):
            return False
        self.books.claim(envelope, answer["share"])
        return True

    # --- Splits ---------------------------------------------------------------------------------

    async def _create_split(self, line: Line, act: CreateSplit) -> None:
        answer = await self._do(
            line.author, act, room=self.cast.room.room_id, amount=act.amount, note=act.note,
            between=self._between(act),
        )  # fmt: skip
        if answer is None:
            return
        split = answer["split"]["id"]
        self._begin(line, split)
        self.books.create_split(answer["split"])
        await self.meanwhile.begin(line.id, self._answer_split(act, split))

    def _between(self, act: CreateSplit) -> Answer:
        match act.between:
            case Even(members=members):
                return {"mode": "even", "members": [self.cast.person(name) for name in members]}
            case Exact(amounts=parts):
                return {"mode": "exact", "amounts": self._by_id(parts)}
            case _:
                return {"mode": "weights", "weights": self._by_id(act.between.weights)}

    def _by_id(self, numbers: dict[str, int]) -> dict[str, int]:
        return {self.cast.person(name): number for name, number in numbers.items()}

    async def _answer_split(self, act: CreateSplit, split: str) -> None:
        paying = [self._follow(name, "split.pay", split) for name in act.pays]
        declining = [self._follow(name, "split.decline", split) for name in act.declines]
        await asyncio.gather(*paying, *declining)

    # --- Transfers ------------------------------------------------------------------------------

    async def _send_transfer(self, line: Line, act: SendTransfer) -> None:
        answer = await self._do(
            line.author, act, room=self.cast.room.room_id, to=self.cast.person(act.to),
            amount=act.amount, note=act.note,
        )  # fmt: skip
        if answer is None:
            return
        transfer = answer["transfer"]["id"]
        self._begin(line, transfer)
        self.books.send_transfer(answer["transfer"])
        if act.answer:
            await self.meanwhile.begin(
                line.id, self._follow(act.to, f"transfer.{act.answer}", transfer)
            )

    # --- Loans ----------------------------------------------------------------------------------

    async def _ask_loan(self, line: Line, act: AskLoan) -> None:
        amount, refused = await self._amount_to_ask(line.author, act)
        answer = await self._expect(
            line.author, act.command, refused, room=self.cast.room.room_id, amount=amount,
            lender=self.cast.person(act.lender), days=act.days, note=act.note,
            daily_rate_ppm=act.daily_rate_ppm,
        )  # fmt: skip
        if answer is None:
            return
        loan = answer["loan"]["id"]
        self._begin(line, loan)
        self.books.note_loan(answer["loan"])
        if act.answer:
            # Not meanwhile: what the next one may borrow depends on it.
            await self._follow(act.lender, f"loan.{act.answer}", loan)

    async def _amount_to_ask(self, borrower: str, act: AskLoan) -> tuple[int, str | None]:
        if isinstance(act.amount, int):
            return act.amount, act.refused
        limit = await self._limit(act.lender, borrower)
        if act.amount == "above" or limit == 0:
            return limit + 1, "loan.over_limit"
        return (limit if act.amount == "limit" else -(-limit // 2)), None

    async def _limit(self, lender: str, borrower: str) -> int:
        """Return what the lender may lend the borrower now; its paths must carry exactly that."""
        ends = {"lender": self.cast.person(lender), "borrower": self.cast.person(borrower)}
        answer = await self.cast.ask(borrower, "loan.limit", **ends)
        limit: int = answer["limit"]
        if sum(path["amount"] for path in answer["paths"]) != limit:
            self.cast.tally.problems.append(f"The paths of {borrower}'s limit do not sum to it.")
        return limit

    async def _repay(self, who: str, act: RepayLoan, loan: str) -> None:
        shown = self.books.loans[loan]
        if shown["status"] not in ("open", "overdue") and not act.refused:
            self.left_out += 1
            return
        owed = shown["principal"] + shown["interest"]
        named = {"all": owed, "half": -(-owed // 2)}
        amount = act.amount if isinstance(act.amount, int) else named[act.amount]
        await self._follow(who, act.command, loan, act.refused, amount=amount)

    # --- What is done about something that was begun ---------------------------------------------

    async def _follow(
        self, who: str, command: str, begun: str, refused: str | None = None, **fields: Any
    ) -> None:
        family = command.partition(".")[0]
        if command == "envelope.claim" and begun in self.words:
            fields["password"] = self.words[begun]
        falls = await self._before_grant(begun) if command == "loan.grant" else None
        answer = await self._expect(who, command, refused, **{family: begun}, **fields)
        if answer is None:
            return
        match command:
            case "envelope.claim":
                self.books.claim(begun, answer["share"])
            case "split.pay":
                self.books.pay_split(answer["split"], self.cast.person(who))
            case "split.decline":
                self.books.decline_split(answer["split"], self.cast.person(who))
            case "split.cancel":
                self.books.cancel_split(answer["split"])
            case "split.remind":
                # Nothing moves; the notice is theirs who have not paid.
                pass
            case "transfer.accept" | "transfer.return":
                self.books.answer_transfer(answer["transfer"])
            case _:
                self.books.note_loan(answer["loan"])
        if falls is not None:
            await self._check_fall(begun, falls)

    async def _flow(self, loan: str) -> int:
        shown = self.books.loans[loan]
        answer = await self.cast.ask(
            self.cast.name(shown["lender"]), "loan.limit", lender=shown["lender"],
            borrower=shown["borrower"],
        )  # fmt: skip
        flow: int = answer["flow"]
        return flow

    async def _before_grant(self, loan: str) -> int:
        return await self._flow(loan) - int(self.books.loans[loan]["amount"])

    async def _check_fall(self, loan: str, expected: int) -> None:
        """Granting a loan lowers what trust carries between the two by exactly its amount."""
        if (flow := await self._flow(loan)) != expected:
            self.cast.tally.problems.append(
                f"After a loan the flow between the two is {flow} instead of {expected}."
            )
