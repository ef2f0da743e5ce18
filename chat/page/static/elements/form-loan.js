/** Asking somebody for a loan, within what trust carries. */

import { h, refill } from "../core/dom.js";
import { needWords, t, tParts } from "../core/i18n.js";
import { call } from "../net/api.js";
import { CommandId } from "../net/refused.js";
import { state } from "../state/store.js";
import { openDialog } from "./dialog.js";
import { form, moneyField, numberField, selectField, textField } from "./fields.js";
import { memberSelect } from "./members.js";
import { sum, toast } from "./parts.js";
import { rateWords } from "./card-loan.js";

await needWords("-friends");

const RATES = [0, 100, 200, 400];
const MOST_DAYS = 365;

/** Open the form for a room. */
export function loanForm(room) {
  const others = [...room.members.values()].filter(({ person }) => person !== state.me.id);
  const lender = memberSelect({ label: t("loan.lender"), members: others });
  const limit = h("p", { class: "note", role: "status" }, t("page.loading"));
  const amount = moneyField({
    label: t("loan.amount"), name: "amount", big: true, autofocus: true,
  });
  const days = numberField({
    label: t("loan.days"), name: "days", value: 30, min: 1, max: MOST_DAYS,
  });
  const rate = selectField({
    label: t("loan.interest"), name: "rate", value: "0",
    options: RATES.map((ppm) => [String(ppm), rateWords(ppm)]),
  });
  const parts = numberField({
    label: t("loan.installments"), name: "installments", value: 1, min: 1, max: MOST_DAYS,
  });
  const note = textField({ label: t("form.note"), name: "note", maxlength: 200 });
  const chosen = () => room.with ?? lender.value();
  const id = new CommandId();
  const dialog = openDialog({
    title: t("money.loan"),
    body: form({
      fields: [
        !room.with && lender, limit, amount,
        h("div", { class: "pair" }, days, parts), rate, note,
      ],
      action: t("loan.ask"),
      explain: ({ code }) => ["loan.over_limit", "loan.own_cap"].includes(code) && why(),
      send: async () => {
        const [typed, length, count] = [amount.need(), days.need(), parts.need()];
        if (!typed || !length || !count) return;
        const fields = {
          lender: chosen(), amount: typed, days: length, installments: count,
          daily_rate_ppm: Number(rate.value()), note: note.value(), room: room.room,
        };
        await call("loan.ask", fields, { id: id.for(fields) });
        dialog.close();
        toast(t("loan.asked_toast"));
      },
    }),
  });
  const why = () => h("a", {
    href: `/friends/${chosen()}/limit/lender`, onclick: () => dialog.close(),
  }, t("limit.why"));
  const showLimit = async () => {
    const person = chosen();
    refill(limit, t("page.loading"));
    let answer;
    try {
      answer = await call("loan.limit", { lender: person, borrower: state.me.id });
    } catch (error) {
      refill(limit, error.sentence ?? t("error.unknown"));
      return;
    }
    if (person !== chosen()) return;
    const places = { amount: sum(answer.limit) };
    refill(limit, answer.limit ? tParts("loan.up_to", places) : t("loan.no_limit"), " ", why());
  };
  lender.input.addEventListener("change", showLimit);
  showLimit();
}
