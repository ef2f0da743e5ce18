/** What the members of a room sent and got in red envelopes; counted when one looks. */

import { Part, h, icon, refill } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { needStyle } from "../core/styles.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { face, spinner, who } from "./parts.js";

await Promise.all([needWords("-gifts"), needStyle("gifts")]);

class RoomLuck extends Part {
  #body = h("div", {});

  start() {
    const details = h(
      "details", { class: "luck", ontoggle: () => details.open && this.load() },
      h("summary", { class: "action" }, icon("envelope"), t("luck.title"),
        icon("down", "icon luck-sign")),
      this.#body,
    );
    refill(this, details);
  }

  async load() {
    refill(this.#body, spinner());
    try {
      const { members, currency } = await call("envelope.statistics", { room: this.room });
      const lucky = members.filter(({ sent, got }) => sent.count || got.count);
      refill(
        this.#body,
        h("p", { class: "small soft" }, t(lucky.length ? "luck.text" : "luck.none")),
        h("ul", {}, lucky.map((one) => luckRow(one, currency))),
      );
    } catch (error) {
      refill(this.#body, h("p", { class: "small" }, asRefused(error).sentence));
    }
  }
}
customElements.define("kith-room-luck", RoomLuck);

function luckRow({ person, sent, got, luckiest }, currency) {
  return h(
    "li", { class: "row" },
    face(person, 40),
    h("span", { class: "row-text" },
      h("span", { class: "clip row-name" }, who(person, { you: true })),
      h("span", { class: "small soft money" }, t("luck.line", {
        got: money(got.amount, currency), sent: money(sent.amount, currency),
      }))),
    luckiest > 0 && h("span", { class: "luckiest small" }, icon("crown", "icon small"),
      h("span", { "aria-hidden": "true" }, String(luckiest)),
      h("span", { class: "sr-only" }, t("luck.luckiest", { count: luckiest }))),
  );
}
