/** The card of a transfer: an amount that waits to be accepted. */

import { h } from "../core/dom.js";
import { t, tParts } from "../core/i18n.js";
import { timeLeft } from "../core/time.js";
import { askReview, isReviewed } from "../state/cards.js";
import { serverNow, state } from "../state/store.js";
import { cardButtons, cardFrame, flows, stateTag } from "./card-parts.js";
import { sum, who } from "./parts.js";

const TONES = {
  pending: "wait", under_review: "wait", accepted: "good", returned: "", expired: "",
};

/** Return a transfer's status at this moment; the time decides, not the news of it. */
export function transferStatus(card) {
  const isOver = card.status === "pending" && Date.parse(card.expires_at) <= serverNow();
  return isOver ? "expired" : card.status;
}

/** Return the card. */
export function transferCard(shown, room) {
  const status = transferStatus(shown);
  if (status === "pending" && [shown.from, shown.to].includes(state.me.id)) askReview(shown.id);
  const card = { ...shown, under_review: isReviewed(shown.id) };
  return cardFrame({
    type: "transfer", card: { ...card, status }, room, picture: "transfer",
    title: [
      h("strong", { class: "card-amount" }, sum(card.amount, card.currency)),
      h("span", { class: "small soft clip" }, card.to === state.me.id
        ? tParts("transfer.from", { who: who(card.from) })
        : tParts("transfer.to", { who: who(card.to) })),
    ],
    children: [
      card.note && h("p", { class: "card-note", dir: "auto" }, card.note),
      h("p", { class: "card-state" }, transferTag(card, status),
        status === "pending"
          && h("span", { class: "small soft" },
            t("transfer.left", { time: timeLeft(card.expires_at) }))),
      transferButtons(card, status),
    ],
  });
}

/** Return the word for where a transfer stands. */
export function transferTag(card, status = transferStatus(card)) {
  const name = status === "pending" && card.under_review ? "under_review" : status;
  return stateTag(t(`transfer.is_${name}`), TONES[name]);
}

/** Return the buttons of who may answer a transfer. */
export function transferButtons(card, status = transferStatus(card)) {
  if (status !== "pending" || card.under_review || card.to !== state.me.id) return null;
  return cardButtons(
    ["accept", t("transfer.accept"),
      async (button) => (await flows()).acceptTransfer(card, button)],
    ["return", t("transfer.return"), async () => (await flows()).returnTransfer(card), "plain"],
  );
}
