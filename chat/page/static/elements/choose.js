/** A dialog in which one chooses people. */

import { h, match, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { openDialog } from "./dialog.js";
import { form } from "./fields.js";
import { face } from "./parts.js";

/**
 * Ask for some of `people` (friends or members). `action(count)` names the button, `send(ids)` does
 * it; `before` stands above the list.
 */
export function choosePeople({ title, people, none, action, send, before = [] }) {
  const chosen = new Set();
  const list = h("ul", { class: "choose" });
  const filter = h("input", {
    class: "input", type: "search", placeholder: t("choose.filter"), autocomplete: "off",
    "aria-label": t("choose.filter"), oninput: () => show(),
  });
  const show = () => {
    const wanted = filter.value.trim().toLocaleLowerCase();
    const fits = ({ name, username }) => `${name} ${username}`.toLocaleLowerCase().includes(wanted);
    match(list, people.filter(fits), { key: ({ person }) => person, make: option });
  };
  const option = ({ person, name, username }) => {
    const box = h("input", { type: "checkbox", checked: chosen.has(person), onchange: () => {
      if (box.checked) chosen.add(person);
      else chosen.delete(person);
      count();
    } });
    return h("li", {}, h("label", { class: "check" }, face(person, 40),
      h("span", { class: "row-text" },
        h("span", { class: "clip row-name", dir: "auto" }, name),
        h("span", { class: "clip small soft" }, `@${username}`)),
      box));
  };
  const body = form({
    fields: [before, people.length > 6 && filter, people.length
      ? list
      : h("div", { class: "form" }, h("p", { class: "soft" }, none),
        h("a", { class: "button plain", href: "/friends", onclick: () => dialog.close() },
          t("rooms.find_people")))],
    action: action(0),
    send: async () => {
      await send([...chosen]);
      dialog.close();
    },
  });
  const count = () => {
    body.button.disabled = chosen.size === 0;
    refill(body.button, action(chosen.size));
  };
  body.button.hidden = !people.length;
  const dialog = openDialog({ title, body });
  count();
  show();
  return dialog;
}
