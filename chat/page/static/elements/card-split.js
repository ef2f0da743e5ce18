/** The card of a bill: a ring that fills, one's own share, one button. */

import { h, s } from "../core/dom.js";
import { t, tParts } from "../core/i18n.js";
import { money } from "../core/money.js";
import { state } from "../state/store.js";
import { cardButtons, cardFrame, flows, stateTag } from "./card-parts.js";
import { sum, who } from "./parts.js";

const RADIUS = 24;
const AROUND = 2 * Math.PI * RADIUS;

/** Return the card. */
export function splitCard(card, room) {
  const mine = card.shares.find((share) => share.person === state.me.id);
  const isInitiator = card.initiator === state.me.id;
  const unpaid = card.shares.filter((share) => share.status === "unpaid").length;
  return cardFrame({
    type: "split", card, room, picture: "split",
    title: [
      h("strong", { class: "clip", dir: "auto" }, card.note || t("card.split")),
      h("span", { class: "small soft clip" },
        tParts("split.by", { who: who(card.initiator, { you: true }) })),
    ],
    aside: ring(card),
    children: [
      h("dl", { class: "card-facts" },
        fact(t("split.total"), sum(card.amount, card.currency)),
        mine && fact(t("split.your_share"), sum(mine.amount, card.currency, "strong"))),
      h("p", { class: "card-state" }, stateOf(card, mine, unpaid)),
      card.status === "open" && cardButtons(
        mine?.status === "unpaid"
          && ["pay", t("split.pay", { amount: money(mine.amount, card.currency) }),
            async () => (await flows()).paySplit(card, mine)],
        mine?.status === "unpaid"
          && ["decline", t("split.decline"),
            async () => (await flows()).declineSplit(card), "plain"],
        isInitiator && unpaid > 0
          && ["remind", t("split.remind"),
            async (button) => (await flows()).remindSplit(card, button), "plain"],
      ),
    ],
  });
}

function fact(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

function stateOf(card, mine, unpaid) {
  if (card.status === "cancelled") return stateTag(t("split.is_cancelled"));
  if (card.status === "settled") return stateTag(t("split.is_settled"), "good");
  if (mine?.status === "paid") return stateTag(t("split.you_paid"), "good");
  if (mine?.status === "declined") return stateTag(t("split.you_declined"));
  return stateTag(t("split.waiting", { count: unpaid }), "wait");
}

/** Return the ring: how much of what others owe is paid. */
export function ring(card) {
  const others = card.shares.filter((share) => share.status !== "own");
  const all = others.reduce((total, share) => total + share.amount, 0);
  const paid = others.filter((share) => share.status === "paid")
    .reduce((total, share) => total + share.amount, 0);
  const part = all ? paid / all : 1;
  const count = others.filter((share) => share.status === "paid").length;
  const label = t("split.ring", { paid: count, count: others.length });
  return s(
    "svg", { class: "ring", viewBox: "0 0 56 56", role: "img", "aria-label": label },
    s("circle", { class: "ring-ground", cx: 28, cy: 28, r: RADIUS }),
    s("circle", {
      class: "ring-paid", cx: 28, cy: 28, r: RADIUS, "stroke-dasharray": AROUND,
      "stroke-dashoffset": AROUND * (1 - part), transform: "rotate(-90 28 28)",
    }),
    s("text", { x: 28, y: 33, "text-anchor": "middle" }, `${count}/${others.length}`),
  );
}
