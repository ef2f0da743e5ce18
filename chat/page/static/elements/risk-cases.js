/** Cases: the list of them, and one with its findings, decisions and history. */

import { listen } from "../core/bus.js";
import { Part, h, icon, iconButton, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { fullMoment, shortMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { download } from "../net/http.js";
import { asRefused } from "../net/refused.js";
import { addNote, decide, openCase } from "./risk-case-forms.js";
import { RiskList } from "./risk-list.js";
import { save } from "./risk-save.js";
import { resultTable } from "./risk-table.js";
import { isOfRiskTeam } from "./risk-parts.js";
import { empty, paneHead, spinner, toast, who } from "./parts.js";

const DECISIONS = ["watch", "hold", "block", "clear"];
const TONES = { watch: "wait", hold: "bad", block: "bad", clear: "good" };

function decisionTag({ decision }) {
  return h("span", { class: `tag ${TONES[decision] ?? ""}` },
    t(decision ? `risk.is_${decision}` : "risk.is_open"));
}

class Cases extends RiskList {
  get pageTitle() {
    return t("risk.cases");
  }

  get what() {
    return {
      command: "case.list", rows: "cases", label: "risk.which",
      statuses: ["open", "closed"].map((one) => [one, `risk.which_${one}`]),
      none: { picture: "flag", text: "risk.no_cases" },
    };
  }

  more() {
    return iconButton("add", t("risk.open_case"), () => openCase());
  }

  row(file) {
    return row(file);
  }
}
customElements.define("kith-cases", Cases);

function row(file) {
  return h("a", { class: "row", href: `/risk/cases/${file.id}` },
    h("span", { class: "card-sign" }, icon("flag")),
    h("span", { class: "row-text" },
      h("span", { class: "row-line" },
        h("span", { class: "row-name clip" }, who(file.subject)),
        h("time", { class: "small soft", datetime: file.at }, shortMoment(file.at))),
      h("span", { class: "clip small soft", dir: "auto" }, file.note),
      h("span", {}, decisionTag(file))));
}

class CaseFile extends Part {
  #body = h("div", { class: "page risk-page" });

  get pageTitle() {
    return t("risk.case");
  }

  start() {
    if (!isOfRiskTeam()) return;
    refill(
      this,
      paneHead(this.pageTitle, "/risk/cases", { way: "to-main" }),
      h("div", { class: "scroll" }, this.#body),
    );
    refill(this.#body, spinner());
    this.until(listen("cases", () => this.load()));
    this.load();
  }

  async load() {
    try {
      const { case: file } = await call("case.get", { case: this.route.case });
      if (this.isConnected) refill(this.#body, parts(file));
    } catch (error) {
      refill(this.#body, empty({ picture: "lock", text: asRefused(error).sentence }));
    }
  }
}
customElements.define("kith-case", CaseFile);

async function saveCase(file, format) {
  try {
    save(`kith-case-${file}.${format}`, await download("case.export", { case: file, format }));
  } catch (error) {
    toast(asRefused(error).sentence);
  }
}

function parts(file) {
  const fact = (name, value) => [h("dt", {}, t(name)), h("dd", { dir: "auto" }, value)];
  const button = (label, run, className = "plain") => h("button", {
    type: "button", class: `button ${className}`, onclick: run,
  }, label);
  const isOpen = file.status === "open";
  return [
    h("div", { class: "hero" }, h("h2", {}, who(file.subject)), decisionTag(file)),
    h("p", { class: "note risk-note" }, t("risk.audit")),
    h("dl", { class: "facts section" },
      fact("risk.opened_by", who(file.opened_by)), fact("risk.since", fullMoment(file.at)),
      fact("risk.money", t(file.frozen ? "risk.frozen" : "risk.free")),
      file.account && fact("risk.account", file.account)),
    h("div", { class: "risk-buttons" },
      h("a", { class: "button plain", href: `/risk/around.one?id=${file.subject}` },
        t("risk.around")),
      isOpen && button(t("risk.add_note"), () => addNote(file.id)),
      button("CSV", () => saveCase(file.id, "csv")),
      button("JSON", () => saveCase(file.id, "json"))),
    isOpen && h("section", {},
      h("h2", { class: "list-title flush" }, t("risk.decide")),
      h("div", { class: "risk-buttons" }, DECISIONS.map((one) => button(t(`risk.${one}`),
        () => decide(file.id, one), one === file.decision ? "plain" : "")))),
    h("section", {},
      h("h2", { class: "list-title flush" }, t("risk.history")),
      h("ol", { class: "panel entries" }, file.history.map(stepRow))),
  ];
}

function stepRow({ by, at, action, decision, text, finding }) {
  const did = action === "decided" ? t("risk.did_decided", { decision: t(`risk.${decision}`) })
    : t(`risk.did_${action}`);
  return h("li", { class: "entry staff-did" },
    h("span", { class: "row-text" },
      h("span", {}, h("strong", {}, who(by)), " ", did),
      text && h("span", { class: "staff-reason", dir: "auto" }, text),
      finding && found(finding),
      h("time", { class: "small soft", datetime: at }, fullMoment(at))));
}

function found(finding) {
  if (finding.kind === "person") return h("span", {}, who(finding.person));
  if (finding.kind === "account") return h("span", { class: "number" }, finding.account);
  if (finding.kind !== "query") return null;
  const search = new URLSearchParams(finding.parameters);
  return h("details", {},
    h("summary", {}, `${finding.name} · ${t("risk.rows", { count: finding.rows.length })}`),
    h("a", { href: `/risk/${finding.name}?${search}` }, t("risk.ask_again")),
    resultTable({ ...finding, label: finding.name, copied: () => toast(t("risk.copied")) }));
}
