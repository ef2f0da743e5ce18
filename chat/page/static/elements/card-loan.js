/** The card of a loan: what is asked, what is owed, and until when. */

import { h } from "../core/dom.js";
import { t, tParts } from "../core/i18n.js";
import { day } from "../core/time.js";
import { state } from "../state/store.js";
import { cardButtons, cardFrame, flows, stateTag } from "./card-parts.js";
import { sum, who } from "./parts.js";

const TONES = {
  asked: "wait", open: "", overdue: "bad", defaulted: "bad", repaid: "good", cured: "good",
};

/** Return a loan's status as a coloured word. */
export function loanTag(status) {
  return stateTag(t(`loan.is_${status}`), TONES[status]);
}

/** Return a daily rate in words: parts per million as a percentage a day. */
export function rateWords(ppm) {
  return ppm ? t("loan.rate", { rate: (ppm / 10_000).toFixed(4).replace(/0+$/, "") })
    : t("loan.no_interest");
}

/** Return the card. */
export function loanCard(card, room) {
  const isOwing = ["open", "overdue", "defaulted"].includes(card.status);
  return cardFrame({
    type: "loan", card, room, picture: "loan",
    title: [
      h("strong", { class: "card-amount" }, sum(card.amount, card.currency)),
      h("span", { class: "small soft clip" }, card.borrower === state.me.id
        ? tParts("loan.from", { who: who(card.lender) })
        : tParts("loan.to", { who: who(card.borrower) })),
    ],
    children: [
      card.note && h("p", { class: "card-note", dir: "auto" }, card.note),
      h("dl", { class: "card-facts" },
        isOwing
          ? fact(t("loan.owed"), sum(card.owed, card.currency, "strong"))
          : fact(t("loan.for"), t("time.days", { count: card.days })),
        card.due_on ? fact(t("loan.due"), day(card.due_on))
          : fact(t("loan.interest"), rateWords(card.daily_rate_ppm))),
      h("p", { class: "card-state" }, loanTag(card.status)),
      loanButtons(card),
    ],
  });
}

function fact(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

/** Return the buttons of a loan for who may answer or repay it. */
export function loanButtons(loan) {
  const { me } = state;
  if (loan.status === "asked" && loan.lender === me.id) {
    return cardButtons(
      ["grant", t("loan.grant"), async () => (await flows()).grantLoan(loan)],
      ["refuse", t("loan.refuse"),
        async (button) => (await flows()).refuseLoan(loan, button), "plain"],
    );
  }
  if (loan.status === "asked" && loan.borrower === me.id) {
    return cardButtons(["withdraw", t("loan.withdraw"),
      async () => (await flows()).withdrawLoan(loan), "plain"]);
  }
  if (["open", "overdue", "defaulted"].includes(loan.status) && loan.borrower === me.id) {
    return cardButtons(["repay", t("loan.repay"), async () => (await flows()).repayLoan(loan)]);
  }
  return null;
}
