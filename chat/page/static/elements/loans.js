/** Loans by role, one loan in full, and a transfer that stands in no conversation. */

import { listen } from "../core/bus.js";
import { Part, h, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { day } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { allowancesGiven } from "./allowance.js";
import { loanTag } from "./card-loan.js";
import { owedOn } from "./flows.js";
import { loanStory } from "./loan-story.js";
import { empty, face, paneHead, skeletons, spinner, sum, who } from "./parts.js";
import { transferStory } from "./transfer-story.js";

const OWING = ["open", "overdue", "defaulted"];

class Loans extends Part {
  #body = h("div", { class: "page" });

  get pageTitle() {
    return t(`wallet.as_${this.route.role}`);
  }

  start() {
    refill(
      this, paneHead(this.pageTitle, "/wallet", { way: "" }),
      h("div", { class: "scroll" }, this.#body),
    );
    this.querySelector(".icon-button").classList.add("to-list");
    refill(this.#body, skeletons(3));
    this.until(listen("money", () => this.load()));
    this.load();
  }

  async load() {
    const { role } = this.route;
    try {
      const [{ loans }, allowances] = await Promise.all([
        call("loan.list", { role }),
        role === "lender" ? call("loan.allowances").catch(() => null) : null,
      ]);
      refill(this.#body, allowances && allowancesGiven(allowances), loans.length
        ? h("ul", { class: "panel entries" }, loans.map((loan) => h("li", {}, loanRow(loan, role))))
        : empty({
          picture: "loan", title: t(`wallet.loans_${role}_none`),
          text: t(`wallet.loans_${role}_none_text`),
        }));
    } catch (error) {
      refill(this.#body, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }
}
customElements.define("kith-loans", Loans);

function loanRow(loan, role) {
  const other = role === "borrower" ? loan.lender : loan.borrower;
  const isOwing = OWING.includes(loan.status);
  return h(
    "a", { class: "row", href: `/wallet/loan/${loan.id}` },
    face(other, 40),
    h("span", { class: "row-text" },
      h("span", { class: "clip row-name" }, who(other)),
      h("span", { class: "clip small soft" },
        loan.due_on ? `${t("loan.due")} ${day(loan.due_on)}` : loan.note)),
    h("span", { class: "share-sum" },
      sum(isOwing ? owedOn(loan) : loan.amount, "CNY", "strong"), loanTag(loan.status)),
  );
}

/** A view of one thing that is loaded by its id, again whenever money moved. */
class One extends Part {
  #body = h("div", { class: "page narrow" });

  start() {
    refill(
      this, paneHead(this.pageTitle, "/wallet", { way: "" }),
      h("div", { class: "scroll" }, this.#body),
    );
    refill(this.#body, spinner());
    this.until(listen("money", () => this.load()));
    this.load();
  }

  async load() {
    try {
      const story = await this.fetch();
      // What somebody has opened stays open when money moves.
      const isOpen = Boolean(this.#body.querySelector("details[open]"));
      refill(this.#body, h("div", { class: "panel" }, story));
      if (isOpen) this.#body.querySelector("details").open = true;
    } catch (error) {
      refill(this.#body, empty({ picture: "lock", text: asRefused(error).sentence }));
    }
  }
}

class Loan extends One {
  get pageTitle() {
    return t("card.loan");
  }

  async fetch() {
    return loanStory((await call("loan.get", { loan: this.route.loan })).loan);
  }
}
customElements.define("kith-loan", Loan);

class Transfer extends One {
  get pageTitle() {
    return t("card.transfer");
  }

  async fetch() {
    const { transfer } = await call("transfer.get", { transfer: this.route.transfer });
    return transferStory(transfer);
  }
}
customElements.define("kith-transfer", Transfer);
