/** One step of the staff in a dispute: what it does, why, and for a proposal what should happen. */

import { tell } from "../core/bus.js";
import { h } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { call } from "../net/api.js";
import { CommandId } from "../net/refused.js";
import { openDialog } from "./dialog.js";
import { choiceField, form, moneyField, textField } from "./fields.js";

/** Ask why, and take the step. */
export function openStep(step, { id: dispute, currency }) {
  const isProposal = step === "propose";
  const outcome = isProposal && choiceField({
    label: t("staff.outcome"), name: "outcome", value: "reverse",
    options: ["reverse", "reject"].map((one) => [one, t(`staff.${one}`)]),
    onchange: () => {
      amount.hidden = outcome.value() === "reject";
    },
  });
  const amount = isProposal && moneyField({ label: t("staff.amount"), name: "amount", currency });
  const reason = textField({
    label: t("staff.why"), hint: t("staff.why_hint"), name: "reason", maxlength: 1000,
    autofocus: true,
  });
  const number = new CommandId();
  const dialog = openDialog({
    title: t(`staff.${step}`),
    body: form({
      fields: [h("p", { class: "soft" }, t(`staff.${step}_text`)), outcome, amount, reason],
      action: t(`staff.${step}`),
      send: async () => {
        if (!reason.value()) {
          reason.complain(t("staff.why_needed"));
          return;
        }
        const fields = { dispute, reason: reason.value() };
        if (isProposal) {
          fields.outcome = outcome.value();
          const exactly = fields.outcome === "reverse" && amount.input.value.trim()
            && amount.need();
          if (exactly === null) return;
          if (exactly) fields.amount = exactly;
        }
        await call(`dispute.${step}`, fields, { id: number.for(fields) });
        dialog.close();
        tell("disputes");
      },
    }),
  });
}
