/** The story of an expense: who paid and owes what, what it said before, and changing it. */

import { h } from "../core/dom.js";
import { needWords, t, tParts } from "../core/i18n.js";
import { money } from "../core/money.js";
import { day, fullMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { state } from "../state/store.js";
import { moneyMoved } from "../state/wallet.js";
import { payers } from "./card-expense.js";
import { confirmFirst } from "./dialog.js";
import { expenseForm } from "./form-expense.js";
import { action, face, sum, toast, who } from "./parts.js";

await needWords("-expenses");

const EVERY = ["never", "week", "month"];

/** Load an expense and return its story. */
export async function expenseStory(id) {
  const { expense, versions } = await call("expense.get", { expense: id });
  const people = [...new Set([...Object.keys(expense.shares), ...Object.keys(expense.paid)])];
  const isMine = expense.by === state.me.id || people.includes(state.me.id);
  const facts = [day(expense.on), expense.category].filter(Boolean).join(" · ");
  return [
    h("div", { class: "hero" },
      h("h2", { dir: "auto" }, expense.note || t("card.expense")),
      h("p", { class: "hero-sum" }, sum(expense.amount, expense.currency)),
      h("p", { class: "soft" }, tParts("expense.paid_by", { who: payers(expense) })),
      h("p", { class: "small soft" }, facts),
      expense.status === "deleted" && h("p", { class: "tag" }, t("expense.is_deleted"))),
    h("ul", { class: "section" }, people.map((person) => personRow(expense, person))),
    h("div", { class: "section" },
      h("a", { class: "action", href: `/rooms/${expense.room}/balances` }, t("expense.who_owes"))),
    expense.status === "open" && isMine && actions(expense),
    h("div", { class: "section" },
      h("h3", { class: "section-title" }, t("expense.history")),
      h("ul", {}, [...versions].reverse().map((version) => versionRow(version)))),
  ];
}

function personRow(expense, person) {
  const paid = expense.paid[person];
  return h(
    "li", { class: "share" },
    face(person, 40),
    h("span", { class: "row-text" },
      h("span", { class: "clip row-name" }, who(person, { you: true })),
      paid && h("span", { class: "small soft" },
        t("expense.paid", { amount: money(paid, expense.currency) }))),
    h("span", { class: "share-sum" }, sum(expense.shares[person] ?? 0, expense.currency),
      h("span", { class: "small soft" }, t("expense.part"))),
  );
}

function versionRow({ what, by, at, terms }) {
  return h(
    "li", { class: "line-row" },
    h("span", {}, tParts(`expense.was_${what}`, { who: who(by, { you: true }) }),
      h("span", { class: "small soft" }, ` ${terms.note} · ${fullMoment(at)}`)),
    sum(terms.amount, terms.currency),
  );
}

function actions(expense) {
  const repeat = (every) => action("clock", t(`expense.repeat_${every}`), () => attempt(
    () => call("expense.repeat", { expense: expense.id, every }),
  ));
  return h(
    "div", { class: "section" },
    action("edit", t("expense.edit"), () => {
      const room = state.rooms.get(expense.room);
      if (room) expenseForm(room, expense);
    }),
    EVERY.filter((every) => every !== expense.every).map(repeat),
    action("close", t("expense.delete"), () => remove(expense), { class: "action danger" }),
  );
}

async function remove(expense) {
  const isSure = await confirmFirst({
    title: t("expense.delete_title"), text: t("expense.delete_text"), action: t("expense.delete"),
  });
  if (isSure) await attempt(() => call("expense.delete", { expense: expense.id }));
}

async function attempt(work) {
  try {
    await work();
    moneyMoved();
  } catch (error) {
    toast(asRefused(error).sentence);
  }
}
