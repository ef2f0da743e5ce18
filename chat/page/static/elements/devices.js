/** What one is signed in by, and signing it out. */

import { Part, h, icon, refill } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { shortMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { confirmFirst } from "./dialog.js";
import { spinner, toast, whileBusy } from "./parts.js";

await needWords("-more");

class Devices extends Part {
  async start() {
    refill(this, spinner());
    await this.take("device.list");
  }

  async take(command, fields = {}) {
    try {
      const { devices } = await call(command, fields);
      if (this.isConnected) this.show(devices);
    } catch (error) {
      if (this.isConnected) toast(asRefused(error).sentence);
    }
  }

  show(devices) {
    refill(
      this,
      h("p", { class: "soft" }, t("devices.text")),
      h("ul", { class: "devices" }, devices.map((device) => this.row(device))),
      devices.length > 1 && h("button", {
        type: "button", class: "button danger wide",
        onclick: async (event) => {
          const button = event.currentTarget;
          const isSure = await confirmFirst({
            title: t("devices.others_title"), text: t("devices.others_text"),
            action: t("devices.others"),
          });
          if (isSure) await whileBusy(button, () => this.take("device.sign_out_others"));
        },
      }, t("devices.others")),
    );
  }

  row(device) {
    const name = nameOf(device);
    const used = t("devices.used", { at: shortMoment(device.last_used_at) });
    return h("li", { class: "person-row" },
      h("div", { class: "row" },
        h("span", { class: "card-sign" }, icon(device.kind === "token" ? "lock" : "device")),
        h("span", { class: "row-text" },
          h("span", { class: "row-name" }, name),
          h("span", { class: "small soft" }, device.kind === "token"
            ? `${t("devices.token")} · ${used}` : used))),
      device.current
        ? h("span", { class: "tag good" }, t("devices.current"))
        : h("button", {
          type: "button", class: "button small-button plain",
          "aria-label": t("devices.sign_out_name", { name }),
          onclick: (event) => whileBusy(
            event.currentTarget, () => this.take("device.sign_out", { device: device.id }),
          ),
        }, t("devices.sign_out")));
  }
}
customElements.define("kith-devices", Devices);

function nameOf({ program, system }) {
  if (program && system) return t("devices.name", { program, system });
  return program || system || t("devices.unknown");
}
