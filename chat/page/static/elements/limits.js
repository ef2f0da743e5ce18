/** What one may still pay today and this year. */

import { listen } from "../core/bus.js";
import { Part, h, refill } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { knownLimits } from "../state/wallet.js";

await needWords("-pin");

class Limits extends Part {
  start() {
    this.until(listen("wallet", () => this.show()));
    this.show();
  }

  show() {
    const wallet = knownLimits();
    if (!wallet) return;
    refill(this, h(
      "section", { class: "panel limits-left", "aria-label": t("limits.title") },
      h("h2", {}, t("limits.title")),
      wallet.limits.map((limit) => h("dl", { class: "facts" }, ["day", "year"].map((span) => [
        h("dt", {}, t(`limits.${span}`)),
        h("dd", { class: "money" }, t("limits.of", {
          left: money(limit[span].left, limit.currency),
          most: money(limit[span].most, limit.currency),
        })),
      ]))),
      wallet.next_tier && h("a", { class: "small", href: "/settings/identity" },
        t("limits.raise")),
    ));
  }
}
customElements.define("kith-limits", Limits);
