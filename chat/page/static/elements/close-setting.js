/** Closing one's account: what stands open, and the end once nothing does. */

import { listen } from "../core/bus.js";
import { Part, h, icon, refill } from "../core/dom.js";
import { hasWords, needWords, t } from "../core/i18n.js";
import { signedMoney, money } from "../core/money.js";
import { call } from "../net/api.js";
import { asRefused, CommandId } from "../net/refused.js";
import { leaveForGood } from "../state/session.js";
import { confirmFirst } from "./dialog.js";
import { form, textField } from "./fields.js";
import { empty, spinner } from "./parts.js";

await needWords("-bank");

// Where each can be ended.
const PLACES = {
  balance: "/wallet", held: "/wallet/entries", coming: "/wallet/entries",
  envelope: "/wallet/envelopes", voucher: "/wallet/requests", voucher_given: "/wallet/requests",
  split: "/wallet/bills", share: "/wallet/bills", expense: "/friends", trust: "/friends",
  loan: "/wallet/loans/borrower", loan_ask: "/wallet/loans/borrower",
  request: "/wallet/requests", dispute: "/wallet/entries", group: "/", freeze: "/notices",
};

class CloseSetting extends Part {
  start() {
    refill(this, spinner());
    this.until(listen("money", () => this.load()));
    this.load();
  }

  async load() {
    try {
      const { open } = await call("account.list_open");
      if (this.isConnected) this.show(open);
    } catch (error) {
      refill(this, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }

  show(open) {
    refill(this, h("div", { class: "form" },
      h("p", { class: "soft" }, t("close.text")),
      h("p", { class: open.length ? "note wait" : "note" },
        t(open.length ? "close.open" : "close.empty")),
      open.length ? h("ul", { class: "entries" }, open.map(row)) : this.last()));
  }

  last() {
    const password = textField({
      label: t("close.password"), name: "password", type: "password",
      autocomplete: "current-password",
    });
    const id = new CommandId();
    return form({
      fields: password,
      action: t("close.action"),
      className: "danger",
      send: async () => {
        const typed = password.value();
        if (!typed) {
          password.complain(t("form.needed"));
          return;
        }
        const isSure = await confirmFirst({
          title: t("close.sure"), text: t("close.sure_text"), action: t("close.action"),
        });
        if (isSure) await leaveForGood(typed, id.for({ typed }));
      },
      explain: ({ code }) => {
        if (code === "wallet.still_open") this.load();
      },
    });
  }
}
customElements.define("kith-close-setting", CloseSetting);

function row({ kind, currency, amount, count }) {
  const name = hasWords(`open.${kind}`) ? `open.${kind}` : "open.other";
  const figure = amount === null ? String(count)
    : kind === "expense" ? signedMoney(amount, currency) : money(amount, currency);
  return h("li", {}, h("a", { class: "row", href: PLACES[kind] ?? "/wallet" },
    h("span", { class: "row-text row-name" }, t(name)),
    h("span", { class: "money strong" }, figure), icon("next", "icon soft")));
}
