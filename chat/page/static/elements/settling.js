/** Paying what one owes, and the lines behind a figure: what both views of balances share. */

import { h, icon } from "../core/dom.js";
import { needWords, t, tParts } from "../core/i18n.js";
import { money, signedMoney } from "../core/money.js";
import { day } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { nameOf } from "../state/people.js";
import { state } from "../state/store.js";
import { moneyMoved } from "../state/wallet.js";
import { confirmFirst, openDialog } from "./dialog.js";
import { openPayment } from "./payment.js";
import { face, sum, toast, who } from "./parts.js";

await needWords("-expenses");

/** Return a payment of a plan as a row: who pays whom, and what one can do about it. */
export function paymentRow(payment, { place } = {}) {
  const isMine = payment.from === state.me.id;
  const { from, to, amount, currency } = payment;
  return h(
    "li", { class: "share" },
    face(isMine ? to : from, 40),
    h("span", { class: "row-text" },
      h("span", { class: "clip" }, tParts("expenses.pays", {
        from: who(from, { you: true }), to: who(to, { you: "inside" }),
      })),
      h("span", { class: "small soft clip", dir: "auto" },
        place ?? t("expenses.because", { count: payment.because.length }))),
    h("span", { class: "share-sum" },
      figure(amount, currency, () => showLines({
        ...payment, net: -amount, person: from,
        lines: payment.lines.map((line) => ({ ...line, amount: -line.amount })),
      })),
      isMine && h("button", {
        type: "button", class: "button small-button", onclick: () => settle(payment),
      }, t("expenses.settle"))),
  );
}

/** Return a figure that opens the lines behind it. */
export function figure(amount, currency, open, text = money(amount, currency)) {
  return h("button", {
    type: "button", class: "link-button money", onclick: open, title: t("expenses.lines"),
  }, text);
}

/** Pay, after a step that names receiver and amount; or say that it was paid in cash. */
export function settle({ room, to, amount, currency }) {
  const fields = { room, to, amount, currency };
  const dialog = openPayment({
    title: t("expenses.settle"), to, amount, currency, command: "room.settle", fields,
    receiptTitle: t("expenses.settled"),
  });
  dialog.querySelector(".payment").append(h("button", {
    type: "button", class: "link-button",
    onclick: () => {
      dialog.close();
      payCash(fields);
    },
  }, t("expenses.in_cash")));
}

async function payCash(fields) {
  const isSure = await confirmFirst({
    title: t("expenses.in_cash"), action: t("expenses.cash_record"), danger: false,
    text: t("expenses.cash_text", {
      name: nameOf(fields.to), amount: money(fields.amount, fields.currency),
    }),
  });
  if (isSure) await attempt(() => call("room.settle", { ...fields, outside: true }));
}

/** Carry something out and say what went wrong. */
export async function attempt(work) {
  try {
    await work();
    moneyMoved();
  } catch (error) {
    toast(asRefused(error).sentence);
  }
}

/** Show what somebody's balance in a room is made of; the lines sum to it. */
export async function openLines(room, person, currency) {
  let found;
  try {
    found = await call("room.balance_lines", { room, person, currency });
  } catch (error) {
    toast(asRefused(error).sentence);
    return;
  }
  showLines({ ...found, room, person, currency });
}

function showLines({ lines, net, room, person, currency }) {
  const dialog = openDialog({
    title: t("expenses.lines"),
    body: [
      h("p", { class: "soft" }, who(person, { you: true })),
      h("ul", {}, lines.map((line) => h("li", { class: "line-row" },
        lineName(line, room, () => dialog.close()),
        h("span", { class: "money" }, signedMoney(line.amount, currency))))),
      h("p", { class: "line-row strong" }, h("span", {}, balanceWords(net, person)),
        sum(Math.abs(net), currency)),
    ],
  });
}

function lineName(line, room, close) {
  const date = h("span", { class: "small soft" }, ` ${day(line.on)}`);
  if (!line.expense) return h("span", {}, icon("transfer"), t("expenses.settlement"), date);
  const href = `/rooms/${room}/expense/${line.expense}`;
  return h("span", {},
    h("a", { href, onclick: close, dir: "auto" }, line.note || t("card.expense")), date);
}

/** Return in words what a net means. */
export function balanceWords(net, person = state.me.id) {
  if (net === 0) return t("expenses.even");
  const isMe = person === state.me.id;
  if (net > 0) return t(isMe ? "expenses.you_get" : "expenses.gets");
  return t(isMe ? "expenses.you_owe" : "expenses.owes");
}
