/** Giving vouchers ahead of time: to whom, how much each, until when; the sum before paying. */

import { h, refill } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { day as dayWords } from "../core/time.js";
import { moneyMoved } from "../state/wallet.js";
import { serverNow, state } from "../state/store.js";
import { openDialog } from "./dialog.js";
import { form, moneyField, textField } from "./fields.js";
import { memberChoice } from "./members.js";
import { openPayment } from "./payment.js";
import { asDay } from "./statement.js";
import { empty } from "./parts.js";

await needWords("-pay", "-bank");

const DAY_MS = 24 * 60 * 60 * 1000;
const WEEK = 7;
const LONGEST = 365;

function inDays(count) {
  return asDay(new Date(serverNow() + count * DAY_MS));
}

// The last moment of a day, and the first, in the reader's zone.
const endOf = (date) => new Date(`${date}T23:59:59`).toISOString();
const startOf = (date) => new Date(`${date}T00:00:00`).toISOString();

/** Open the form; in a room for its members, else for friends. */
export function voucherForm(room = null, before = {}) {
  const people = [...(room ? room.members : state.friends).values()]
    .filter(({ person }) => person !== state.me.id);
  if (!people.length) {
    openDialog({ title: t("issue.title"), body: empty({ picture: "friends",
      text: t("issue.none") }) });
    return;
  }
  const fields = voucherFields(people, before);
  const total = h("p", { class: "note voucher-sum", "aria-live": "polite", hidden: true });
  const body = form({
    fields: [fields.people, fields.amount, fields.until, h("details", { open: !!before.opens },
      h("summary", {}, t("form.more")), fields.opens), fields.note, total],
    action: t("pay.next"),
    send: async () => {
      const typed = read(fields);
      if (!typed) return;
      dialog.close();
      pay(room, typed);
    },
  });
  const show = () => {
    const [count, each] = [fields.people.value().length, fields.amount.value() ?? 0];
    total.hidden = !(count && each > 0);
    refill(total, t("issue.sum", { count, each: money(each), total: money(count * each) }));
  };
  body.addEventListener("input", show);
  const dialog = openDialog({ title: t("issue.title"), body });
  show();
}

function voucherFields(people, before) {
  const wrong = h("p", { class: "wrong", role: "alert" });
  const choice = memberChoice({ label: t("issue.who"), members: people, chosen: before.people });
  choice.append(wrong);
  choice.complain = (text = "") => refill(wrong, text);
  choice.addEventListener("input", () => choice.complain());
  return {
    people: choice,
    amount: moneyField({ label: t("issue.amount"), name: "amount", amount: before.amount }),
    until: textField({ label: t("issue.day"), name: "until", type: "date", required: true,
      value: before.until ?? inDays(WEEK), min: inDays(1), max: inDays(LONGEST) }),
    opens: textField({ label: t("issue.opens"), name: "opens", type: "date",
      value: before.opens ?? "", min: inDays(1), max: inDays(LONGEST) }),
    note: textField({ label: t("form.note"), name: "note", maxlength: 200,
      value: before.note ?? "" }),
  };
}

/** Return what was typed, or null and say what is wrong with it. */
function read(fields) {
  const people = fields.people.value();
  if (!people.length) {
    fields.people.complain(t("issue.people_needed"));
    return null;
  }
  const amount = fields.amount.need();
  if (!amount) return null;
  const [until, opens] = [fields.until.value(), fields.opens.value()];
  if (!until || until < inDays(1) || until > inDays(LONGEST)) {
    fields.until.complain(t("issue.day_needed"));
    return null;
  }
  if (opens && opens > until) {
    fields.opens.complain(t("issue.opens_late"));
    return null;
  }
  return { people, amount, until, opens, note: fields.note.value() };
}

function pay(room, typed) {
  const { people, amount, until, opens, note } = typed;
  openPayment({
    title: t("issue.title"), amount: amount * people.length,
    to: { name: t("issue.people", { count: people.length }), picture: "friends" },
    rows: [
      [t("issue.amount"), money(amount)],
      opens && [t("issue.opens"), dayWords(opens)],
      [t("issue.day"), dayWords(until)],
      note && [t("form.note"), note],
    ],
    explain: t("issue.explain"),
    receiptTitle: t("issue.done"),
    command: "voucher.issue",
    fields: {
      people, amount, note, expires_at: endOf(until),
      ...(opens ? { opens_at: startOf(opens) } : {}),
    },
    done: moneyMoved,
    again: () => voucherForm(room, typed),
  });
}
