/** Offering money to one person. */

import { t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { state } from "../state/store.js";
import { openDialog } from "./dialog.js";
import { form, moneyField, textField } from "./fields.js";
import { memberSelect } from "./members.js";
import { openPayment } from "./payment.js";

/** Open the form for a room; `before` is what was typed when one comes back to it. */
export function transferForm(room, before = {}) {
  const others = [...room.members.values()].filter(({ person }) => person !== state.me.id);
  const to = memberSelect({ label: t("pay.to"), members: others, value: before.to });
  const amount = moneyField({
    label: t("transfer.amount"), name: "amount", amount: before.amount, big: true, autofocus: true,
  });
  const note = textField({
    label: t("form.note"), name: "note", maxlength: 200, value: before.note ?? "",
  });
  const dialog = openDialog({
    title: t("money.transfer"),
    body: form({
      fields: [!room.with && to, amount, note],
      action: t("pay.next"),
      send: async () => {
        const typed = amount.need();
        if (!typed) return;
        const fields = {
          to: room.with ?? to.value(), amount: typed, note: note.value(), room: room.room,
        };
        dialog.close();
        openPayment({
          title: t("transfer.send_title"), to: fields.to, amount: typed,
          verb: t("transfer.send", { amount: money(typed) }),
          rows: [fields.note && [t("form.note"), fields.note]],
          explain: t("transfer.send_text"),
          receiptTitle: t("transfer.sent"),
          command: "transfer.send", fields,
          again: () => transferForm(room, fields),
        });
      },
    }),
  });
}
