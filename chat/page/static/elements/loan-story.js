/** A loan in full: terms, schedule, and for the lender the trust that carries it. */

import { h } from "../core/dom.js";
import { needWords, t, tParts } from "../core/i18n.js";
import { needStyle } from "../core/styles.js";
import { day } from "../core/time.js";
import { state } from "../state/store.js";
import { loanButtons, loanTag, rateWords } from "./card-loan.js";
import { owedOn } from "./flows.js";
import {
  drawing, exactMoney, lenderButtons, lineList, preview, statement,
} from "./loan-more.js";
import { face, sum, who } from "./parts.js";

await Promise.all([needWords("-friends", "-trust"), needStyle("trust")]);

const OWING = ["open", "overdue", "defaulted"];

/** Return everything that the reader may know of a loan. */
export function loanStory(loan) {
  const other = loan.lender === state.me.id ? loan.borrower : loan.lender;
  return [
    h("div", { class: "hero" }, face(other, 72),
      h("p", { class: "hero-sum" }, sum(loan.amount)),
      h("p", { class: "soft" }, tParts("loan.between", {
        lender: who(loan.lender, { you: true }), borrower: who(loan.borrower, { you: true }),
      })),
      loanTag(loan.status)),
    h("dl", { class: "facts section" }, facts(loan)),
    buttons(loan),
    loan.status === "asked" && loan.lender === state.me.id && preview(loan),
    OWING.includes(loan.status) && loan.lender === state.me.id && lenderButtons(loan),
    schedule(loan),
    loan.schedule.length > 0 && statement(loan),
    reserved(loan),
  ];
}

function facts(loan) {
  const rows = [
    OWING.includes(loan.status) && [t("loan.owed"), sum(owedOn(loan), "CNY", "strong")],
    OWING.includes(loan.status) && loan.interest > 0 && [t("loan.of_it"), sum(loan.interest)],
    loan.repaid > 0 && [t("loan.repaid_so_far"), sum(loan.repaid)],
    [t("loan.for"), t("time.days", { count: loan.days })],
    loan.due_on && [t("loan.due"), day(loan.due_on)],
    loan.extended_days > 0 && [t("loan.extended"), t("time.days", { count: loan.extended_days })],
    [t("loan.interest"), rateWords(loan.daily_rate_ppm)],
    loan.interest_a_day_micro > 0 && [t("loan.a_day"), exactMoney(loan.interest_a_day_micro)],
    loan.installments > 1 && [t("loan.installments"), String(loan.installments)],
    loan.permitted && [t("loan.how"), t("loan.permitted")],
    loan.note && [t("form.note"), h("span", { dir: "auto" }, loan.note)],
  ];
  return rows.filter(Boolean).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]);
}

function buttons(loan) {
  const shown = [loanButtons(loan), limitLink(loan)].filter(Boolean);
  return shown.length > 0 && h("div", { class: "section" }, shown);
}

function limitLink(loan) {
  if (loan.status !== "asked") return null;
  const role = loan.lender === state.me.id ? "borrower" : "lender";
  const other = role === "lender" ? loan.lender : loan.borrower;
  if (![loan.lender, loan.borrower].includes(state.me.id)) return null;
  return h("a", { class: "button plain", href: `/friends/${other}/limit/${role}` }, t("limit.why"));
}

function schedule(loan) {
  if (!loan.schedule.length) return null;
  return h(
    "div", { class: "section" },
    h("h3", {}, t("loan.schedule")),
    h("table", { class: "schedule" },
      h("thead", {}, h("tr", {},
        h("th", { scope: "col" }, t("loan.due")),
        h("th", { scope: "col" }, t("loan.interest_part")),
        h("th", { scope: "col" }, t("loan.instalment")))),
      h("tbody", {}, loan.schedule.map((one) => h("tr", {},
        h("td", {}, day(one.due_on)),
        h("td", {}, sum(one.interest)),
        h("td", {}, sum(one.amount)))))),
  );
}

function reserved(loan) {
  if (!loan.reserved.length) return null;
  const isLender = loan.lender === state.me.id;
  return h(
    "div", { class: "section" },
    h("h3", {}, t("loan.reserved")),
    h("p", { class: "small soft" }, t(isLender ? "loan.reserved_lender" : "loan.reserved_own")),
    isLender && drawing(loan, loan.reserved),
    lineList(loan.reserved),
  );
}
