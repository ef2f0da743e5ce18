/** A panel to choose an emoji from. */

import { h, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { keep, recall } from "../core/storage.js";
import { openBeside } from "./dialog.js";
import { EMOJI } from "./emoji-list.js";

const RECENT = 16;
const COLUMNS = 8;

/** Open the panel beside `anchor`, or at the place `at`; `choose` gets the emoji. */
export function openEmoji({ anchor, at, choose, onClose }) {
  const panel = h("div", { class: "menu emoji", role: "dialog", "aria-label": t("emoji.title") });
  const take = (emoji) => {
    keep("emoji", [emoji, ...recent().filter((one) => one !== emoji)].slice(0, RECENT));
    close();
    choose(emoji);
  };
  refill(
    panel,
    recent().length > 0 && group("emoji.recent", recent(), take),
    Object.entries(EMOJI).map(([name, list]) => group(`emoji.${name}`, list, take)),
  );
  panel.addEventListener("keydown", (event) => moveInGrid(event, panel));
  const place = anchor ?? placeholder(at);
  const close = openBeside(place, panel, {
    onClose: () => {
      if (!anchor) place.remove();
      onClose?.();
    },
  });
  panel.querySelector("button").focus();
}

// The menu from which the panel was opened is gone, so a mark stands where it was.
function placeholder(at) {
  const style = { position: "fixed", left: `${at.left}px`, top: `${at.top}px` };
  const mark = h("span", { style });
  document.body.append(mark);
  return mark;
}

function recent() {
  return recall("emoji", []);
}

function group(title, list, take) {
  return h(
    "section", {},
    h("h3", { class: "small soft" }, t(title)),
    h("div", { class: "emoji-grid" }, list.map((emoji) => h("button", {
      type: "button", onclick: () => take(emoji),
    }, emoji))),
  );
}

function moveInGrid(event, panel) {
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...panel.querySelectorAll("button")];
  const at = all.indexOf(document.activeElement) + step;
  all[Math.min(Math.max(at, 0), all.length - 1)].focus();
}
