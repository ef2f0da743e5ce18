/** Fields of forms, each with its label, its hint and what is wrong with it. */

import { freshId, h, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { parseMoney, plainMoney, signOf } from "../core/money.js";
import { asRefused } from "../net/refused.js";
import { whileBusy } from "./parts.js";

/** Return a labelled field around an input that was made with `id`. */
function around(input, { label, hint, control = input }) {
  const hintId = freshId("hint");
  const wrong = h("p", { class: "wrong", id: `${hintId}-wrong` });
  input.setAttribute("aria-describedby", `${hintId} ${wrong.id}`);
  const field = h(
    "div", { class: "field" },
    h("label", { for: input.id }, label),
    control,
    hint && h("p", { class: "hint", id: hintId }, hint),
    wrong,
  );
  /** Say what is wrong, or with nothing that it is right. */
  field.complain = (text = "") => {
    refill(wrong, text);
    input.setAttribute("aria-invalid", String(Boolean(text)));
    if (text) input.focus();
    return !text;
  };
  field.input = input;
  input.addEventListener("input", () => {
    if (wrong.textContent) field.complain();
  });
  return field;
}

/** Return a field for a line of text; `value()` is what was typed, trimmed. */
export function textField({ label, hint, name, type = "text", value = "", ...more }) {
  const id = freshId("field");
  const input = h("input", { class: "input", id, name, type, value, dir: "auto", ...more });
  const field = around(input, { label, hint });
  field.value = () => (type === "password" ? input.value : input.value.trim());
  return field;
}

/** Return a field that chooses one of `options`: [value, label] pairs. */
export function selectField({ label, hint, name, options, value }) {
  const id = freshId("field");
  const input = h(
    "select", { class: "input", id, name },
    options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)),
  );
  const field = around(input, { label, hint });
  field.value = () => input.value;
  return field;
}

/**
 * Return a field for an amount; `value()` is in minor units, or null. `speak(currency)` has it
 * mean another currency.
 */
export function moneyField({
  label, hint, name, amount = 0, big = false, currency = "CNY", ...more
}) {
  let spoken = currency;
  const id = freshId("field");
  const input = h("input", {
    class: "input", id, name, inputmode: "decimal", autocomplete: "off",
    value: amount ? plainMoney(amount, currency) : "", ...more,
  });
  const sign = h("span", {});
  const control = h("div", { class: `money-input ${big ? "big" : ""}` }, sign, input);
  const field = around(input, { label, hint, control });
  field.value = () => parseMoney(input.value, spoken);
  field.speak = (other) => {
    spoken = other;
    refill(sign, signOf(other));
    input.placeholder = plainMoney(0, other);
  };
  field.speak(currency);
  /** Complain and return null unless there is an amount above nothing. */
  field.need = () => {
    const typed = field.value();
    if (typed === null || typed <= 0) field.complain(t("form.amount_needed"));
    return typed > 0 ? typed : null;
  };
  return field;
}

/** Return a field for a whole number; `value()` is null when it is none in the bounds. */
export function numberField({ label, hint, name, value, min, max }) {
  const id = freshId("field");
  const input = h("input", {
    class: "input", id, name, inputmode: "numeric", autocomplete: "off", value: String(value),
  });
  const field = around(input, { label, hint });
  field.value = () => {
    const typed = /^\d+$/.test(input.value.trim()) ? Number(input.value) : null;
    return typed !== null && typed >= min && typed <= max ? typed : null;
  };
  /** Complain and return null unless the number is in its bounds. */
  field.need = () => {
    const typed = field.value();
    if (typed === null) field.complain(t("form.number_needed", { min, max }));
    return typed;
  };
  return field;
}

/** Return a choice between a few: [value, label] pairs; `value()` is the chosen one. */
export function choiceField({ label, name, options, value, onchange }) {
  const group = freshId(name);
  const inputs = options.map(([key]) => h("input", {
    type: "radio", name: group, value: key, checked: key === value, onchange,
  }));
  const field = h(
    "div", { class: "field", role: "radiogroup", "aria-label": label },
    h("span", { class: "label", "aria-hidden": "true" }, label),
    h("div", { class: "choices" },
      options.map(([, text], at) => h("label", {}, inputs[at], h("span", {}, text)))),
  );
  field.value = () => inputs.find((input) => input.checked)?.value;
  return field;
}

/**
 * Return a form whose `send` runs on submit, with the button busy meanwhile. What it throws is
 * shown above the button; `explain(refused)` may return parts that help further.
 */
export function form({ fields, action, send, explain, className = "" }) {
  const problem = h("div", { class: "problem", role: "alert" });
  const button = h("button", { class: `button wide ${className}` }, action);
  const element = h("form", { class: "form", novalidate: true }, fields, problem, button);
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    refill(problem);
    await whileBusy(button, async () => {
      try {
        await send();
      } catch (error) {
        const refused = asRefused(error);
        refill(problem, refused.sentence, explain?.(refused));
      }
    });
  });
  element.problem = problem;
  element.button = button;
  return element;
}
