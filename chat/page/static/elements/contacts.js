/** Finding people by the phone numbers of one's address book, which are hashed in the browser. */

import { tell } from "../core/bus.js";
import { freshId, h, icon, refill } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { findNumbers, hashNumber, lacksCountry, listNumbers } from "../core/phones.js";
import { day } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { confirmFirst, openDialog } from "./dialog.js";
import { form, textField } from "./fields.js";
import { spinner, toast, whileBusy } from "./parts.js";

await needWords("-circle");

const AT_ONCE = 500;

/** Open the dialog in which one gives numbers, and sees and deletes what is kept of them. */
export function openContacts() {
  const body = h("div", { class: "form" }, spinner());
  openDialog({ title: t("contacts.title"), body });
  load(body);
}

async function load(body) {
  try {
    const kept = await call("contacts.get");
    refill(body, h("p", { class: "soft" }, t("contacts.text")), status(kept, body),
      crypto.subtle ? giving(kept, body) : h("p", { class: "note wait" }, t("contacts.insecure")));
  } catch (error) {
    refill(body, h("p", { role: "alert" }, asRefused(error).sentence));
  }
}

function status(kept, body) {
  if (!kept.kept) return null;
  const found = kept.found ? t("contacts.found", { count: kept.found }) : t("contacts.found_none");
  return h("div", { class: "note", role: "status" },
    h("p", {}, t("contacts.kept", { count: kept.kept, day: day(kept.expires_at.slice(0, 10)) })),
    h("p", {}, found),
    h("button", {
      type: "button", class: "link-button",
      onclick: (event) => whileBusy(event.currentTarget, () => forget(body)),
    }, t("contacts.forget")));
}

async function forget(body) {
  const isSure = await confirmFirst({
    title: t("contacts.forget"), text: t("contacts.forget_text"), action: t("contacts.forget"),
  });
  if (!isSure) return;
  try {
    await call("contacts.forget");
    toast(t("contacts.forgotten"));
    tell("suggestions");
    await load(body);
  } catch (error) {
    toast(asRefused(error).sentence);
  }
}

function giving(kept, body) {
  const country = textField({
    label: t("contacts.country"), name: "country", value: `+${kept.country}`, type: "tel",
    maxlength: 5, autocomplete: "tel-country-code",
  });
  const list = area(kept.country);
  const consent = h("input", { type: "checkbox", name: "consent" });
  const agree = h("p", { class: "wrong", role: "alert" });
  consent.addEventListener("change", () => refill(agree));
  return form({
    fields: [
      navigator.contacts?.select && h("button", {
        type: "button", class: "button plain wide", onclick: () => choose(list.input),
      }, icon("friends"), t("contacts.choose")),
      fileField(list.input), list, country,
      h("label", { class: "check" }, consent, h("span", {}, t("contacts.consent"))), agree,
    ],
    action: t("contacts.action"),
    send: async () => {
      const code = country.value().replace(/\D/g, "").replace(/^0+/, "");
      if (!code && lacksCountry(list.input.value)) {
        country.complain(t("contacts.country_needed"));
        return;
      }
      const numbers = listNumbers(list.input.value, code);
      if (!numbers.length) {
        list.complain(t("contacts.none"));
        return;
      }
      if (!consent.checked) {
        refill(agree, t("contacts.consent_needed"));
        consent.focus();
        return;
      }
      await give(numbers);
      await load(body);
    },
  });
}

async function give(numbers) {
  for (let at = 0; at < numbers.length; at += AT_ONCE) {
    const hashes = await Promise.all(numbers.slice(at, at + AT_ONCE).map(hashNumber));
    await call("contacts.import", { hashes, consent: true });
  }
  tell("suggestions");
}

/** Return a field for many lines; it counts the numbers in it. */
function area(country) {
  const id = freshId("field");
  const hint = h("p", { class: "hint", id: `${id}-hint` }, t("contacts.numbers_hint"));
  const wrong = h("p", { class: "wrong", id: `${id}-wrong` });
  const input = h("textarea", {
    class: "input", id, rows: 4, name: "numbers", autocomplete: "off", spellcheck: "false",
    "aria-describedby": `${id}-hint ${id}-wrong`,
    oninput: () => {
      refill(wrong);
      input.setAttribute("aria-invalid", "false");
      const { length } = listNumbers(input.value, country);
      refill(hint, length ? t("contacts.read", { count: length }) : t("contacts.numbers_hint"));
    },
  });
  const field = h("div", { class: "field" }, h("label", { for: id }, t("contacts.numbers")), input,
    hint, wrong);
  field.input = input;
  field.complain = (text) => {
    refill(wrong, text);
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  return field;
}

function add(input, text) {
  input.value = [input.value.trim(), text.trim()].filter(Boolean).join("\n");
  input.dispatchEvent(new Event("input"));
}

function fileField(input) {
  const id = freshId("field");
  const chooser = h("input", {
    class: "input", id, type: "file", name: "file", accept: ".vcf,.csv,.txt,text/vcard,text/csv",
    onchange: async () => {
      // Only the numbers of it are shown, and nothing else of it is kept anywhere.
      for (const file of chooser.files) add(input, findNumbers(await file.text()).join("\n"));
      chooser.value = "";
    },
  });
  return h("div", { class: "field" }, h("label", { for: id }, t("contacts.file")), chooser);
}

async function choose(input) {
  try {
    const chosen = await navigator.contacts.select(["tel"], { multiple: true });
    add(input, chosen.flatMap(({ tel }) => tel).join("\n"));
  } catch (error) {
    // Who closes the browser's list has chosen nobody.
    if (error.name !== "AbortError") toast(asRefused(error).sentence);
  }
}
