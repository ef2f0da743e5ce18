/** Ctrl+K: to any room by a few letters. */

import { h, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { go } from "../core/router.js";
import { sortedRooms, titleOf } from "../state/rooms.js";
import { openDialog } from "./dialog.js";
import { roomFace } from "./parts.js";

const SHOWN = 8;

/** Open the switcher. */
export function openSwitcher() {
  if (document.querySelector("dialog.switcher")) return;
  let found = [];
  let at = 0;
  const list = h("ul", { role: "listbox", id: "switcher", "aria-label": t("nav.chats") });
  const field = h("input", {
    class: "input", type: "text", role: "combobox", "aria-expanded": "true",
    "aria-controls": "switcher", "aria-label": t("rooms.switch"), placeholder: t("rooms.switch"),
    autocomplete: "off", autofocus: true, dir: "auto",
  });
  const show = () => {
    refill(list, found.map((room, place) => h(
      "li",
      { class: "row", role: "option", id: `switch-${place}`, "aria-selected": String(place === at),
        onclick: () => choose(room) },
      roomFace(room, 32), h("span", { class: "clip row-name", dir: "auto" }, titleOf(room)),
      room.unread > 0 && h("span", { class: "badge" }, String(room.unread)),
    )));
    if (found.length) field.setAttribute("aria-activedescendant", `switch-${at}`);
    else field.removeAttribute("aria-activedescendant");
  };
  const look = () => {
    const wanted = field.value.trim().toLocaleLowerCase();
    found = sortedRooms().filter((room) => titleOf(room).toLocaleLowerCase().includes(wanted))
      .slice(0, SHOWN);
    at = 0;
    show();
  };
  const choose = (room) => {
    dialog.close();
    if (room) go(`/rooms/${room.room}`);
  };
  field.addEventListener("input", look);
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      at = (at + step + found.length) % found.length;
      show();
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(found[at]);
    }
  });
  const title = t("rooms.switch");
  const dialog = openDialog({ title, body: [field, list], className: "switcher" });
  look();
}
