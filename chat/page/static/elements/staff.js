/** Disputes, for the staff: find one, freeze, propose; a second person decides. */

import { listen } from "../core/bus.js";
import { Part, h, icon, iconButton, refill } from "../core/dom.js";
import { hasWords, needWords, t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { back, go, route } from "../core/router.js";
import { fullMoment, shortMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { state } from "../state/store.js";
import { stateTag } from "./card-parts.js";
import { selectField } from "./fields.js";
import { empty, paneHead, skeletons, spinner, sum, toast, whileBusy, who } from "./parts.js";
import { openStep } from "./staff-step.js";
import "./chats.js";

await needWords("-staff", "-pay", "-more");

const SEARCH_PAUSE_MS = 250;
const STATUSES = ["open", "proposed", "reversed", "rejected"];
const TONES = { open: "wait", proposed: "wait", reversed: "good", rejected: "" };
const PAGE = 50;

// What others see who come by the address: nothing.
function isStaff() {
  return Boolean(state.account?.roles.includes("staff"));
}

function statusTag(status) {
  return stateTag(t(`staff.is_${status}`), TONES[status]);
}

class Disputes extends Part {
  #list = h("div", { class: "scroll" });
  #found = [];
  #hasMore = false;
  #asked = 0;
  #search = h("input", {
    class: "input", type: "search", placeholder: t("staff.find"), autocomplete: "off",
    "aria-label": t("staff.find"), spellcheck: "false", dir: "auto",
  });
  #status = selectField({
    label: t("staff.status"), name: "status", value: "",
    options: [["", t("staff.any")], ...STATUSES.map((one) => [one, t(`staff.is_${one}`)])],
  });

  start() {
    if (!isStaff()) {
      go("/", { replace: true });
      return;
    }
    refill(
      this,
      h("header", { class: "head" },
        iconButton("back", t("page.back"), () => back("/settings")),
        h("h1", { class: "head-title" }, t("staff.title"))),
      h("div", { class: "search" }, icon("search"), this.#search),
      h("div", { class: "staff-status" }, this.#status),
      this.#list,
    );
    this.#search.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.load(), SEARCH_PAUSE_MS);
    });
    this.#status.input.addEventListener("change", () => this.load());
    this.until(listen("route", () => this.show()), listen("disputes", () => this.load()),
      listen("money", () => this.load()));
    refill(this.#list, skeletons(4));
    this.load();
  }

  stop() {
    clearTimeout(this.timer);
  }

  async load({ older = false } = {}) {
    const [text, status] = [this.#search.value.trim(), this.#status.value()];
    const asked = this.#asked += 1;
    try {
      const page = await call("dispute.find", {
        limit: PAGE, text, ...(status ? { status } : {}),
        ...(older ? { before: this.#found.at(-1).id } : {}),
      });
      if (!this.isConnected || asked !== this.#asked) return;
      this.#found = older ? [...this.#found, ...page.disputes] : page.disputes;
      this.#hasMore = page.more;
      this.show();
    } catch (error) {
      if (asked !== this.#asked) return;
      refill(this.#list, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }

  show() {
    refill(
      this.#list,
      this.#found.length
        ? h("ul", {}, this.#found.map((one) => h("li", {}, row(one))))
        : empty({ picture: "search", text: t("staff.find_none") }),
      this.#hasMore && h("button", {
        type: "button", class: "link-button more-button",
        onclick: (event) => whileBusy(event.currentTarget, () => this.load({ older: true })),
      }, t("page.more")),
    );
  }
}
customElements.define("kith-disputes", Disputes);

function row(dispute) {
  return h(
    "a", { class: "row", href: `/staff/disputes/${dispute.id}`,
      "aria-current": route().dispute === dispute.id && "page" },
    h("span", { class: "card-sign" }, icon("flag")),
    h("span", { class: "row-text" },
      h("span", { class: "row-line" },
        h("span", { class: "row-name clip" }, money(dispute.amount, dispute.currency)),
        h("time", { class: "small soft", datetime: dispute.at }, shortMoment(dispute.at))),
      h("span", { class: "clip small soft" }, who(dispute.payer), " → ", who(dispute.payee)),
      h("span", {}, statusTag(dispute.status))),
  );
}

class DisputeFile extends Part {
  #body = h("div", { class: "page narrow" });
  #asked = 0;

  get pageTitle() {
    return t("staff.title");
  }

  start() {
    if (!isStaff()) return;
    refill(
      this,
      paneHead(this.pageTitle, "/staff/disputes"),
      h("div", { class: "scroll" }, this.#body),
    );
    refill(this.#body, spinner());
    this.until(listen("disputes", () => this.load()));
    this.load();
  }

  async load() {
    const asked = this.#asked += 1;
    const wanted = this.route.dispute;
    // What was asked for before something changed, or for another dispute, comes too late.
    const isLate = () => !this.isConnected || asked !== this.#asked
      || wanted !== this.route.dispute;
    try {
      const { dispute } = await call("dispute.review", { dispute: wanted });
      if (!isLate()) refill(this.#body, file(dispute));
    } catch (error) {
      if (isLate()) return;
      const { sentence } = asRefused(error);
      if (this.#body.querySelector(".hero")) toast(sentence);
      else refill(this.#body, empty({ picture: "lock", text: sentence }));
    }
  }
}
customElements.define("kith-dispute", DisputeFile);

function file(dispute) {
  const { amount, currency, frozen } = dispute;
  const fact = (name, value) => [h("dt", {}, t(name)), h("dd", { dir: "auto" }, value)];
  return [
    h("div", { class: "hero" }, h("p", { class: "hero-sum" }, sum(amount, currency)),
      statusTag(dispute.status)),
    h("dl", { class: "facts section" },
      fact("receipt.number", h("span", { class: "number" }, dispute.receipt)),
      fact("staff.payer", who(dispute.payer)),
      fact("staff.payee", who(dispute.payee)),
      fact("staff.since", fullMoment(dispute.at)),
      frozen > 0 && fact("staff.frozen", sum(frozen, currency)),
      dispute.reversal && fact("staff.reversal",
        h("span", { class: "number" }, dispute.reversal))),
    h("section", {},
      h("h2", { class: "list-title flush" }, t("staff.reason")),
      h("p", { class: "panel staff-reason", dir: "auto" }, dispute.reason)),
    h("div", { class: "form staff-steps" },
      dispute.status === "proposed" && proposal(dispute), steps(dispute)),
    h("section", {},
      h("h2", { class: "list-title flush" }, t("staff.history")),
      h("ol", { class: "panel entries" }, dispute.steps.map((one) => stepRow(one, currency)))),
  ];
}

function proposal(dispute) {
  const { proposed_outcome: outcome, proposed_amount: amount, currency } = dispute;
  return h("p", { class: "note wait" }, t(`staff.proposal_${outcome}`),
    amount && [" · ", t("staff.proposal_amount", { amount: money(amount, currency) })],
    dispute.proposed_by === state.me.id && [" · ", t("staff.second")]);
}

/** Return the steps that can be taken from where the dispute is. */
function steps(dispute) {
  const { me } = state;
  const isParty = [dispute.payer, dispute.payee].includes(me.id);
  const isUndecided = ["open", "proposed"].includes(dispute.status);
  if (!isUndecided || isParty) return null;
  const isProposed = dispute.status === "proposed";
  const button = (step, className) => h("button", {
    type: "button", class: `button ${className}`, onclick: () => openStep(step, dispute),
  }, t(`staff.${step}`));
  return h("div", { class: "buttons" },
    isProposed && dispute.proposed_by !== me.id && button("confirm", ""),
    isProposed && button("refuse", "plain"),
    !isProposed && button("propose", ""),
    button(dispute.frozen > 0 ? "release" : "freeze", "plain"));
}

function stepRow({ by, action, outcome, amount, reason, at }, currency) {
  const name = hasWords(`staff.did_${action}`) ? `staff.did_${action}` : "staff.did_other";
  const words = [
    t(name, { amount: money(amount ?? 0, currency) }), outcome && t(`staff.${outcome}`),
    amount && !["frozen", "released"].includes(action) && money(amount, currency),
  ].filter(Boolean).join(" · ");
  return h("li", { class: "entry staff-did" },
    h("span", { class: "row-text" },
      h("span", {}, h("strong", {}, who(by)), " ", words),
      reason && h("span", { class: "staff-reason", dir: "auto" }, reason),
      h("time", { class: "small soft", datetime: at }, fullMoment(at))));
}
