/** A message that was typed and is not yet known to be there. */

import { h, icon } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { clock } from "../core/time.js";
import { discard, retry } from "../state/outbox.js";
import { quote } from "./message.js";
import { richText } from "./text.js";

/** Return the row of a pending message. */
export function pendingRow(one, timeline) {
  const state = one.failed ? t("message.failed") : t("message.sending");
  return h(
    "div", { class: "item", data: { look: String(one.failed) } },
    h("article", { class: "message mine first last pending", "aria-label": state },
      h("div", { class: "stack" },
        h("div", { class: "bubble" },
          one.reply_to && quote(one.reply_to, timeline),
          h("div", { class: "text", dir: "auto" }, richText(one.text),
            h("span", { class: "meta" },
              h("time", { datetime: one.at }, clock(one.at)),
              h("span", { role: "img", "aria-label": state, title: state },
                icon(one.failed ? "warning" : "clock", "icon small"))))),
        one.failed && h("div", { class: "failed small" },
          h("span", { class: "bad" }, one.failed),
          h("button", { type: "button", class: "link-button", onclick: () => retry(one) },
            t("page.again")),
          h("button", { type: "button", class: "link-button", onclick: () => discard(one) },
            t("page.delete"))))),
  );
}
