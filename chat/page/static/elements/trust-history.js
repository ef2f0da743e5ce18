/** What has happened to a line of trust, newest first. */

import { h, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { shortMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { whileBusy } from "./parts.js";

const PAGE = 20;

/** Return the history of the line given to a person, or `received` from them; loads when opened. */
export function historyOf(person, direction) {
  const list = h("ul", { class: "history" });
  const foot = h("div", {});
  const details = h("details", { class: "proposal" },
    h("summary", {}, t(`trust.history_${direction}`)), list, foot);
  const load = async (before) => {
    try {
      const page = await call("trust.history", {
        person, direction, limit: PAGE, ...before && { before },
      });
      list.append(...page.changes.map(changeRow));
      refill(foot, page.more && h("button", {
        type: "button", class: "link-button",
        onclick: ({ currentTarget }) => whileBusy(currentTarget,
          () => load(page.changes.at(-1).version)),
      }, t("page.more")));
    } catch (error) {
      refill(foot, h("p", { class: "soft" }, asRefused(error).sentence));
    }
  };
  details.addEventListener("toggle", () => {
    if (details.open && !list.childElementCount) load();
  });
  return details;
}

function changeRow({ kind, at, loan, capacity, reserved, burned }) {
  const places = {
    capacity: money(capacity), used: money(reserved), burned: money(burned),
  };
  const words = t(`trust.change_${kind}`, places);
  return h("li", {},
    h("time", { class: "small soft", datetime: at }, shortMoment(at)),
    h("span", {}, loan ? h("a", { href: `/wallet/loan/${loan}` }, words) : words));
}
