/** Splitting a bill: even, in exact amounts, or by weights. */

import { h, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { money, parseMoney, plainMoney } from "../core/money.js";
import { call } from "../net/api.js";
import { CommandId } from "../net/refused.js";
import { state } from "../state/store.js";
import { openDialog } from "./dialog.js";
import { choiceField, form, moneyField, textField } from "./fields.js";
import { helpFor } from "./payment.js";
import { face, toast } from "./parts.js";

/** Open the form for a room. */
export function splitForm(room) {
  const members = [...room.members.values()];
  const amount = moneyField({
    label: t("split.amount"), name: "amount", big: true, autofocus: true, hint: t("split.hint"),
  });
  const note = textField({
    label: t("split.note"), name: "note", maxlength: 200, placeholder: t("split.note_example"),
  });
  const mode = choiceField({
    label: t("split.mode"), name: "mode", value: "even", onchange: () => show(),
    options: ["even", "exact", "weights"].map((key) => [key, t(`split.${key}`)]),
  });
  const rows = members.map((member) => memberRow(member));
  const left = h("p", { class: "form-total", role: "status" });
  const show = () => {
    for (const row of rows) row.show(mode.value());
    const parts = preview(mode.value(), amount.value() ?? 0, rows);
    rows.forEach((row, at) => row.tell(mode.value() === "exact" ? null : parts?.[at]));
    refill(left, sentence(mode.value(), amount.value() ?? 0, rows));
  };
  const id = new CommandId();
  const body = form({
    fields: [amount, note, mode, h("ul", { class: "member-choice" }, rows), left],
    action: t("split.ask"),
    explain: (refused) => helpFor(refused, dialog),
    send: async () => {
      const whole = amount.need();
      const between = whole && readBetween(mode.value(), whole, rows);
      if (!between) {
        refill(left, h("span", { class: "bad" }, sentence(mode.value(), whole ?? 0, rows)));
        return;
      }
      const fields = { room: room.room, amount: whole, note: note.value(), between };
      await call("split.create", fields, { id: id.for(fields) });
      dialog.close();
      toast(t("split.asked"));
    },
  });
  const dialog = openDialog({ title: t("money.split"), body });
  body.addEventListener("input", show);
  show();
}

/**
 * Return the row of a member: in or out, an amount, or a weight. `currencyOf()` says what amounts
 * mean; `said` is what stands there at first.
 */
export function memberRow(member, { currencyOf = () => "CNY", said = {} } = {}) {
  const isMe = member.person === state.me.id;
  const name = isMe ? t("room.name_and_you", { name: member.name }) : member.name;
  const box = h("input", {
    type: "checkbox", checked: said.isIn ?? true, "aria-label": name,
  });
  const exact = h("input", {
    class: "input", inputmode: "decimal", placeholder: "0.00", autocomplete: "off",
    "aria-label": t("split.amount_of", { name }),
    value: said.amount ? plainMoney(said.amount, currencyOf()) : "",
  });
  const weight = h("input", {
    class: "input", inputmode: "numeric", value: String(said.weight ?? 1), autocomplete: "off",
    "aria-label": t("split.weight_of", { name }),
  });
  const part = h("span", { class: "money soft" });
  const row = h("li", { class: "check split-row" }, face(member.person, 32),
    h("span", { class: "clip member-name", dir: "auto" }, name), part, exact, weight, box);
  row.person = member.person;
  row.isIn = () => box.checked;
  row.exact = () => (exact.value.trim() ? parseMoney(exact.value, currencyOf()) : 0);
  row.weight = () => (/^\d{1,9}$/.test(weight.value.trim()) ? Number(weight.value) : null);
  row.show = (mode) => {
    box.hidden = mode !== "even";
    exact.hidden = mode !== "exact";
    weight.hidden = mode !== "weights";
  };
  row.tell = (amount) => refill(
    part, amount === null || amount === undefined ? "" : money(amount, currencyOf()),
  );
  return row;
}

/** Return about what each row pays; which of them carries an odd fen is decided by the service. */
export function preview(mode, amount, rows) {
  const weights = mode === "even" ? rows.map((row) => Number(row.isIn()))
    : rows.map((row) => row.weight() ?? 0);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  if (!amount || !all) return null;
  return weights.map((weight) => (weight ? Math.round((amount * weight) / all) : 0));
}

export function sentence(mode, amount, rows, currency = "CNY") {
  if (mode === "exact") {
    if (rows.some((row) => row.exact() === null)) return t("form.amount_needed");
    const rest = amount - rows.reduce((sum, row) => sum + row.exact(), 0);
    if (rest > 0) return t("split.still", { amount: money(rest, currency) });
    if (rest < 0) return t("split.over", { amount: money(-rest, currency) });
    return amount ? t("split.exactly") : "";
  }
  if (mode === "weights") {
    if (rows.some((row) => row.weight() === null)) return t("split.weights_needed");
    return rows.some((row) => row.weight() > 0) ? "" : t("split.weights_needed");
  }
  const count = rows.filter((row) => row.isIn()).length;
  if (!count) return t("split.nobody");
  return amount ? t("split.between", { count }) : "";
}

/** Return between whom the bill is split, or null while it does not work out. */
export function readBetween(mode, amount, rows) {
  if (mode === "even") {
    const members = rows.filter((row) => row.isIn()).map((row) => row.person);
    return members.length && amount >= members.length ? { mode, members } : null;
  }
  if (mode === "exact") {
    const given = rows.filter((row) => row.exact() > 0);
    const sum = given.reduce((total, row) => total + row.exact(), 0);
    if (sum !== amount) return null;
    return { mode, amounts: Object.fromEntries(given.map((row) => [row.person, row.exact()])) };
  }
  const given = rows.filter((row) => row.weight() > 0);
  if (!given.length || rows.some((row) => row.weight() === null)) return null;
  return { mode, weights: Object.fromEntries(given.map((row) => [row.person, row.weight()])) };
}
