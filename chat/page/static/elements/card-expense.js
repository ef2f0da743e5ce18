/** The card of an expense: who paid, what one's own part is, and the way to the balances. */

import { h } from "../core/dom.js";
import { needWords, t, tList, tParts } from "../core/i18n.js";
import { day } from "../core/time.js";
import { state } from "../state/store.js";
import { cardFrame, stateTag } from "./card-parts.js";
import { sum, who } from "./parts.js";

await needWords("-expenses");

/** Return the card. */
export function expenseCard(card, room) {
  const mine = card.shares[state.me.id];
  return cardFrame({
    type: "expense", card, room, picture: "wallet",
    title: [
      h("strong", { class: "clip", dir: "auto" }, card.note || t("card.expense")),
      h("span", { class: "small soft clip" }, tParts("expense.paid_by", { who: payers(card) })),
    ],
    children: [
      h("dl", { class: "card-facts" },
        fact(t("split.total"), sum(card.amount, card.currency)),
        mine !== undefined && fact(t("expense.your_part"), sum(mine, card.currency, "strong"))),
      h("p", { class: "card-state" }, card.status === "deleted"
        ? stateTag(t("expense.is_deleted"))
        : [h("span", { class: "small soft" }, [day(card.on), card.category].filter(Boolean)
          .join(" · ")),
        card.every !== "never" && stateTag(t(`expense.every_${card.every}`), "wait")]),
      room && card.status !== "deleted" && h("div", { class: "buttons" },
        h("a", { class: "button plain", href: `/rooms/${room}/balances`, "data-action": "owed" },
          t("expense.who_owes"))),
    ],
  });
}

/** Return the names of those who paid, as a list in words. */
export function payers({ paid }) {
  return h("span", {}, tList(Object.keys(paid).map((person) => who(person, { you: true }))));
}

function fact(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}
