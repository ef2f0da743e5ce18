/** Held payments: what fired, who pays whom, and releasing or returning them with a reason. */

import { listen, tell } from "../core/bus.js";
import { Part, h, icon, iconButton, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { back } from "../core/router.js";
import { fullMoment, shortMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused, CommandId } from "../net/refused.js";
import { openDialog } from "./dialog.js";
import { choiceField, form, textField } from "./fields.js";
import { isOfRiskTeam } from "./risk-parts.js";
import { empty, skeletons, sum, whileBusy, who } from "./parts.js";

const PAGE = 50;
const TONES = { held: "wait", released: "good", returned: "bad", expired: "" };

class Reviews extends Part {
  #list = h("div", {});
  #found = [];
  #status = choiceField({
    label: t("risk.which_held"), name: "status", value: "held", onchange: () => this.load(),
    options: ["held", "released", "returned", "expired"].map((one) => [one, t(`risk.held_${one}`)]),
  });

  get pageTitle() {
    return t("risk.reviews");
  }

  start() {
    if (!isOfRiskTeam()) return;
    refill(
      this,
      h("header", { class: "head lined" },
        iconButton("back", t("page.back"), () => back("/risk"), { class: "icon-button to-list" }),
        h("h1", { class: "head-title limit-head" }, this.pageTitle)),
      h("div", { class: "scroll" }, h("div", { class: "page narrow" }, this.#status, this.#list)),
    );
    this.until(listen("reviews", () => this.load()));
    refill(this.#list, skeletons(4));
    this.load();
  }

  async load({ older = false } = {}) {
    const status = this.#status.value();
    try {
      const page = await call("review.list", {
        status, limit: PAGE, ...(older ? { before: this.#found.at(-1).id } : {}),
      });
      if (!this.isConnected || status !== this.#status.value()) return;
      this.#found = older ? [...this.#found, ...page.reviews] : page.reviews;
      this.show(page.more);
    } catch (error) {
      refill(this.#list, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }

  show(hasMore) {
    refill(this.#list,
      this.#found.length
        ? h("ul", { class: "panel entries" }, this.#found.map((one) => h("li", {}, reviewRow(one))))
        : empty({ picture: "clock", text: t("risk.no_reviews") }),
      hasMore && h("button", {
        type: "button", class: "link-button more-button",
        onclick: (event) => whileBusy(event.currentTarget, () => this.load({ older: true })),
      }, t("page.more")));
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
