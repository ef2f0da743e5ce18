/**
 * The way of money out of one's hands: a step that names receiver and amount, the doing, a receipt.
 * What goes wrong is said where it happens, with what to do about it.
 */

import { h, icon, refill } from "../core/dom.js";
import { t, tParts } from "../core/i18n.js";
import { money } from "../core/money.js";
import { fullMoment } from "../core/time.js";
import { asRefused, CommandId } from "../net/refused.js";
import { call } from "../net/api.js";
import { availableIn, loadWallet, moneyMoved } from "../state/wallet.js";
import { openDialog } from "./dialog.js";
import { form, moneyField, selectField } from "./fields.js";
import { announce, face, sum, toast, whileBusy, who } from "./parts.js";

/**
 * Ask, pay, show the receipt.
 *
 * `to` is a person's id or { name }; `command` and `fields` are what is sent; `rows` are further
 * facts as [name, value]; `done(result)` is called once it happened; `again()` goes back to the
 * form. With `ways` one chooses from where the money comes: { key, label, fields, fromBalance,
 * explain } each, the first is chosen. `waits(result)` returns the bank payment that it waits for.
 */
export function openPayment(payment) {
  const body = h("div", { class: "form payment" });
  const dialog = openDialog({ title: payment.title, body });
  const id = new CommandId();
  confirm({ ...payment, id, body, dialog });
  return dialog;
}

function receiver(to) {
  if (to.name) return h("span", { class: "payee" }, to.picture && icon(to.picture), to.name);
  return h("span", { class: "payee" }, face(to, 32), h("strong", {}, who(to)));
}

function facts(rows) {
  return h("dl", { class: "facts" }, rows.filter(Boolean).map(([name, value]) => [
    h("dt", {}, name), h("dd", {}, value),
  ]));
}

// What the balance has to give; other sources may give the rest.
function fromBalance({ amount, way, fromBalance: part = amount }) {
  return way ? way.fromBalance : part;
}

/** Return the field in which one chooses from where the money comes. */
function wayField(payment, changed) {
  const { ways } = payment;
  payment.way ??= ways[0];
  const field = selectField({
    label: t("bank.rest_from"), name: "way", value: payment.way.key,
    options: ways.map(({ key, label }) => [key, label]),
  });
  field.input.addEventListener("change", () => {
    payment.way = ways.find(({ key }) => key === field.value());
    changed();
  });
  return field;
}

function confirm(payment) {
  const { body, amount, currency = "CNY", to, rows = [], verb, explain } = payment;
  const source = h("span", { class: "money" }, "…");
  const problem = h("div", { class: "problem", role: "alert" });
  const words = h("p", { class: "note", hidden: true });
  const ways = payment.ways && wayField(payment, () => {
    refill(problem);
    showSource(payment, source, problem, words);
  });
  const button = h("button", { type: "button", class: "button wide", autofocus: true },
    verb ?? t("pay.pay", { amount: money(amount, currency) }));
  button.addEventListener("click", () => whileBusy(button, () => pay(payment, problem)));
  refill(
    body,
    h("p", { class: "payment-sum" }, sum(amount, currency)),
    facts([[t("pay.to"), receiver(to)], [t("pay.from"), source], ...rows]),
    ways,
    words,
    explain && h("p", { class: "note wait" }, explain),
    problem,
    button,
    payment.again && h("button", { type: "button", class: "link-button", onclick: () => {
      payment.dialog.close();
      payment.again();
    } }, t("pay.change")),
  );
  showSource(payment, source, problem, words);
  button.focus();
}

async function showSource(payment, source, problem, words) {
  const { currency = "CNY", way } = payment;
  words.hidden = !way?.explain;
  refill(words, way?.explain);
  try {
    await loadWallet();
  } catch {
    return;
  }
  const available = availableIn(currency);
  refill(source, t("pay.balance", { amount: money(available, currency) }));
  if (payment.way !== way) return;
  if (available < fromBalance(payment)) refill(problem, tooLittle(payment, available));
}

/** Say what is there and offer to bring in what is missing. */
function tooLittle(payment, available) {
  const { currency = "CNY" } = payment;
  return [
    h("span", {}, t("pay.too_little", { amount: money(available, currency) })),
    h("button", {
      type: "button", class: "button plain",
      onclick: (event) => whileBusy(event.currentTarget, () => topUp(payment)),
    }, t("pay.top_up_by", { amount: money(fromBalance(payment) - available, currency) })),
  ];
}

async function topUp(payment) {
  const { currency = "CNY", body } = payment;
  const missing = Math.max(1, fromBalance(payment) - (availableIn(currency) ?? 0));
  const field = moneyField({
    label: t("wallet.amount"), name: "top-up", amount: missing, big: true, currency,
  });
  const { listBanks, move } = await import("./banking.js");
  const channel = selectField({
    label: t("bank.over"), name: "channel", options: await listBanks(),
  });
  const id = new CommandId();
  refill(body, form({
    fields: [field, channel],
    action: t("wallet.top_up"),
    send: async () => {
      const wanted = field.need();
      if (!wanted) return;
      const fields = { amount: wanted, currency, channel: channel.value() };
      const moved = await move("wallet.top_up", fields, id);
      moneyMoved();
      if (!moved.entry) toast(t("bank.late_in"));
      confirm(payment);
    },
  }));
  field.input.focus();
}

async function pay(payment, problem) {
  const { command, id, currency = "CNY" } = payment;
  const { fields } = payment.way ?? payment;
  refill(problem);
  let result;
  try {
    result = await call(command, fields, { id: id.for(fields) });
  } catch (error) {
    const refused = asRefused(error);
    await loadWallet().catch(() => {});
    const available = availableIn(currency) ?? 0;
    if (refused.code === "wallet.insufficient_funds" && available < fromBalance(payment)) {
      refill(problem, tooLittle(payment, available));
    } else if (lacksPin(refused)) refill(problem, offerBalance(payment, refused.detail, problem));
    else refill(problem, h("span", {}, refused.sentence), helpFor(refused, payment.dialog));
    return;
  }
  moneyMoved();
  const waits = payment.waits?.(result);
  if (waits) {
    const { showWaiting } = await import("./bank-wait.js");
    showWaiting(payment, waits, {
      goOn: (shown) => pay(payment, shown), change: () => confirm(payment),
    });
    return;
  }
  payment.done?.(result);
  receipt(payment, result.payment_request?.receipt);
}

// The bank has paid its part, and only the PIN is missing, which was not asked for when it began.
function lacksPin({ code, detail }) {
  return code === "payment_request.not_paid" && detail.reason === "wallet.pin_required";
}

/** Offer to pay all of it from the balance, where the bank's part lies; that asks for the PIN. */
function offerBalance(payment, { amount, currency }, problem) {
  const { fields } = payment.way ?? payment;
  const vouchers = fields.sources.filter(({ voucher }) => voucher);
  const balance = fields.sources.reduce((all, one) => all + (one.balance ?? one.amount ?? 0), 0);
  const way = { key: "balance", label: t("bank.balance"), fromBalance: balance,
    fields: { ...fields, sources: [...vouchers, { balance }] } };
  return [
    h("span", {}, t("bank.paid_lacks_pin", { amount: money(amount, currency) })),
    h("button", {
      type: "button", class: "button plain",
      onclick: (event) => whileBusy(event.currentTarget, () => {
        payment.way = way;
        return pay(payment, problem);
      }),
    }, t("bank.pay_from_balance")),
  ];
}

/** Return a way out of a refusal that has one elsewhere on the page. */
export function helpFor({ code, detail }, dialog) {
  const next = code === "wallet.tier_required" ? "real_name" : detail.next_tier;
  let [section, words] = ["identity", next === "verified" ? "confirm_document" : "confirm_name"];
  if (code.startsWith("wallet.pin_")) [section, words] = ["pin", "new_pin"];
  else if (!next) return null;
  return h("a", { class: "button plain", href: `/settings/${section}`,
    onclick: () => dialog?.close() }, t(`pay.${words}`));
}

function receipt(payment, number) {
  const { body, dialog, amount, currency = "CNY", to, receiptTitle, rows = [] } = payment;
  const title = receiptTitle ?? t("pay.paid");
  announce(`${title} ${money(amount, currency)}`);
  const close = h("button", { type: "button", class: "button wide", onclick: () => dialog.close() },
    t("pay.done"));
  refill(
    body,
    h("div", { class: "receipt" },
      h("span", { class: "receipt-tick" }, icon("check")),
      h("p", {}, title),
      h("p", { class: "payment-sum" }, sum(amount, currency))),
    facts([[t("pay.to"), receiver(to)], [t("pay.at"), fullMoment(Date.now())], ...rows,
      number && [t("receipt.number"), h("a", {
        href: `/wallet/receipt/${number}`, onclick: () => dialog.close(),
      }, number)]]),
    close,
  );
  close.focus();
}

/** Return what a receipt or a step says about a person in a sentence. */
export function sentenceWith(name, person, places = {}) {
  return tParts(name, { ...places, who: who(person) });
}
