/** What more there is to a loan: its statement, what it would use, more time, letting go. */

import { tell } from "../core/bus.js";
import { h, refill } from "../core/dom.js";
import { t, tParts } from "../core/i18n.js";
import { money } from "../core/money.js";
import { day } from "../core/time.js";
import { call } from "../net/api.js";
import { download } from "../net/http.js";
import { asRefused, CommandId } from "../net/refused.js";
import { nameOf } from "../state/people.js";
import { openDialog } from "./dialog.js";
import { form, numberField } from "./fields.js";
import { owedOn } from "./flows.js";
import { edgesOf } from "./limit-words.js";
import { sum, toast, who } from "./parts.js";
import { picture } from "./picture.js";

const MILLION = 1_000_000;
const WEEK = 7;
const FORGET_MS = 10_000;

/** Return an amount in millionths of a fen as people read it: with the parts of a fen. */
export function exactMoney(micro) {
  const yuan = (micro / MILLION / 100).toFixed(6).replace(/0{1,4}$/, "");
  return `¥${yuan}`;
}

/** Return the buttons of a lender whose loan runs. */
export function lenderButtons(loan) {
  const mayExtend = ["open", "overdue"].includes(loan.status);
  return h("div", { class: "buttons section" },
    mayExtend && h("button", {
      type: "button", class: "button plain", onclick: () => openExtend(loan),
    }, t("loan.extend")),
    h("button", { type: "button", class: "button plain", onclick: () => openForgive(loan) },
      t("loan.forgive")));
}

function openExtend(loan) {
  const name = nameOf(loan.borrower);
  const days = numberField({
    label: t("loan.extend_days"), name: "days", value: WEEK, min: 1, max: 365,
    hint: loan.due_on && t("loan.extend_hint", { day: day(loan.due_on) }),
  });
  const id = new CommandId();
  const dialog = openDialog({
    title: t("loan.extend_title", { name }),
    body: form({
      fields: [days, h("p", { class: "note" }, t("loan.extend_text"))],
      action: t("loan.extend"),
      send: async () => {
        const typed = days.need();
        if (!typed) return;
        const fields = { loan: loan.id, days: typed };
        await call("loan.extend", fields, { id: id.for(fields) });
        dialog.close();
        tell("money");
        toast(t("loan.extended_toast", { name }));
      },
    }),
  });
}

function openForgive(loan) {
  const places = { name: nameOf(loan.borrower), amount: money(owedOn(loan)) };
  const id = new CommandId();
  const dialog = openDialog({
    title: t("loan.forgive_title", places),
    body: form({
      fields: [h("p", {}, t("loan.forgive_text", places))],
      action: t("loan.forgive_now", places),
      className: "danger",
      send: async () => {
        const fields = { loan: loan.id };
        await call("loan.forgive", fields, { id: id.for(fields) });
        dialog.close();
        tell("money");
        toast(t("loan.forgiven_toast", places));
      },
    }),
  });
}

/** Return what a loan that is asked for would use of trust, for its lender; loads by itself. */
export function preview(loan) {
  const box = h("div", { class: "section" });
  const show = ({ enough, limit, paths }) => {
    const lines = edgesOf(paths, loan);
    refill(
      box,
      h("h3", {}, t("loan.would_use")),
      enough ? [
        h("p", { class: "small soft" }, t("loan.would_use_text")),
        drawing(loan, lines), lineList(lines),
      ] : h("p", { class: "small bad" }, t("loan.not_enough", { amount: money(limit) })),
    );
  };
  const { lender, borrower, amount } = loan;
  call("loan.preview", { lender, borrower, amount }).then(show).catch(() => {});
  return box;
}

/** Return lines { from, to, amount } as a picture. */
export function drawing({ lender, borrower }, lines) {
  return picture({ lender, borrower, isNarrow: true, edges: lines });
}

/** Return lines in words. */
export function lineList(lines) {
  const name = (id) => (id.startsWith("?") ? t("people.someone") : who(id, { you: true }));
  return h("ul", {}, lines.map(({ from, to, amount }) => h("li", { class: "line-row" },
    h("span", {}, tParts("limit.line", { from: name(from), to: name(to) })), sum(amount))));
}

/** Return the statement of a loan, loaded when it is opened. */
export function statement(loan) {
  const body = h("div", {});
  const details = h("details", { class: "proposal section" },
    h("summary", {}, t("loan.statement")), body);
  const load = async () => {
    try {
      const { lines } = await call("loan.statement", { loan: loan.id });
      refill(body, table(lines), csvButton(loan));
    } catch (error) {
      refill(body, h("p", { class: "soft" }, asRefused(error).sentence));
    }
  };
  details.addEventListener("toggle", () => {
    if (details.open && !body.childElementCount) load();
  });
  return details;
}

function table(lines) {
  const head = ["day", "what", "amount", "owed"];
  return h("div", { class: "table-scroll", tabindex: "0", role: "region",
    "aria-label": t("loan.statement") },
    h("table", { class: "schedule" },
      h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" },
        t(`loan.column_${name}`))))),
      h("tbody", {}, lines.map((line) => h("tr", {},
        h("td", {}, day(line.day)), h("td", {}, lineWords(line)),
        h("td", {}, line.kind === "interest" ? `+${exactMoney(line.interest_micro)}`
          : line.amount ? sum(line.amount) : "–"),
        h("td", {}, sum(line.owed)))))));
}

function lineWords(line) {
  const words = t(`loan.event_${line.kind}`, {
    count: line.days, a_day: exactMoney(line.interest_a_day_micro),
  });
  if (!["repaid", "forgiven"].includes(line.kind) || !line.interest) return words;
  const parts = { interest: money(line.interest), principal: money(line.principal) };
  return [words, h("span", { class: "small soft block" }, t("loan.split", parts))];
}

function csvButton(loan) {
  return h("button", {
    type: "button", class: "link-button", onclick: () => save(loan),
  }, t("loan.csv"));
}

async function save(loan) {
  try {
    const href = URL.createObjectURL(await download("loan.export", { loan: loan.id }));
    h("a", { href, download: "loan.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(href), FORGET_MS);
  } catch (error) {
    toast(asRefused(error).sentence);
  }
}
