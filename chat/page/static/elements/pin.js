/** The payment PIN where a command asks for it, and what a limit says. */

import { needWords, t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { clock } from "../core/time.js";
import { openDialog } from "./dialog.js";
import { form, textField } from "./fields.js";

await needWords("-pin");

/** Return a field for six digits; `need()` complains and returns null unless they are there. */
export function pinField({ label, ...more }) {
  const field = textField({
    label, type: "password", inputmode: "numeric", maxlength: 6, autocomplete: "off", ...more,
  });
  field.need = () => {
    if (/^[0-9]{6}$/.test(field.value())) return field.value();
    field.complain(t("pin.six_digits"));
    return null;
  };
  return field;
}

/**
 * Go on after a refusal that has to do with a limit or the PIN: ask for the PIN and send the
 * command again with it, under the same id. Throws Refused for what asking cannot help.
 */
export function goOn(refused, send) {
  if (refused.code === "wallet.pin_required") return ask(refused, send);
  throw explained(refused);
}

function ask(refused, send) {
  return new Promise((resolve, reject) => {
    let settle = () => reject(refused);
    const field = pinField({ label: t("pin.title"), name: "pin", autofocus: true });
    const dialog = openDialog({
      title: t("pin.ask"),
      className: "pin-dialog",
      body: form({
        fields: field,
        action: t("pin.go_on"),
        send: async () => {
          const pin = field.need();
          if (!pin) return;
          try {
            const result = await send({ pin });
            settle = () => resolve(result);
          } catch (error) {
            if (error.code === "wallet.pin_wrong" && error.detail.tries_left > 0) {
              field.input.value = "";
              field.complain(t("pin.wrong", { count: error.detail.tries_left }));
              return;
            }
            settle = () => reject(explained(error));
          }
          dialog.close();
        },
      }),
      onClose: () => settle(),
    });
  });
}

/** Return the refusal with its details as people read them. */
function explained(refused) {
  const { most, used, until } = refused.detail ?? {};
  if (Number.isInteger(most) && Number.isInteger(used)) {
    Object.assign(refused.detail, { left: money(most - used), most: money(most) });
  }
  if (until) refused.detail.until = clock(until);
  return refused;
}
