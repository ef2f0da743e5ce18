/** Settings that are on or off. */

import { h, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { askAll } from "../state/presence.js";
import { loadAccount } from "../state/session.js";
import { state } from "../state/store.js";
import { canAlert, switchAlerts, wantsAlerts } from "./alerts.js";

/**
 * Return a switch with a sentence about what it does. `change(on)` returns whether it is on
 * afterwards, or a sentence that says why it is not.
 */
function switchField({ label, text, isOn, disabled, change }) {
  const box = h("input", { type: "checkbox", role: "switch", checked: isOn, disabled });
  const problem = h("p", { class: "problem", role: "alert" });
  box.addEventListener("change", async () => {
    box.disabled = true;
    refill(problem);
    try {
      box.checked = await change(box.checked);
    } catch (error) {
      box.checked = !box.checked;
      refill(problem, asRefused(error).sentence);
    } finally {
      box.disabled = false;
    }
  });
  const field = h("div", { class: "field" },
    h("label", { class: "check" }, box, h("span", {}, label)),
    h("p", { class: "soft" }, text), problem);
  field.complain = (sentence) => refill(problem, sentence);
  return field;
}

/** Return the setting for the browser's notices. */
export function alerts() {
  const field = switchField({
    label: t("alerts.on"), text: t(canAlert() ? "alerts.text" : "alerts.impossible"),
    isOn: wantsAlerts(), disabled: !canAlert(),
    change: async (on) => {
      const isOn = await switchAlerts(on);
      if (on && !isOn) field.complain(t("alerts.refused"));
      return isOn;
    },
  });
  return field;
}

/** Return the setting for who sees whether one is there. */
export function privacy() {
  return switchField({
    label: t("privacy.hide"), text: t("privacy.hide_text"),
    isOn: state.account?.settings.hide_presence === true,
    change: async (on) => {
      await call("account.update", { settings: { hide_presence: on || null } });
      await loadAccount();
      await askAll();
      return on;
    },
  });
}
