/** The card of a payment request: what somebody asks somebody else for. */

import { h } from "../core/dom.js";
import { needWords, t, tParts } from "../core/i18n.js";
import { money } from "../core/money.js";
import { fullMoment, timeLeft } from "../core/time.js";
import { serverNow, state } from "../state/store.js";
import { cardButtons, cardFrame, stateTag } from "./card-parts.js";
import { face, sum, who } from "./parts.js";

await needWords("-pay");

const TONES = { open: "wait", paid: "good", declined: "", expired: "" };
const paying = () => import("./paying.js");

function requestStatus(card) {
  const isOver = card.status === "open" && Date.parse(card.expires_at) <= serverNow();
  return isOver ? "expired" : card.status;
}

/** Return the card. */
export function requestCard(card, room) {
  const status = requestStatus(card);
  return cardFrame({
    type: "request", card: { ...card, status }, room, picture: "transfer",
    title: [
      h("strong", { class: "card-amount" }, sum(card.amount, card.currency)),
      h("span", { class: "small soft clip" }, card.to === state.me.id
        ? tParts("request.from", { who: who(card.from) })
        : tParts("request.to", { who: who(card.to) })),
    ],
    children: [
      card.note && h("p", { class: "card-note", dir: "auto" }, card.note),
      h("p", { class: "card-state" }, stateTag(t(`request.is_${status}`), TONES[status]),
        status === "open" && h("span", { class: "small soft" },
          t("transfer.left", { time: timeLeft(card.expires_at) }))),
      buttons(card, status),
    ],
  });
}

function buttons(card, status) {
  if (status !== "open" || card.to !== state.me.id) return null;
  return cardButtons(
    ["pay", t("pay.pay", { amount: money(card.amount, card.currency) }),
      async (button) => (await paying()).payRequest(card, button)],
    ["decline", t("request.decline"), async () => (await paying()).declineRequest(card), "plain"],
  );
}

/** Return everything about a payment request, with the buttons of who may answer it. */
export function requestStory(request) {
  const status = requestStatus(request);
  const other = request.from === state.me.id ? request.to : request.from;
  return [
    h("div", { class: "hero" }, face(other, 72),
      h("p", { class: "hero-sum" }, sum(request.amount, request.currency)),
      stateTag(t(`request.is_${status}`), TONES[status])),
    h("dl", { class: "facts section" },
      h("dt", {}, t("request.by")), h("dd", {}, who(request.from, { you: true })),
      h("dt", {}, t("request.who")), h("dd", {}, who(request.to, { you: true })),
      request.note && [h("dt", {}, t("form.note")), h("dd", { dir: "auto" }, request.note)],
      h("dt", {}, t("transfer.until")), h("dd", {}, fullMoment(request.expires_at))),
    buttons(request, status),
  ];
}
