/** The card of a red envelope: sealed, mine, emptied, expired, or not for me. */

import { h, icon } from "../core/dom.js";
import { t, tList, tParts } from "../core/i18n.js";
import { money } from "../core/money.js";
import { askShare, ownShare } from "../state/cards.js";
import { serverNow, state } from "../state/store.js";
import { seal } from "./envelope.js";
import { sum, who } from "./parts.js";

/** Return in which state an envelope is for the reader. */
export function envelopeState(card, room) {
  if (ownShare(card.id)) return "mine";
  if (card.status === "emptied") return "emptied";
  if (card.status === "expired" || Date.parse(card.expires_at) <= serverNow()) return "expired";
  const isMine = card.sender === state.me.id;
  const isDirect = Boolean(state.rooms.get(room)?.with);
  if (card.only ? !card.only.includes(state.me.id) : isMine && isDirect) return "others";
  return "sealed";
}

/** Return the card. */
export function envelopeCard(card, room) {
  askShare(card.id);
  const now = envelopeState(card, room);
  const greeting = card.greeting || t("envelope.greeting");
  const label = t("envelope.label", { greeting, state: stateWords(card, now) });
  return h(
    "button",
    {
      type: "button", class: `envelope is-${now}`, "data-action": "open", "aria-label": label,
      "aria-haspopup": "dialog",
      onclick: async () => (await import("./envelope-dialog.js")).openEnvelope(card, room),
    },
    h("span", { class: "envelope-face" },
      seal(),
      h("span", { class: "envelope-text" },
        h("span", { class: "envelope-greeting", dir: "auto" }, greeting),
        h("span", { class: "envelope-state small" }, stateLine(card, now)))),
    h("span", { class: "envelope-foot small" },
      h("span", {}, t("card.envelope"),
        card.has_password && [" ", icon("lock", "icon small")],
        card.thanks > 0 && ` · 🙏 ${card.thanks}`),
      card.count > 1
        && h("span", { class: "money" }, t("envelope.claimed", {
          claimed: card.claimed, count: card.count,
        }))),
  );
}

function stateLine(card, now) {
  // Better nothing for a moment than "Tap to open" on what one opened yesterday.
  if (now === "sealed" && ownShare(card.id) === undefined) return "\u00a0";
  if (now === "mine") {
    return tParts("envelope.is_mine", { amount: sum(ownShare(card.id), card.currency) });
  }
  if (now === "others" && card.only) {
    const names = tList(card.only.map((person) => who(person)));
    return tParts("envelope.for", { who: names });
  }
  return stateWords(card, now);
}

function stateWords(card, now) {
  if (now === "others") return t(card.claimed ? "envelope.is_opened" : "envelope.is_waiting");
  const own = now === "mine" ? money(ownShare(card.id), card.currency) : "";
  return t(`envelope.is_${now}`, { amount: own });
}
