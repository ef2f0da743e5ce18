/** What the cards share: a frame, states in words, buttons. */

import { h, icon } from "../core/dom.js";
import { t } from "../core/i18n.js";

/** Bring what the buttons of cards do; a conversation fetches it ahead of the first tap. */
export const flows = () => import("./flows.js");

/** Return the frame of a card: a picture and a title that lead to its story, then the rest. */
export function cardFrame({ type, card, room, picture, title, aside, children }) {
  // Without its room a card has no story beside it.
  const story = room && `/rooms/${room}/${type}/${card.id}`;
  return h(
    "section", { class: `card card-${type} is-${card.status}`, "aria-label": t(`card.${type}`) },
    h("a", { class: "card-head", href: story, "data-action": "story" },
      h("span", { class: "card-sign" }, icon(picture)),
      h("span", { class: "card-title" }, title),
      aside),
    children,
  );
}

/** Return what became of a card, as a coloured word; colour never speaks alone. */
export function stateTag(text, tone = "") {
  return h("span", { class: `tag ${tone}` }, text);
}

/** Return the buttons of a card: [name, label, run, className] each. */
export function cardButtons(...buttons) {
  const shown = buttons.filter(Boolean);
  return shown.length > 0 && h(
    "div", { class: "buttons" },
    shown.map(([name, label, run, className = ""]) => h(
      "button",
      { type: "button", class: `button ${className}`, "data-action": name,
        onclick: (event) => run(event.currentTarget) },
      label,
    )),
  );
}
