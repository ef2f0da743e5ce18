/** Dialogs and menus: the browser's own, which know about focus, Escape and what lies behind. */

import { fill, freshId, h, icon, iconButton } from "../core/dom.js";
import { t } from "../core/i18n.js";

const NEAR = 8;

/** Return a function that puts the focus back where it is now, or as near as there still is. */
export function rememberFocus() {
  const opener = document.activeElement;
  // A card is drawn anew when its money moves, and the button that was pressed may be gone.
  const home = opener?.closest("kith-card");
  return () => {
    const target = opener?.isConnected ? opener : home?.querySelector("[data-action]");
    target?.focus();
  };
}

/** Open a dialog with a title and a body; returns it. It goes when it is closed. */
export function openDialog({ title, body, foot, className = "", onClose }) {
  const focusBack = rememberFocus();
  const titleId = freshId("title");
  const dialog = h("dialog", { class: className, "aria-labelledby": titleId });
  fill(dialog, [
    h(
      "header", { class: "head" },
      h("h2", { id: titleId }, title),
      iconButton("close", t("page.close"), () => dialog.close()),
    ),
    h("div", { class: "body" }, body),
    foot && h("div", { class: "foot" }, foot),
  ]);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog && isOutside(dialog, event)) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    onClose?.();
    focusBack();
  });
  document.body.append(dialog);
  dialog.showModal();
  const first = dialog.querySelector("[autofocus]")
    ?? dialog.querySelector(".body input, .body select, .foot .button");
  first?.focus();
  return dialog;
}

function isOutside(dialog, { clientX: x, clientY: y }) {
  const box = dialog.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

/** Ask before something that cannot be undone; resolves to whether it may be done. */
export function confirmFirst({ title, text, action, danger = true }) {
  return new Promise((resolve) => {
    let answer = false;
    const answerWith = (value) => () => {
      answer = value;
      dialog.close();
    };
    const yes = `button ${danger ? "danger" : ""}`;
    const dialog = openDialog({
      title,
      body: h("p", {}, text),
      foot: h(
        "div", { class: "buttons" },
        h("button", { type: "button", class: "button plain", onclick: answerWith(false) },
          t("page.cancel")),
        h("button", { type: "button", class: yes, onclick: answerWith(true) }, action),
      ),
      onClose: () => resolve(answer),
    });
  });
}

/** Open a menu beside an element. `items` are { icon, label, danger, run } or null. */
export function openMenu(anchor, items, { label }) {
  const buttons = items.filter(Boolean).map((item) => h(
    "button",
    {
      type: "button", role: "menuitem", class: item.danger ? "danger" : "",
      onclick: () => {
        close();
        item.run();
      },
    },
    item.icon && icon(item.icon), item.label,
  ));
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label }, buttons);
  menu.addEventListener("keydown", (event) => moveInList(event, buttons));
  const close = openBeside(anchor, menu);
  buttons[0]?.focus();
  return close;
}

/** Show a panel beside an element until Escape or a click elsewhere; returns what closes it. */
export function openBeside(anchor, panel, { onClose } = {}) {
  panel.popover = "auto";
  (anchor.closest("dialog") ?? document.body).append(panel);
  panel.showPopover();
  place(anchor, panel);
  anchor.setAttribute("aria-expanded", "true");
  panel.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    const focused = document.activeElement;
    const hadFocus = panel.contains(focused) || focused === document.body;
    panel.remove();
    anchor.setAttribute("aria-expanded", "false");
    onClose?.();
    if (hadFocus && anchor.isConnected) anchor.focus();
  });
  return () => panel.hidePopover();
}

function place(anchor, panel) {
  const at = anchor.getBoundingClientRect();
  const box = panel.getBoundingClientRect();
  const fitsBelow = innerHeight - at.bottom >= box.height + 2 * NEAR;
  const top = fitsBelow ? at.bottom + 4 : Math.max(NEAR, at.top - box.height - 4);
  const wanted = at.left + box.width > innerWidth - NEAR ? at.right - box.width : at.left;
  const left = Math.min(Math.max(NEAR, wanted), innerWidth - box.width - NEAR);
  panel.style.top = `${top}px`;
  panel.style.left = `${left}px`;
}

/** Move the focus in a list by the arrow keys. */
export function moveInList(event, elements) {
  const steps = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  if (!(event.key in steps) || !elements.length) return;
  event.preventDefault();
  const step = steps[event.key];
  const at = elements.indexOf(document.activeElement);
  const next = Number.isFinite(step)
    ? (at + step + elements.length) % elements.length
    : step < 0 ? 0 : elements.length - 1;
  elements[next].focus();
}
