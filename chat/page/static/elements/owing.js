/** What stands between oneself and somebody, over all rooms. */

import { listen } from "../core/bus.js";
import { Part, h, iconButton, refill } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { back } from "../core/router.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { nameOf } from "../state/people.js";
import { titleOf } from "../state/rooms.js";
import { state } from "../state/store.js";
import { empty, skeletons, sum } from "./parts.js";
import { balanceWords, paymentRow } from "./settling.js";

await needWords("-expenses");

class Owing extends Part {
  #body = h("div", { class: "page narrow" });

  get pageTitle() {
    return t("expenses.with", { name: nameOf(this.route.person) });
  }

  start() {
    const { person } = this.route;
    const title = h("h1", { class: "head-title limit-head" }, this.pageTitle);
    refill(
      this,
      h("header", { class: "head lined" },
        iconButton("back", t("page.back"), () => back(`/friends/${person}`)), title),
      h("div", { class: "scroll" }, this.#body),
    );
    refill(this.#body, skeletons(2));
    this.until(
      listen("money", () => this.load()),
      listen(`person:${person}`, () => refill(title, this.pageTitle)),
    );
    this.load();
  }

  async load() {
    try {
      const { balances, payments } = await call("person.balances", { person: this.route.person });
      if (this.isConnected) this.show(balances, payments);
    } catch (error) {
      refill(this.#body, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }

  show(balances, payments) {
    if (!payments.length) {
      refill(this.#body, empty({
        picture: "check", title: t("expenses.even"), text: t("expenses.even_text"),
      }));
      return;
    }
    refill(
      this.#body,
      Object.entries(balances).map(([currency, net]) => h("div", { class: "hero" },
        h("p", { class: "soft" }, balanceWords(net)),
        h("p", { class: "hero-sum" }, sum(Math.abs(net), currency)))),
      h("ul", { class: "panel" }, payments.map((payment) => {
        const room = state.rooms.get(payment.room);
        return paymentRow(payment, { place: room ? titleOf(room) : t("expenses.other_room") });
      })),
    );
  }
}
customElements.define("kith-owing", Owing);
