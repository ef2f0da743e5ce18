/** Choosing a payment PIN. */

import { Part, h, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { clock } from "../core/time.js";
import { asRefused, CommandId } from "../net/refused.js";
import { call } from "../net/api.js";
import { knownLimits, loadWallet } from "../state/wallet.js";
import { form, textField } from "./fields.js";
import { pinField } from "./pin.js";
import { spinner, toast } from "./parts.js";

class PinSetting extends Part {
  async start() {
    refill(this, spinner());
    try {
      await loadWallet();
      if (this.isConnected) this.show();
    } catch (error) {
      if (this.isConnected) toast(asRefused(error).sentence);
    }
  }

  show() {
    const { pin } = knownLimits();
    const fresh = pinField({
      label: t(pin.is_set ? "pin.new" : "pin.choose"), name: "new-pin", hint: t("pin.hint"),
    });
    const password = textField({
      label: t("pin.password"), name: "password", type: "password",
      autocomplete: "current-password",
    });
    const id = new CommandId();
    refill(
      this,
      h("p", { class: "soft" }, t("pin.text", {
        payment: money(pin.above_payment), day: money(pin.above_day),
      })),
      pin.locked_until && h("p", { class: "note wait" },
        t("pin.locked", { until: clock(pin.locked_until) })),
      h("p", { class: "strong" }, t(pin.is_set ? "pin.is_set" : "pin.is_not_set")),
      form({
        fields: [fresh, password],
        action: t("page.save"),
        send: async () => {
          const digits = fresh.need();
          if (!digits) return;
          if (!password.value()) {
            password.complain(t("form.needed"));
            return;
          }
          const fields = { pin: digits, password: password.value() };
          await call("wallet.set_pin", fields, { id: id.for(fields) });
          toast(t("pin.saved"));
          await this.start();
        },
      }),
    );
  }
}
customElements.define("kith-pin-setting", PinSetting);
