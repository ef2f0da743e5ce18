/** One question: its form, its rows as a table, and its picture. */

import { listen } from "../core/bus.js";
import { Part, h, icon, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { route } from "../core/router.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { addToCase } from "./risk-case-forms.js";
import { questionForm } from "./risk-form.js";
import { openPicture } from "./risk-picture.js";
import { resultTable } from "./risk-table.js";
import { saveCsv, saveJson } from "./risk-save.js";
import { isOfRiskTeam, loadQuestions, sentenceOf } from "./risk-parts.js";
import { empty, paneHead, spinner, toast } from "./parts.js";

class Question extends Part {
  #body = h("div", { class: "page risk-page" });
  #form = h("div", {});
  #result = h("div", { class: "risk-result" });
  #asked = 0;

  get pageTitle() {
    return this.route.question;
  }

  start() {
    if (!isOfRiskTeam()) return;
    refill(
      this,
      paneHead(this.pageTitle, "/risk", { look: "clip" }),
      h("div", { class: "scroll" }, this.#body),
    );
    refill(this.#body, spinner());
    this.until(listen("route", () => this.takeAddress()));
    this.load();
  }

  async load() {
    try {
      const questions = await loadQuestions();
      this.question = questions.find((one) => one.name === this.route.question);
      if (!this.isConnected) return;
      if (!this.question) {
        refill(this.#body, empty({ picture: "search", text: t("risk.unknown") }));
        return;
      }
      refill(this.#body, h("p", { class: "risk-asks" }, sentenceOf(this.question)),
        this.#form, this.#result);
      this.takeAddress();
    } catch (error) {
      refill(this.#body, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }

  /** Show what the address asks; one that holds all that is needed is asked at once. */
  takeAddress() {
    if (!this.question || route().question !== this.question.name) return;
    const given = Object.fromEntries(new URLSearchParams(location.search));
    refill(this.#form, questionForm(this.question, given, (typed, complain) => {
      const search = new URLSearchParams(typed).toString();
      history.replaceState(history.state, "", search ? `?${search}` : location.pathname);
      return this.ask(typed, complain);
    }));
    const isComplete = this.question.parameters.every((one) => !one.required || given[one.name]);
    refill(this.#result);
    if (isComplete && location.search) {
      this.ask(given).catch((error) => {
        refill(this.#result, empty({ picture: "warning", text: asRefused(error).sentence }));
      });
    }
  }

  async ask(parameters, complain) {
    this.#asked += 1;
    const asked = this.#asked;
    const { name } = this.question;
    refill(this.#result, spinner());
    try {
      const answer = await call("risk.query", { name, parameters });
      if (this.isConnected && asked === this.#asked) this.show(answer, parameters);
    } catch (error) {
      if (asked === this.#asked) refill(this.#result);
      const field = error.detail?.field;
      if (!field || !complain) throw error;
      complain(field, error.plain);
    }
  }

  show(answer, parameters) {
    const { name, kinds } = this.question;
    const picture = h("section", { class: "risk-picture", hidden: true });
    const button = (sign, label, run) => h("button", {
      type: "button", class: "button plain risk-tool", onclick: run,
    }, icon(sign), label);
    refill(
      this.#result,
      h("div", { class: "risk-tools" },
        h("p", { class: "soft", role: "status" },
          t("risk.rows", { count: answer.rows.length }), answer.more && t("risk.more"),
          ` · ${t("risk.took", { ms: Math.round(answer.took_ms) })}`),
        h("div", { class: "risk-buttons" },
          button("limit", t("risk.picture"), () => openPicture(picture, name, parameters)),
          button("flag", t("risk.add"), () => addToCase({ kind: "query", name, parameters })),
          button("file", "CSV", () => saveCsv(name, answer)),
          button("file", "JSON", () => saveJson(name, answer)))),
      picture,
      answer.rows.length
        ? resultTable({ ...answer, kinds, label: name, copied: () => toast(t("risk.copied")) })
        : empty({ picture: "search", text: t("risk.no_rows") }),
    );
  }
}
customElements.define("kith-question", Question);
