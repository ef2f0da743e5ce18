/** Held payments: what fired, who pays whom, and releasing or returning them with a reason. */

import { tell } from "../core/bus.js";
import { h, icon } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { fullMoment, shortMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { CommandId } from "../net/refused.js";
import { openDialog } from "./dialog.js";
import { form, textField } from "./fields.js";
import { RiskList } from "./risk-list.js";
import { sum, who } from "./parts.js";

const TONES = { held: "wait", released: "good", returned: "bad", expired: "" };

class Reviews extends RiskList {
  get pageTitle() {
    return t("risk.reviews");
  }

  get what() {
    return {
      command: "review.list", rows: "reviews", label: "risk.which_held",
      statuses: ["held", "released", "returned", "expired"].map((one) => [one, `risk.held_${one}`]),
      none: { picture: "clock", text: "risk.no_reviews" },
    };
  }

  row(review) {
    return reviewRow(review);
  }
}
customElements.define("kith-reviews", Reviews);

function reviewRow(review) {
  const isHeld = review.status === "held";
  return h("article", { class: "entry risk-review" },
    h("p", { class: "row-line" },
      h("strong", {}, sum(review.amount, review.currency)),
      h("time", { class: "small soft", datetime: review.at }, shortMoment(review.at))),
    h("p", {}, who(review.from), " ", icon("next"), " ", who(review.to), " ",
      h("span", { class: `tag ${TONES[review.status]}` }, t(`risk.held_${review.status}`))),
    review.rules.map(firedRule),
    review.proposed && isHeld && h("p", { class: "note" },
      t(`risk.proposed_${review.proposed}`), " ", who(review.proposed_by)),
    isHeld && h("p", { class: "small soft" },
      t("risk.held_until", { time: fullMoment(review.expires_at) }),
      review.needs_two && ` ${t("risk.needs_two")}`),
    h("details", {},
      h("summary", {}, t("risk.history")),
      h("ol", { class: "risk-steps" }, review.history.map(stepRow))),
    isHeld && h("div", { class: "risk-buttons" },
      decideButton(review, "release", ""), decideButton(review, "return", "plain")));
}

function firedRule({ rule, outcome, inputs }) {
  const { thresholds, ...seen } = inputs;
  const pairs = Object.entries(seen).map(([name, value]) => `${name}: ${show(value)}`);
  return h("p", { class: "small risk-fired" },
    h("strong", {}, rule), ` · ${t(`risk.outcome_${outcome}`)} · `, pairs.join(", "));
}

function show(value) {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

function stepRow({ by, at, action, outcome, reason }) {
  const did = action === "proposed" ? t(`risk.proposed_${outcome}`) : t(`risk.held_${action}`);
  return h("li", { class: "small" },
    did, " ", by && who(by), " ", reason && h("span", { dir: "auto" }, `“${reason}”`), " ",
    h("time", { class: "soft", datetime: at }, fullMoment(at)));
}

function decideButton(review, verb, className) {
  return h("button", {
    type: "button", class: `button ${className}`, onclick: () => askReason(review, verb),
  }, t(`risk.${verb}`));
}

function askReason(review, verb) {
  const reason = textField({
    label: t("risk.why"), name: "reason", maxlength: 2000, autofocus: true,
  });
  const number = new CommandId();
  const dialog = openDialog({
    title: t(`risk.${verb}`),
    body: form({
      fields: [h("p", { class: "soft" }, t(`risk.${verb}_text`)), reason],
      action: t(`risk.${verb}`),
      send: async () => {
        if (!reason.value()) {
          reason.complain(t("risk.needed"));
          return;
        }
        const all = { review: review.id, reason: reason.value() };
        await call(`review.${verb}`, all, { id: number.for(all) });
        dialog.close();
        tell("reviews");
      },
    }),
  });
}
