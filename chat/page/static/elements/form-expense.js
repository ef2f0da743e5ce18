/** Writing an expense down, or changing what it says. */

import { h, refill } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { call } from "../net/api.js";
import { CommandId } from "../net/refused.js";
import { state } from "../state/store.js";
import { moneyMoved } from "../state/wallet.js";
import { openDialog } from "./dialog.js";
import { choiceField, form, moneyField, selectField, textField } from "./fields.js";
import { memberRow, preview, readBetween, sentence } from "./form-split.js";
import { toast } from "./parts.js";

await needWords("-expenses");

// The active ones of ISO 4217 that a service keeps money in.
const CURRENCIES = `
  CNY AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
  CAD CDF CHF CLP COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
  GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD
  KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO
  NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE
  SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND
  VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG`.trim().split(/\s+/);
const SEVERAL = "several";
const MODES = ["even", "exact", "weights"];

/** Open the form for a room; with an expense it changes that one. */
export function expenseForm(room, expense = null) {
  const members = membersOf(room, expense);
  const fields = makeFields(room, members, expense);
  const { amount, currency, payer, mode, payers, rows, left } = fields;
  const inWhat = () => currency.value();
  const whole = () => (payer.value() === SEVERAL
    ? payers.reduce((all, row) => all + (row.exact() ?? 0), 0) : amount.value() ?? 0);
  const show = () => {
    amount.hidden = payer.value() === SEVERAL;
    amount.speak(inWhat());
    fields.paidBy.hidden = payer.value() !== SEVERAL;
    for (const row of rows) row.show(mode.value());
    const parts = preview(mode.value(), whole(), rows);
    rows.forEach((row, at) => row.tell(mode.value() === "exact" ? null : parts?.[at]));
    const said = sentence(mode.value(), whole(), rows, inWhat());
    const isSum = payer.value() === SEVERAL && whole() > 0;
    refill(left, isSum && `${t("split.total")} ${money(whole(), inWhat())}. `, said);
  };
  const id = new CommandId();
  const dialog = openDialog({
    title: t(expense ? "expense.edit" : "money.expense"),
    body: form({
      fields: fields.all,
      action: t(expense ? "page.save" : "expense.add"),
      send: async () => {
        const paid = readPaid(payer, amount, payers);
        const between = paid && readBetween(mode.value(), whole(), rows);
        if (!between) {
          refill(left, h("span", { class: "bad" }, paid
            ? sentence(mode.value(), whole(), rows, inWhat()) : t("form.amount_needed")));
          return;
        }
        await send(room, expense, { paid, between, ...fields.said() }, id);
        dialog.close();
      },
    }),
  });
  dialog.addEventListener("input", show);
  dialog.addEventListener("change", show);
  show();
}

async function send(room, expense, said, id) {
  const about = expense ? { expense: expense.id } : { room: room.room };
  const fields = { ...about, ...said };
  await call(expense ? "expense.edit" : "expense.add", fields, { id: id.for(fields) });
  moneyMoved();
  toast(t(expense ? "expense.edited" : "expense.added"));
}

/** Return the room's members, and who has left but stands in the expense. */
function membersOf(room, expense) {
  const members = [...room.members.values()];
  const named = expense ? [...Object.keys(expense.shares), ...Object.keys(expense.paid)] : [];
  const gone = [...new Set(named)].filter((person) => !room.members.has(person));
  return [...members, ...gone.map((person) => ({ person, name: t("people.someone") }))];
}

function makeFields(room, members, expense) {
  const between = expense?.between ?? { mode: "even", members: members.map((one) => one.person) };
  const paid = Object.keys(expense?.paid ?? {});
  const currency = selectField({
    label: t("expense.currency"), name: "currency", value: expense?.currency ?? "CNY",
    options: CURRENCIES.map((code) => [code, code]),
  });
  const currencyOf = () => currency.value();
  const amount = moneyField({
    label: t("expense.amount"), name: "amount", big: true, autofocus: true,
    amount: expense?.amount ?? 0, currency: expense?.currency ?? "CNY", hint: t("expense.hint"),
  });
  const note = textField({
    label: t("split.note"), name: "note", maxlength: 200, value: expense?.note ?? "",
    placeholder: t("split.note_example"),
  });
  const payer = selectField({
    label: t("expense.payer"), name: "payer",
    value: paid.length > 1 ? SEVERAL : paid[0] ?? state.me.id,
    options: [
      ...members.map((one) => [one.person, one.person === state.me.id
        ? t("room.name_and_you", { name: one.name }) : one.name]),
      [SEVERAL, t("expense.several")],
    ],
  });
  const mode = choiceField({
    label: t("split.mode"), name: "mode", value: between.mode,
    options: MODES.map((key) => [key, t(`split.${key}`)]),
  });
  const payers = members.map((one) => {
    const row = memberRow(one, { currencyOf, said: { amount: expense?.paid[one.person] } });
    row.show("exact");
    return row;
  });
  const rows = members.map(({ person, ...rest }) => memberRow({ person, ...rest }, {
    currencyOf,
    said: {
      isIn: between.members?.includes(person) ?? true, amount: between.amounts?.[person],
      weight: between.weights ? between.weights[person] ?? 0 : 1,
    },
  }));
  const on = textField({ label: t("expense.on"), name: "on", type: "date", value: expense?.on });
  const category = textField({
    label: t("expense.category"), name: "category", maxlength: 32, value: expense?.category ?? "",
  });
  const left = h("p", { class: "form-total", role: "status" });
  const paidBy = h("ul", { class: "member-choice", "aria-label": t("expense.payer") }, payers);
  return {
    amount, currency, payer, mode, payers, rows, left, paidBy,
    all: [
      amount, note, payer, paidBy, mode,
      h("ul", { class: "member-choice", "aria-label": t("expense.between") }, rows), left,
      h("details", { class: "more" }, h("summary", {}, t("form.more")),
        h("div", { class: "form" }, currency, category, on)),
    ],
    said: () => ({
      note: note.value(), currency: currency.value(), category: category.value(),
      ...(on.value() ? { on: on.value() } : {}),
    }),
  };
}

function readPaid(payer, amount, payers) {
  if (payer.value() !== SEVERAL) {
    const typed = amount.need();
    return typed && { [payer.value()]: typed };
  }
  if (payers.some((row) => row.exact() === null)) return null;
  const some = payers.filter((row) => row.exact() > 0);
  return some.length ? Object.fromEntries(some.map((row) => [row.person, row.exact()])) : null;
}
