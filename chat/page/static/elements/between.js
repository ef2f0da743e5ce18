/** Loans between oneself and a friend: how much, and what is lent without asking. */

import { listen } from "../core/bus.js";
import { Part, h, icon, refillHeld } from "../core/dom.js";
import { needWords, t, tParts } from "../core/i18n.js";
import { needStyle } from "../core/styles.js";
import { call } from "../net/api.js";
import { state } from "../state/store.js";
import { allowanceOf } from "./allowance.js";
import { sum, who } from "./parts.js";

await Promise.all([needWords("-trust"), needStyle("trust")]);

class Between extends Part {
  #limits = {};
  #allowances = null;

  start() {
    for (const topic of ["trust", "money", "allowances"]) {
      this.until(listen(topic, () => this.load()));
    }
    this.show();
    this.load();
  }

  async load() {
    const me = state.me.id;
    const ask = async (name, lender, borrower) => {
      this.#limits[name] = await call("loan.limit", { lender, borrower }).catch(() => null);
    };
    const allowances = async () => {
      this.#allowances = await call("loan.allowances").catch(() => null);
    };
    await Promise.all([
      ask("lender", this.person, me), ask("borrower", me, this.person), allowances(),
    ]);
    if (this.isConnected) this.show();
  }

  show() {
    const line = (role, name) => {
      const limit = this.#limits[role];
      return h("a", {
        class: "row limit-row", href: `/friends/${this.person}/limit/${role}`,
        data: { held: `limit ${role}` },
      },
        h("span", { class: "row-text" },
          h("span", {}, tParts(name, { who: who(this.person) })),
          h("span", { class: "small soft" }, t("limit.why"))),
        limit === undefined ? h("span", { class: "soft" }, "…")
          : limit ? sum(limit.limit, "CNY", "trust-sum") : h("span", { class: "soft" }, "–"),
        icon("next", "icon soft"));
    };
    refillHeld(this, h("section", { class: "panel", "aria-labelledby": "limits-title" },
      h("h2", { id: "limits-title" }, t("limit.title")),
      line("lender", "limit.they_lend"), line("borrower", "limit.you_lend"),
      this.#allowances && allowanceOf(this.person, this.#allowances)));
  }
}
customElements.define("kith-between", Between);
