/** Rules about payments: how they are switched, with which thresholds, and changing that. */

import { Part, h, refill } from "../core/dom.js";
import { language, t } from "../core/i18n.js";
import { call } from "../net/api.js";
import { asRefused, CommandId } from "../net/refused.js";
import { openDialog } from "./dialog.js";
import { choiceField, form, numberField, textField } from "./fields.js";
import { isOfRiskTeam } from "./risk-parts.js";
import { empty, paneHead, skeletons } from "./parts.js";

const FAMILIES = ["place", "habit", "relations"];
const MODES = ["off", "shadow", "on"];
const TONES = { on: "good", shadow: "wait", off: "" };

class Rules extends Part {
  #list = h("div", {});

  get pageTitle() {
    return t("risk.rules");
  }

  start() {
    if (!isOfRiskTeam()) return;
    refill(
      this,
      paneHead(this.pageTitle, "/risk"),
      h("div", { class: "scroll" }, h("div", { class: "page narrow" },
        h("p", { class: "note risk-note" }, t("risk.rules_note")), this.#list)),
    );
    refill(this.#list, skeletons(8));
    this.load();
  }

  async load() {
    try {
      const { rules } = await call("rules.list");
      if (this.isConnected) this.show(rules);
    } catch (error) {
      refill(this.#list, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }

  show(rules) {
    refill(this.#list, FAMILIES.map((family) => h("section", {},
      h("h2", { class: "list-title flush" }, t(`risk.family_${family}`)),
      h("ul", { class: "panel entries" }, rules.filter((one) => one.family === family)
        .map((rule) => h("li", {}, this.row(rule)))))));
  }

  row(rule) {
    const words = rule.question[language()] ?? rule.question.en;
    const values = rule.thresholds.map(({ name, value }) => `${name}: ${value}`).join(", ");
    return h("button", { type: "button", class: "row", onclick: () => this.change(rule) },
      h("span", { class: "row-text" },
        h("span", { class: "row-line" },
          h("span", { class: "row-name clip" }, rule.name),
          h("span", { class: `tag ${TONES[rule.mode]}` }, t(`risk.mode_${rule.mode}`))),
        h("span", { class: "small risk-sentence" }, words),
        h("span", { class: "small soft risk-sentence" },
          [t(`risk.outcome_${rule.outcome}`), values].filter(Boolean).join(" · "))));
  }

  change(rule) {
    const mode = choiceField({
      label: t("risk.mode"), name: "mode", value: rule.mode,
      options: MODES.map((one) => [one, t(`risk.mode_${one}`)]),
    });
    const numbers = rule.thresholds.map((one) => [one.name, numberField({
      label: one.name, name: one.name, value: one.value, min: one.least, max: one.most,
    })]);
    const reason = textField({ label: t("risk.why"), name: "reason", maxlength: 2000 });
    const number = new CommandId();
    const dialog = openDialog({
      title: rule.name,
      body: form({
        fields: [mode, numbers.map(([, field]) => field), reason],
        action: t("risk.set_rule"),
        send: async () => {
          const values = numbers.map(([name, field]) => [name, field.need()]);
          if (!reason.value()) reason.complain(t("risk.needed"));
          if (!reason.value() || values.some(([, value]) => value === null)) return;
          const all = {
            rule: rule.name, mode: mode.value(), thresholds: Object.fromEntries(values),
            reason: reason.value(),
          };
          await call("rules.set", all, { id: number.for(all) });
          dialog.close();
          this.load();
        },
      }),
    });
  }
}
customElements.define("kith-rules", Rules);
