/** The form of a question, made from its typed parameters. */

import { h } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { call } from "../net/api.js";
import { form, selectField, textField } from "./fields.js";

const MINUTE = "2022-01-31T12:00";

// A moment as a field of the browser writes it, in the reader's zone; to the minute, as people type
// it, unless it is more exact.
function asLocal(moment) {
  const at = new Date(moment);
  if (Number.isNaN(at.getTime())) return "";
  const local = new Date(at - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 23);
  return local.replace(/:00\.000$/, "");
}

function hintOf({ kind, required, default: usual, least, most }) {
  const bounds = kind === "int" && least !== null && most !== null
    && t("risk.between", { least, most });
  return [
    t(`risk.kind_${kind}`), bounds, !required && usual !== null && t("risk.usual", { usual }),
    !required && usual === null && t("risk.open"),
  ].filter(Boolean).join(" · ");
}

function fieldOf(parameter, given) {
  const { name, kind, choices, default: usual } = parameter;
  const value = given ?? (usual === null ? "" : String(usual));
  if (kind === "choice") {
    return selectField({ label: name, name, value, options: choices.map((one) => [one, one]) });
  }
  const more = { autocomplete: "off", spellcheck: "false" };
  if (kind === "moment") {
    more.type = "datetime-local";
    const local = value && asLocal(value);
    if (local.length > MINUTE.length) more.step = "0.001";
    return textField({ label: name, name, hint: hintOf(parameter), value: local, ...more });
  }
  if (kind === "int") more.inputmode = "numeric";
  if (kind === "decimal") more.inputmode = "decimal";
  return textField({ label: name, name, hint: hintOf(parameter), value, ...more });
}

/** Return the id that was typed; `@name` means the person who is called so. */
async function idOf(typed) {
  if (!typed.startsWith("@")) return typed;
  const { people } = await call("person.find", { text: typed });
  const named = people.find((one) => `@${one.username}`.toLowerCase() === typed.toLowerCase());
  return named?.id ?? null;
}

/** Return a form that sends the parameters; `given` are those that the address names. */
export function questionForm({ parameters }, given, send) {
  const fields = parameters.map((one) => [one, fieldOf(one, given[one.name])]);
  const element = form({
    fields: [h("div", { class: "risk-fields" }, fields.map(([, field]) => field))],
    action: t("risk.ask"),
    send: async () => {
      const typed = {};
      for (const [{ name, kind, required }, field] of fields) {
        let value = field.value();
        if (value && kind === "id") value = await idOf(value);
        if (value === null) {
          field.complain(t("risk.nobody"));
          return;
        }
        if (!value && required) {
          field.complain(t("risk.needed"));
          return;
        }
        if (value) typed[name] = kind === "moment" ? new Date(value).toISOString() : value;
      }
      await send(typed, (name, text) => {
        fields.find(([one]) => one.name === name)?.[1].complain(text);
      });
    },
  });
  return element;
}
