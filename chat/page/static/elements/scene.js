/** What stands beside the door: a conversation with money in it, drawn, not screenshot. */

import { h } from "../core/dom.js";
import { t } from "../core/i18n.js";

/** Return the picture; screen readers pass it by. */
export function scene() {
  return h(
    "div", { class: "scene", "aria-hidden": "true" },
    h("div", { class: "scene-talk" },
      h("p", { class: "scene-bubble" }, t("scene.first")),
      h("div", { class: "scene-envelope" },
        h("span", { class: "scene-seal" }, "福"),
        h("span", {}, t("scene.greeting"))),
      h("p", { class: "scene-bubble own" }, t("scene.second")),
      h("div", { class: "scene-card" },
        h("strong", {}, t("scene.bill")),
        h("span", { class: "money" }, "¥86.40"),
        h("span", { class: "scene-bar" }))),
    h("p", { class: "scene-line" }, t("scene.line")),
  );
}
