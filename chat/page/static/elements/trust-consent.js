/** What it means to stand behind somebody, in plain words, before it is promised. */

import { h } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { nameOf } from "../state/people.js";
import { openDialog } from "./dialog.js";

/** Say what the promise means; resolves to whether it is given. */
export function agree({ person, amount, lenders, used }) {
  const places = { name: nameOf(person), amount: money(amount), used: money(used) };
  const points = [
    `trust.means_${lenders}`,
    "trust.means_money",
    "trust.means_loss",
    "trust.means_further",
    "trust.means_seen",
    used ? "trust.means_lower_used" : "trust.means_lower",
  ];
  return new Promise((resolve) => {
    let answer = false;
    const end = (value) => () => {
      answer = value;
      dialog.close();
    };
    const dialog = openDialog({
      title: t("trust.agree_title", places),
      className: "trust-agree",
      body: h("ul", { class: "means" }, points.map((point) => h("li", {}, t(point, places)))),
      foot: h("div", { class: "buttons" },
        h("button", { type: "button", class: "button plain", onclick: end(false) },
          t("page.cancel")),
        h("button", { type: "button", class: "button", onclick: end(true) }, t("trust.agree"))),
      onClose: () => resolve(answer),
    });
  });
}
