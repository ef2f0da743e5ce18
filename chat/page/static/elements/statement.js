/** What one had at the start and the end of some days, and what came and went between. */

import { listen } from "../core/bus.js";
import { Part, h, refill } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { signedMoney } from "../core/money.js";
import { call } from "../net/api.js";
import { download } from "../net/http.js";
import { asRefused } from "../net/refused.js";
import { form, textField } from "./fields.js";
import { empty, paneHead, sum } from "./parts.js";

await needWords("-pay", "-bank");

/** Return a moment's date as fields of dates take it. */
export function asDay(moment) {
  return [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()]
    .map((part) => String(part).padStart(2, "0")).join("-");
}

class Statement extends Part {
  #from = null;
  #to = null;
  #sums = h("div", { class: "statements", "aria-live": "polite" });

  get pageTitle() {
    return t("export.title");
  }

  start() {
    const today = new Date();
    const day = (name, label, value) => textField({
      label, name, type: "date", required: true, value: asDay(value), onchange: () => this.load(),
    });
    this.#from = day("from", t("export.from"),
      new Date(today.getFullYear(), today.getMonth(), 1));
    this.#to = day("to", t("export.to"), today);
    refill(
      this,
      paneHead(this.pageTitle, "/wallet"),
      h("div", { class: "scroll" }, h("div", { class: "page narrow" },
        h("div", { class: "panel" }, form({
          fields: [h("div", { class: "two" }, this.#from, this.#to), this.#sums],
          action: t("export.save"), send: () => this.save(),
        })))),
    );
    this.until(listen("money", () => this.load()));
    this.load();
  }

  /** Return the days, or null and say what is missing. */
  days() {
    for (const field of [this.#from, this.#to]) {
      if (!field.value()) {
        field.complain(t("export.needed"));
        return null;
      }
    }
    // The reader's days, which may not be the service's.
    const start = (date, later = 0) => {
      const at = new Date(`${date}T00:00:00`);
      at.setDate(at.getDate() + later);
      return at.toISOString();
    };
    return { from: start(this.#from.value()), to: start(this.#to.value(), 1) };
  }

  async load() {
    const days = this.days();
    if (!days) return;
    try {
      const { statements } = await call("wallet.statement", days);
      if (!this.isConnected) return;
      refill(this.#sums, statements.length ? statements.map(sums)
        : h("p", { class: "soft" }, t("statement.none")));
    } catch (error) {
      refill(this.#sums, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }

  fileName() {
    return `kith-${this.#from.value()}-${this.#to.value()}.csv`;
  }

  async save() {
    const days = this.days();
    if (!days) return;
    const file = URL.createObjectURL(await download("wallet.export", days));
    h("a", { href: file, download: this.fileName() }).click();
    setTimeout(() => URL.revokeObjectURL(file), 60_000);
  }
}
customElements.define("kith-statement", Statement);

function sums({ currency, opening, closing, out, in: came }) {
  const line = (name, value) => [h("dt", {}, t(`statement.${name}`)), h("dd", {}, value)];
  return h(
    "dl", { class: "facts statement", "aria-label": currency },
    line("opening", sum(opening, currency)),
    line("in", h("span", { class: "money good" }, signedMoney(came, currency))),
    line("out", h("span", { class: "money" }, signedMoney(-out, currency))),
    line("closing", sum(closing, currency, "strong")),
  );
}
