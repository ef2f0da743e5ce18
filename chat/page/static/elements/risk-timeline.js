/** Money over time: what came in above the line, what went out below it, a bar for each day. */

import { h, refill, s } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { day } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { empty, spinner } from "./parts.js";

const WIDTH = 640;
const HALF = 70;

function daysOf({ columns, rows }) {
  const at = (name) => columns.indexOf(name);
  const days = new Map();
  for (const row of rows) {
    const key = row[at("at")].slice(0, 10);
    const currency = row[at("currency")];
    const name = `${key} ${currency}`;
    if (!days.has(name)) days.set(name, { key, currency, came: 0, went: 0 });
    days.get(name)[row[at("isOut")] ? "went" : "came"] += row[at("amount")];
  }
  return [...days.values()].sort((one, other) => one.key.localeCompare(other.key));
}

/** Show the timeline of a person's or an account's money in `place`. */
export async function showTimeline(place, id) {
  refill(place, spinner());
  try {
    const answer = await call("risk.query", { name: "around.money", parameters: { id } });
    refill(place, draw(daysOf(answer)));
  } catch (error) {
    refill(place, empty({ picture: "warning", text: asRefused(error).sentence }));
  }
}

function draw(days) {
  if (!days.length) return h("p", { class: "soft" }, t("risk.no_money"));
  const first = Date.parse(days[0].key);
  const span = Math.max(1, Date.parse(days.at(-1).key) - first);
  const most = Math.max(...days.flatMap(({ came, went }) => [came, went]));
  const bars = days.flatMap((one) => {
    const x = 8 + (WIDTH - 24) * ((Date.parse(one.key) - first) / span);
    const bar = (amount, className, isUp) => {
      const height = amount && Math.max(2, HALF * (amount / most));
      return amount > 0 && s("rect", {
        class: className, x, y: isUp ? HALF - height : HALF, width: 8, height, rx: 1,
      });
    };
    return [bar(one.came, "risk-in", true), bar(one.went, "risk-out", false)];
  });
  return h("figure", { class: "panel risk-timeline" },
    h("figcaption", {}, t("risk.timeline")),
    s("svg", { viewBox: `0 0 ${WIDTH} ${2 * HALF}`, role: "img", "aria-label": t("risk.timeline") },
      s("line", { class: "risk-axis", x1: 0, x2: WIDTH, y1: HALF, y2: HALF }), bars),
    h("details", {}, h("summary", {}, t("risk.in_words")),
      h("ul", {}, days.map(({ key, currency, came, went }) => h("li", {},
        `${day(key)}: ${t("risk.came", { amount: money(came, currency || "CNY") })}, `,
        t("risk.went", { amount: money(went, currency || "CNY") }))))));
}
