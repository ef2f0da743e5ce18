/** Standing behind a friend: an amount, for whom it counts, and what that means in plain words. */

import { tell } from "../core/bus.js";
import { freshId, h, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { call } from "../net/api.js";
import { CommandId } from "../net/refused.js";
import { nameOf } from "../state/people.js";
import { openDialog } from "./dialog.js";
import { form, moneyField, selectField } from "./fields.js";
import { toast } from "./parts.js";

/** Open the form for a person; `line` is what one gives them now. */
export function openTrust(person, line) {
  const name = nameOf(person);
  const amount = moneyField({
    label: t("trust.amount", { name }), name: "amount", amount: line?.capacity, big: true,
    autofocus: true,
    hint: line?.reserved ? t("trust.at_least", { amount: money(line.reserved) }) : t("trust.zero"),
  });
  const lenders = selectField({
    label: t("trust.lenders"), name: "lenders", value: line?.lenders ?? "any",
    options: ["any", "friends", "nobody"].map((key) => [key, t(`trust.lenders_${key}`)]),
  });
  const consentId = freshId("consent");
  const box = h("input", { type: "checkbox", id: consentId });
  const words = h("span", {});
  const consent = h("label", { class: "check consent note", for: consentId }, box, words);
  const wrong = h("p", { class: "bad small", role: "alert" });
  const id = new CommandId();
  const show = () => {
    const typed = amount.value() ?? 0;
    consent.hidden = typed === 0;
    refill(words, t("trust.consent", { name, amount: money(typed) }));
  };
  const body = form({
    fields: [amount, lenders, consent, wrong],
    action: t("page.save"),
    send: async () => {
      refill(wrong);
      const typed = amount.input.value.trim() === "" ? null : amount.value();
      if (typed === null) {
        amount.complain(t("form.amount_needed"));
        return;
      }
      if (typed > 0 && !box.checked) {
        refill(wrong, t("trust.consent_needed"));
        box.focus();
        return;
      }
      const fields = { person, amount: typed, lenders: lenders.value() };
      await call("trust.set", fields, { id: id.for(fields) });
      dialog.close();
      tell("trust");
      toast(t(typed ? "trust.saved" : "trust.ended", { name, amount: money(typed) }));
    },
  });
  const dialog = openDialog({ title: t("trust.set_title", { name }), body });
  body.addEventListener("input", show);
  show();
}
