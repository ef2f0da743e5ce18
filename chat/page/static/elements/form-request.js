/** Asking one person for a payment. */

import { needWords, t } from "../core/i18n.js";
import { call } from "../net/api.js";
import { CommandId } from "../net/refused.js";
import { state } from "../state/store.js";
import { openDialog } from "./dialog.js";
import { form, moneyField, textField } from "./fields.js";
import { memberSelect } from "./members.js";
import { toast } from "./parts.js";

await needWords("-pay");

/** Open the form for a room. */
export function requestForm(room) {
  const others = [...room.members.values()].filter(({ person }) => person !== state.me.id);
  const to = memberSelect({ label: t("request.who"), members: others });
  const amount = moneyField({
    label: t("transfer.amount"), name: "amount", big: true, autofocus: true,
  });
  const note = textField({ label: t("form.note"), name: "note", maxlength: 200 });
  const id = new CommandId();
  const dialog = openDialog({
    title: t("request.title"),
    body: form({
      fields: [!room.with && to, amount, note],
      action: t("request.ask"),
      send: async () => {
        const typed = amount.need();
        if (!typed) return;
        const fields = {
          to: room.with ?? to.value(), amount: typed, note: note.value(), room: room.room,
        };
        await call("payment_request.create", fields, { id: id.for(fields) });
        dialog.close();
        toast(t("request.asked"));
      },
    }),
  });
}
