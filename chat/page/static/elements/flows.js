/** What the buttons of cards do. */

import { h } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { day } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused, CommandId } from "../net/refused.js";
import { nameOf } from "../state/people.js";
import { moneyMoved } from "../state/wallet.js";
import { confirmFirst, openDialog } from "./dialog.js";
import { form, moneyField } from "./fields.js";
import { openPayment } from "./payment.js";
import { toast, whileBusy } from "./parts.js";

async function attempt(work) {
  try {
    const result = await work();
    moneyMoved();
    return result;
  } catch (error) {
    toast(asRefused(error).sentence);
    return undefined;
  }
}

// --- Splits -------------------------------------------------------------------------------------

/** Pay one's share of a bill. */
export function paySplit(card, share) {
  openPayment({
    title: t("split.pay_title"), to: card.initiator, amount: share.amount, currency: card.currency,
    rows: [[t("split.bill"), card.note || t("card.split")]],
    command: "split.pay", fields: { split: card.id, currency: card.currency },
  });
}

/** Refuse to pay one's share, for good. */
export async function declineSplit(card) {
  const isSure = await confirmFirst({
    title: t("split.decline_title"), action: t("split.decline"),
    text: t("split.decline_text", { name: nameOf(card.initiator) }),
  });
  if (isSure) await attempt(() => call("split.decline", { split: card.id }));
}

/** Remind those who have not paid. */
export async function remindSplit(card, button) {
  await whileBusy(button, () => attempt(async () => {
    await call("split.remind", { split: card.id });
    toast(t("split.reminded"));
  }));
}

/** Stop asking for a bill. */
export async function cancelSplit(card) {
  const isSure = await confirmFirst({
    title: t("split.cancel_title"), text: t("split.cancel_text"), action: t("split.cancel"),
  });
  if (isSure) await attempt(() => call("split.cancel", { split: card.id }));
}

// --- Transfers ----------------------------------------------------------------------------------

/** Take money that was offered. */
export async function acceptTransfer(card, button) {
  return whileBusy(button, () => attempt(async () => {
    const { transfer } = await call("transfer.accept", { transfer: card.id });
    toast(t("transfer.accepted_toast", { amount: money(card.amount, card.currency) }));
    return transfer;
  }));
}

/** Give money back that was offered. */
export async function returnTransfer(card) {
  const isSure = await confirmFirst({
    title: t("transfer.return_title"), action: t("transfer.return"), danger: false,
    text: t("transfer.return_text", {
      name: nameOf(card.from), amount: money(card.amount, card.currency),
    }),
  });
  if (!isSure) return undefined;
  return attempt(async () => (await call("transfer.return", { transfer: card.id })).transfer);
}

// --- Loans --------------------------------------------------------------------------------------

/** Lend what was asked for. */
export function grantLoan(loan, done) {
  openPayment({
    title: t("loan.grant_title"), to: loan.borrower, amount: loan.amount,
    verb: t("loan.grant_verb", { amount: money(loan.amount) }),
    rows: [[t("loan.for"), t("time.days", { count: loan.days })]],
    explain: t("loan.grant_text", { name: nameOf(loan.borrower) }),
    receiptTitle: t("loan.lent"),
    command: "loan.grant", fields: { loan: loan.id }, done,
  });
}

/** Say no to an ask. */
export async function refuseLoan(loan, button) {
  return whileBusy(button, () => attempt(() => call("loan.refuse", { loan: loan.id })));
}

/** Take one's own ask back. */
export async function withdrawLoan(loan) {
  return attempt(() => call("loan.withdraw", { loan: loan.id }));
}

/** Return what is owed on a loan today, from a card or from the loan itself. */
export function owedOn(loan) {
  return loan.owed ?? loan.principal + loan.interest;
}

/** Ask how much to repay, then pay it. */
export function repayLoan(loan, done) {
  const owed = owedOn(loan);
  const field = moneyField({
    label: t("loan.repay_amount"), name: "amount", amount: owed, big: true,
    hint: t("loan.repay_hint", { amount: money(owed) }),
  });
  const id = new CommandId();
  const dialog = openDialog({
    title: t("loan.repay_title"),
    body: form({
      fields: [field, loan.due_on && h("p", { class: "soft" },
        t("loan.due_on", { day: day(loan.due_on) }))],
      action: t("pay.next"),
      send: async () => {
        const typed = field.need();
        if (!typed) return;
        // Who offers more than is owed pays what is owed.
        const amount = Math.min(typed, owed);
        dialog.close();
        openPayment({
          title: t("loan.repay_title"), to: loan.lender, amount, id,
          receiptTitle: t("loan.repaid_now"),
          rows: [[t("loan.left"), money(owed - amount)]],
          command: "loan.repay", fields: { loan: loan.id, amount }, done,
          again: () => repayLoan(loan, done),
        });
      },
    }),
  });
}
