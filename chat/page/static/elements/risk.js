/** What the risk team sees: its questions and its cases, by name. */

import { listen } from "../core/bus.js";
import { Part, h, icon, iconButton, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { back, go, route } from "../core/router.js";
import { asRefused } from "../net/refused.js";
import { isOfRiskTeam, loadQuestions, sentenceOf } from "./risk-parts.js";
import { empty, skeletons } from "./parts.js";
import "./chats.js";
import "./risk-cases.js";
import "./risk-question.js";
import "./risk-reviews.js";
import "./risk-rules.js";

class Risk extends Part {
  #list = h("div", { class: "scroll" });
  #questions = [];
  #search = h("input", {
    class: "input", type: "search", placeholder: t("risk.find"), autocomplete: "off",
    "aria-label": t("risk.find"), spellcheck: "false",
  });

  start() {
    if (!isOfRiskTeam()) {
      go("/", { replace: true });
      return;
    }
    refill(
      this,
      h("header", { class: "head" },
        iconButton("back", t("page.back"), () => back("/settings")),
        h("h1", { class: "head-title" }, t("risk.title"))),
      h("div", { class: "search" }, icon("search"), this.#search),
      this.#list,
    );
    this.#search.addEventListener("input", () => this.show());
    this.until(listen("route", () => this.show()));
    refill(this.#list, skeletons(8));
    this.load();
  }

  async load() {
    try {
      this.#questions = await loadQuestions();
      if (this.isConnected) this.show();
    } catch (error) {
      refill(this.#list, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }

  show() {
    if (!this.#questions.length) return;
    const typed = this.#search.value.trim().toLowerCase();
    const fitting = this.#questions.filter((one) => `${one.name} ${sentenceOf(one)}`.toLowerCase()
      .includes(typed));
    const { name, question } = route();
    refill(
      this.#list,
      h("p", { class: "note risk-note" }, t("risk.audit")),
      h("nav", { "aria-label": t("risk.title") },
        row({
          href: "/risk/cases", picture: "flag", title: t("risk.cases"), text: t("risk.cases_text"),
          isHere: name === "cases" || name === "case",
        }),
        row({
          href: "/risk/reviews", picture: "clock", title: t("risk.reviews"),
          text: t("risk.reviews_text"), isHere: name === "reviews",
        }),
        row({
          href: "/risk/rules", picture: "settings", title: t("risk.rules"),
          text: t("risk.rules_text"), isHere: name === "rules",
        }),
        fitting.map((one) => row({
          href: `/risk/${one.name}`, picture: "search", title: one.name, text: sentenceOf(one),
          isHere: question === one.name,
        }))),
      fitting.length === 0 && empty({ picture: "search", text: t("risk.find_none") }),
    );
  }
}
customElements.define("kith-risk", Risk);

function row({ href, picture, title, text, isHere }) {
  return h("a", { class: "row", href, "aria-current": isHere && "page" },
    h("span", { class: "card-sign" }, icon(picture)),
    h("span", { class: "row-text" },
      h("span", { class: "row-name clip" }, title),
      h("span", { class: "small soft risk-sentence" }, text)));
}
