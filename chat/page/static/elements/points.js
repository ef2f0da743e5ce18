/** Pay Points: the score with its parts and reasons, and taking part or not. */

import { Part, h, refill, s } from "../core/dom.js";
import { hasWords, needWords, t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { needStyle } from "../core/styles.js";
import { fullMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { confirmFirst } from "./dialog.js";
import { empty, spinner, toast, whileBusy } from "./parts.js";
import "./points-gates.js";

await Promise.all([needWords("-points"), needStyle("points")]);

const MONEY = new Set(["history.repaid", "ability.cushion"]);
const RAISES_SHOWN = 5;

class Points extends Part {
  #isShown = false;

  start() {
    refill(this, spinner());
    return this.take("points.get");
  }

  /** Carry out a command and show its answer; return whether it worked. */
  async take(command) {
    try {
      const points = await call(command);
      const { scores } = points.status === "shown" ? await call("points.history") : { scores: [] };
      if (this.isConnected) this.show(points, scores);
      return true;
    } catch (error) {
      const { sentence } = asRefused(error);
      // What is shown still holds where nothing was done.
      if (this.#isShown) toast(sentence);
      else if (this.isConnected) refill(this, empty({ picture: "warning", text: sentence }));
      return false;
    }
  }

  show(points, scores) {
    this.#isShown = true;
    if (points.status === "out") {
      const join = () => this.take("points.opt_in");
      refill(this, joining(points, (button) => whileBusy(button, join)),
        document.createElement("kith-points-gates"));
      return;
    }
    refill(
      this,
      points.status === "shown" ? scored(points, scores)
        : h("p", { class: "note wait", role: "status" }, t(`points.${points.status}`)),
      document.createElement("kith-points-gates"),
      h("section", { class: "points-end" },
        h("h2", {}, t("points.end")),
        h("p", { class: "soft" }, t("points.end_text")),
        h("button", { type: "button", class: "button danger", onclick: (event) => this.end(event) },
          t("points.opt_out"))),
    );
  }

  async end(event) {
    const button = event.currentTarget;
    const isSure = await confirmFirst({
      title: t("points.sure"), text: t("points.sure_text"), action: t("points.opt_out"),
    });
    if (!isSure) return;
    const isDone = await whileBusy(button, () => this.take("points.opt_out"));
    if (isDone) toast(t("points.gone"));
  }
}
customElements.define("kith-points", Points);

function joining(points, join) {
  const caps = points.caps.map(({ below, percent }) => h("li", {},
    t("points.cap", { below, percent })));
  return h("div", { class: "points-join" },
    h("p", {}, t("points.what")),
    h("h2", {}, t("points.looks_at")),
    h("ul", { class: "ways" },
      ["history", "ability", "behaviour", "identity", "relations"].map((part) => h("li", {},
        t(`points.part.${part}_text`)))),
    h("h2", {}, t("points.means")),
    h("ul", { class: "ways" }, h("li", {}, t("points.means_gates")), caps,
      h("li", {}, t("points.means_end"))),
    h("button", {
      type: "button", class: "button wide", onclick: (event) => join(event.currentTarget),
    }, t("points.opt_in")));
}

function scored(points, scores) {
  return [
    dial(points),
    h("p", { class: "soft points-when" },
      t("points.as_of", { at: fullMoment(points.as_of), month: points.month })),
    h("h2", {}, t("points.parts")),
    h("ul", { class: "points-parts" }, points.parts.map(partRow)),
    points.raise_by.length > 0 && [
      h("h2", {}, t("points.raise")),
      h("ul", { class: "points-raises" }, points.raise_by.slice(0, RAISES_SHOWN).map(
        ({ code, points: most }) => h("li", {},
          h("span", {}, t(`points.raise.${code}`)),
          h("span", { class: "tag good" }, t("points.up_to", { count: most }))),
      )),
    ],
    scores.length > 1 && [
      h("h2", {}, t("points.history")),
      h("table", { class: "points-history" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("points.month")),
          h("th", { scope: "col" }, t("points.score")))),
        h("tbody", {}, scores.map((one) => h("tr", {},
          h("td", {}, one.month), h("td", {}, String(one.score)))))),
    ],
  ];
}

/** Return a half circle that fills with the score; who does not look is told the same. */
function dial({ score, lowest, highest }) {
  const words = t("points.dial", { score, lowest, highest });
  const arc = "M 16 100 A 84 84 0 0 1 184 100";
  const range = highest - lowest;
  return h("figure", { class: "points-dial" },
    s("svg", { viewBox: "0 0 200 124", role: "img", "aria-label": words },
      s("path", { d: arc, class: "dial-ground" }),
      s("path", {
        d: arc, class: "dial-part", pathLength: String(range),
        "stroke-dasharray": `${score - lowest} ${range}`,
      }),
      s("text", { x: "100", y: "92", class: "dial-score" }, String(score)),
      s("text", { x: "16", y: "121", class: "dial-end" }, String(lowest)),
      s("text", { x: "184", y: "121", class: "dial-end" }, String(highest))));
}

function partRow({ part, percent, points, most, missing, reasons }) {
  return h("li", { class: missing ? "is-missing" : "" },
    h("h3", {}, t(`points.part.${part}`), " ",
      h("span", { class: "small soft" }, t("points.weight", { percent }))),
    missing ? h("span", { class: "tag wait" }, t("points.missing"))
      : h("span", { class: "money" }, t("points.of", { points, most })),
    h("div", { class: "points-bar", "aria-hidden": "true", style: { "--part": points / most } },
      h("span", {})),
    missing ? h("p", { class: "soft" }, t(`points.missing.${part}`, { most }))
      : h("ul", { class: "points-reasons" }, reasons.map(reasonRow)));
}

function reasonRow({ code, value, points, most }) {
  const none = `points.reason.${code}.none`;
  const amount = MONEY.has(code) ? money(value) : "";
  const words = value <= 0 && hasWords(none)
    ? t(none, { amount }) : t(`points.reason.${code}`, { count: value, amount });
  return h("li", {}, h("span", {}, words),
    h("span", { class: "small soft" }, t("points.of", { points, most })));
}
