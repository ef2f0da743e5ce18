/** Who owes what in a room, who should pay whom, and all expenses. */

import { listen } from "../core/bus.js";
import { Part, h, iconButton, refill } from "../core/dom.js";
import { needWords, t, tParts } from "../core/i18n.js";
import { money } from "../core/money.js";
import { go } from "../core/router.js";
import { day } from "../core/time.js";
import { call } from "../net/api.js";
import { download } from "../net/http.js";
import { asRefused } from "../net/refused.js";
import { state } from "../state/store.js";
import { payers } from "./card-expense.js";
import { confirmFirst } from "./dialog.js";
import { expenseForm } from "./form-expense.js";
import { action, empty, face, spinner, sum, toast, who } from "./parts.js";
import { attempt, balanceWords, figure, openLines, paymentRow } from "./settling.js";

await needWords("-expenses");

const PAUSE_MS = 300;

class Balances extends Part {
  #body = h("div", { class: "scroll" });
  #soon = 0;
  #seen = 0;

  start() {
    const { room } = this.route;
    refill(
      this,
      h("header", { class: "head" },
        h("h2", { class: "head-title" }, t("expenses.title")),
        iconButton("close", t("page.close"), () => go(`/rooms/${room}`))),
      this.#body,
    );
    refill(this.#body, spinner());
    this.until(listen("money", () => this.loadSoon()), listen(`room:${room}`, () => {
      // Only what came into the room; who reads or types there changes nothing.
      if (this.room?.last_seq !== this.#seen) this.loadSoon();
    }));
    this.load();
  }

  stop() {
    clearTimeout(this.#soon);
  }

  get room() {
    return state.rooms.get(this.route.room);
  }

  loadSoon() {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.load(), PAUSE_MS);
  }

  async load() {
    const { room } = this.route;
    this.#seen = this.room?.last_seq;
    try {
      const [{ balances }, { payments }, list] = await Promise.all([
        call("room.balances", { room }), call("room.settle_plan", { room }),
        call("expense.list", { room }),
      ]);
      if (this.isConnected) this.show(balances, payments, list);
    } catch (error) {
      refill(this.#body, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }

  show(balances, payments, { expenses, settlements }) {
    const { room } = this.route;
    const add = action("add", t("money.expense"), () => this.room && expenseForm(this.room));
    if (!expenses.length && !settlements.length) {
      refill(this.#body, empty({
        picture: "wallet", title: t("expenses.none"), text: t("expenses.none_text"), action: add,
      }));
      return;
    }
    const cash = settlements.filter(({ status }) => status === "to_confirm");
    refill(this.#body, h("div", { class: "detail-body" },
      Object.entries(balances).map(([currency, nets]) => this.own(currency, nets)),
      cash.length > 0 && h("section", { class: "section" },
        h("h3", { class: "section-title" }, t("expenses.cash")),
        h("ul", {}, cash.map(cashRow))),
      payments.length > 0 && h("section", { class: "section" },
        h("h3", { class: "section-title" }, t("expenses.plan")),
        h("ul", {}, payments.map((payment) => paymentRow(payment)))),
      Object.entries(balances).map(([currency, nets]) => this.everybody(currency, nets)),
      h("section", { class: "section" },
        h("h3", { class: "section-title" }, t("expenses.all")),
        add,
        action("down", t("expenses.export"), () => save(room)),
        h("ul", {}, expenses.map((expense) => expenseRow(expense, room))))));
  }

  own(currency, nets) {
    const net = nets[state.me.id] ?? 0;
    const open = () => openLines(this.route.room, state.me.id, currency);
    return h("div", { class: "hero" },
      h("p", { class: "soft" }, balanceWords(net)),
      h("p", { class: "hero-sum" }, figure(Math.abs(net), currency, open)));
  }

  everybody(currency, nets) {
    const people = Object.entries(nets).filter(([, net]) => net)
      .sort(([, one], [, other]) => other - one);
    return people.length > 0 && h("section", { class: "section" },
      h("h3", { class: "section-title" }, t("expenses.everybody", { currency })),
      h("ul", {}, people.map(([person, net]) => h("li", { class: "share" },
        face(person, 40),
        h("span", { class: "row-text" },
          h("span", { class: "clip row-name" }, who(person, { you: true })),
          h("span", { class: "small soft" }, balanceWords(net, person))),
        figure(Math.abs(net), currency,
          () => openLines(this.route.room, person, currency))))));
  }
}
customElements.define("kith-balances", Balances);

function expenseRow(expense, room) {
  return h("li", {}, h(
    "a", { class: "row", href: `/rooms/${room}/expense/${expense.id}` },
    h("span", { class: "row-text" },
      h("span", { class: "clip row-name", dir: "auto" }, expense.note || t("card.expense")),
      h("span", { class: "clip small soft" }, `${day(expense.on)} · `,
        tParts("expense.paid_by", { who: payers(expense) }))),
    sum(expense.amount, expense.currency),
  ));
}

function cashRow(cash) {
  const isForMe = cash.to === state.me.id;
  const answer = (command) => () => attempt(() => call(command, { settlement: cash.id }));
  const places = { name: money(cash.amount, cash.currency) };
  const decline = async () => {
    const isSure = await confirmFirst({
      title: t("expenses.not_paid"), text: t("expenses.not_paid_text"),
      action: t("expenses.not_paid"),
    });
    if (isSure) await answer("room.decline_settlement")();
  };
  return h(
    "li", { class: "person-row" },
    h("span", { class: "row" }, face(isForMe ? cash.from : cash.to, 40),
      h("span", { class: "row-text" }, h("span", {}, tParts("expenses.says_paid", {
        from: who(cash.from, { you: true }), to: who(cash.to, { you: "inside" }),
      })), !isForMe && h("span", { class: "small soft" }, t("expenses.waits"))),
      sum(cash.amount, cash.currency)),
    (isForMe || cash.from === state.me.id) && h("div", { class: "buttons" },
      isForMe && h("button", {
        type: "button", class: "button", onclick: answer("room.confirm_settlement"),
      }, t("expenses.confirm", places)),
      h("button", { type: "button", class: "button plain", onclick: decline },
        t("expenses.not_paid"))),
  );
}

async function save(room) {
  try {
    const href = URL.createObjectURL(await download("expense.export", { room }));
    h("a", { href, download: "expenses.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(href), PAUSE_MS);
  } catch (error) {
    toast(asRefused(error).sentence);
  }
}
