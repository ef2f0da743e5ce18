/** Standing permissions: lending to a friend without being asked, up to an amount, until a date. */

import { tell } from "../core/bus.js";
import { h } from "../core/dom.js";
import { t, tParts } from "../core/i18n.js";
import { money } from "../core/money.js";
import { day } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused, CommandId } from "../net/refused.js";
import { nameOf } from "../state/people.js";
import { confirmFirst, openDialog } from "./dialog.js";
import { form, moneyField, textField } from "./fields.js";
import { sum, toast, who } from "./parts.js";

const USUAL = 20_000;
const USUAL_DAYS = 90;
const DAY_MS = 86_400_000;

/** Return what oneself and a friend have permitted one another. */
export function allowanceOf(person, { given, received }) {
  const mine = given.find((one) => one.borrower === person);
  const theirs = received.find((one) => one.lender === person);
  return [
    h("div", { class: "allowance" },
      h("p", {}, tParts(mine ? "allow.given" : "allow.none", { who: who(person) })),
      mine && standing(mine),
      h("div", { class: "buttons" },
        h("button", {
          type: "button", class: "button plain small-button", data: { held: "allow" },
          onclick: () => openAllow(person, mine),
        }, t(mine ? "allow.change" : "allow.set")),
        mine && h("button", {
          type: "button", class: "button plain small-button", onclick: () => revoke(mine),
        }, t("allow.revoke")))),
    theirs && h("div", { class: "allowance" },
      h("p", {}, tParts("allow.received", { who: who(person) })), standing(theirs)),
  ];
}

/** Return a permission's amounts, as a bar and in words. */
export function standing({ amount, used, left, until, status }) {
  const share = Math.min(100, Math.round((100 * used) / amount));
  return [
    h("div", { class: "allowance-bar", "aria-hidden": "true" },
      h("span", { style: { "inline-size": `${share}%` } })),
    h("p", { class: "small soft" }, t("allow.standing", {
      amount: money(amount), used: money(used), left: money(left), until: lastDay(until),
    })),
    status === "resting" && h("p", { class: "small bad" }, t("allow.resting")),
  ];
}

// A date was included, so the moment is the beginning of the one after.
function lastDay(until) {
  return day(dateOf(new Date(new Date(until) - 1)));
}

function dateOf(moment) {
  const two = (number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

function openAllow(person, old) {
  const name = nameOf(person);
  const amount = moneyField({
    label: t("allow.amount"), name: "amount", amount: old?.amount ?? USUAL, big: true,
    autofocus: true, hint: t("allow.amount_hint", { name }),
  });
  const soon = (days) => dateOf(new Date(Date.now() + days * DAY_MS));
  const until = textField({
    label: t("allow.until"), name: "until", type: "date", value: soon(USUAL_DAYS),
    min: soon(0), max: soon(365),
  });
  const id = new CommandId();
  const dialog = openDialog({
    title: t("allow.title", { name }),
    body: form({
      fields: [
        amount, until,
        h("ul", { class: "means small" }, ["once", "checked", "told", "ends"].map(
          (point) => h("li", {}, t(`allow.means_${point}`, { name })),
        )),
      ],
      action: t("allow.agree"),
      send: async () => {
        const typed = amount.need();
        if (!typed) return;
        if (!until.value()) {
          until.complain(t("allow.until_needed"));
          return;
        }
        const fields = { person, amount: typed, until: until.value() };
        await call("loan.allow", fields, { id: id.for(fields) });
        dialog.close();
        tell("allowances");
        toast(t("allow.saved", { name, amount: money(typed) }));
      },
    }),
  });
}

async function revoke({ borrower }) {
  const name = nameOf(borrower);
  const isSure = await confirmFirst({
    title: t("allow.revoke_title", { name }), text: t("allow.revoke_text"),
    action: t("allow.revoke"),
  });
  if (!isSure) return;
  try {
    await call("loan.disallow", { person: borrower });
  } catch (error) {
    toast(asRefused(error).sentence);
    return;
  }
  tell("allowances");
  toast(t("allow.revoked", { name }));
}

/** Return a list of permissions one gave, each with a way to its person; nothing without any. */
export function allowancesGiven({ given }) {
  if (!given.length) return null;
  return h("section", { class: "panel", "aria-labelledby": "allowances-title" },
    h("h2", { id: "allowances-title" }, t("allow.list")),
    given.map((one) => h("div", { class: "allowance" },
      h("p", {}, h("a", { href: `/friends/${one.borrower}` }, who(one.borrower)), " ",
        sum(one.amount)),
      standing(one))));
}
