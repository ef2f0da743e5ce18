/** One's own money: balance, entries, loans. */

import { listen } from "../core/bus.js";
import { Part, h, icon, refill } from "../core/dom.js";
import { hasWords, needWords, t } from "../core/i18n.js";
import { money, signedMoney } from "../core/money.js";
import { clock, dayKey, dayName } from "../core/time.js";
import { route } from "../core/router.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { nameOf } from "../state/people.js";
import { knownAccounts, loadWallet } from "../state/wallet.js";
import { openBank } from "./banking.js";
import { empty, face, paneHead, skeletons, sum, toast, whileBusy } from "./parts.js";
import "./chats.js";
import "./loans.js";

await needWords("-more", "-gifts", "-pay", "-bank", "-trust");

const ROLES = ["borrower", "lender", "guarantor"];
const PAGE = 50;

/** Return a button that moves money from or to a bank. */
function bankButton(direction, currency, className = "") {
  const [picture, name] = direction === "in" ? ["add", "wallet.top_up"] : ["top", "bank.withdraw"];
  return h("button", {
    type: "button", class: `button ${className}`,
    onclick: (event) => whileBusy(event.currentTarget,
      () => openBank(direction, currency).catch((error) => toast(asRefused(error).sentence))),
  }, icon(picture), t(name));
}

class Wallet extends Part {
  #accounts = h("div", { class: "accounts" });
  #limits = h("kith-limits");
  #links = h("nav", { "aria-label": t("nav.wallet") });

  start() {
    refill(
      this,
      h("header", { class: "head" }, h("h1", {}, t("nav.wallet"))),
      h("div", { class: "scroll" }, this.#accounts, h("kith-at-banks"), this.#limits, this.#links),
    );
    this.until(listen("wallet", () => this.show()), listen("route", () => this.showLinks()));
    this.show();
    this.showLinks();
    // Comes to life once it is here.
    import("./limits.js");
    loadWallet().catch((error) => toast(asRefused(error).sentence));
  }

  show() {
    const accounts = knownAccounts();
    refill(this.#accounts, accounts ? accounts.map(accountCard) : h("div", { class: "account" }));
  }

  showLinks() {
    // Beside the list, the entries are what one sees first.
    const isBeside = route().path === "/wallet" && matchMedia("(width >= 720px)").matches;
    const here = isBeside ? "/wallet/entries"
      : { gifts: "/wallet/envelopes", could: "/wallet/limits/borrower" }[route().name]
        ?? route().path;
    const link = (href, picture, text) => h(
      "a",
      { class: "row", href, "aria-current": here === href && "page" },
      h("span", { class: "card-sign" }, icon(picture)),
      h("span", { class: "row-text row-name" }, text), icon("next", "icon soft"),
    );
    refill(
      this.#links,
      link("/wallet/entries", "wallet", t("wallet.entries")),
      link("/wallet/bills", "split", t("bills.title")),
      link("/wallet/envelopes", "envelope", t("gifts.title")),
      link("/wallet/requests", "transfer", t("requests_page.title")),
      link("/wallet/statement", "file", t("export.title")),
      h("h2", { class: "list-title" }, t("wallet.loans")),
      link("/wallet/limits/borrower", "limit", t("could.title")),
      ROLES.map((role) => link(`/wallet/loans/${role}`, role === "guarantor" ? "shield" : "loan",
        t(`wallet.as_${role}`))),
    );
  }
}
customElements.define("kith-wallet", Wallet);

function accountCard(account) {
  return h(
    "section", { class: "account", "aria-label": t("wallet.account") },
    h("p", { class: "small" }, t("wallet.account"),
      account.currency !== "CNY" && ` ${account.currency}`),
    h("p", { class: "account-sum" }, sum(account.balance, account.currency)),
    h("p", { class: "small account-held" }, account.held > 0
      ? [h("span", {}, t("wallet.held", { amount: money(account.held, account.currency) })),
        h("span", {}, t("wallet.available"), " ", sum(account.available, account.currency))]
      : "\u00a0"),
    h("div", { class: "buttons" }, bankButton("in", account.currency),
      account.available > 0 && bankButton("out", account.currency)),
  );
}

class Entries extends Part {
  #body = h("div", { class: "page" });
  #entries = null;
  #hasMore = false;

  get pageTitle() {
    return t("wallet.entries");
  }

  start() {
    refill(
      this,
      paneHead(t("wallet.entries"), "/wallet", {},
        h("a", { class: "button plain small-button", href: "/wallet/statement" },
          t("export.title"))),
      h("div", { class: "scroll" }, this.#body),
    );
    refill(this.#body, skeletons(6));
    this.until(listen("money", () => this.load()), listen("people", () => this.show()));
    this.load();
  }

  async load({ older = false } = {}) {
    const before = older ? { before: this.#entries.at(-1).id } : {};
    try {
      const page = await call("wallet.entries", { limit: PAGE, ...before });
      this.#entries = older ? [...this.#entries, ...page.entries] : page.entries;
      this.#hasMore = page.more;
      this.show();
    } catch (error) {
      if (this.#entries) toast(asRefused(error).sentence);
      else refill(this.#body, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }

  show() {
    if (!this.#entries) return;
    if (!this.#entries.length) {
      refill(this.#body, empty({
        picture: "wallet", title: t("wallet.no_entries"), text: t("wallet.no_entries_text"),
        action: bankButton("in", "CNY"),
      }));
      return;
    }
    refill(this.#body, byDay(this.#entries).map(([at, entries]) => h(
      "section", {},
      h("h2", { class: "list-title flush" }, dayName(at)),
      h("ul", { class: "panel entries" }, entries.map(entryRow)),
    )), this.#hasMore && h("button", {
      type: "button", class: "button plain wide",
      onclick: (event) => whileBusy(event.currentTarget, () => this.load({ older: true })),
    }, t("page.more")));
  }
}
customElements.define("kith-entries", Entries);

function byDay(entries) {
  const days = new Map();
  for (const entry of entries) {
    const key = dayKey(entry.at);
    if (!days.has(key)) days.set(key, []);
    days.get(key).push(entry);
  }
  return [...days.values()].map((list) => [list[0].at, list]);
}

function entryRow(entry) {
  const isIn = entry.amount > 0;
  const name = `entry.${entry.kind}`;
  const kind = t(hasWords(name) ? name : "entry.other");
  const note = entry.kind.startsWith("bank.") ? "" : entry.note;
  // Who comes first, because that is what one looks for.
  const words = [entry.with && kind, clock(entry.at), note].filter(Boolean).join(" · ");
  return h(
    "li", { class: "entry" },
    entry.with ? face(entry.with, 40)
      : h("span", { class: "card-sign" }, icon(isIn ? "add" : "top")),
    h("span", { class: "row-text" },
      h("span", { class: "clip row-name", dir: "auto" },
        entry.with ? nameOf(entry.with) : kind),
      h("span", { class: "clip small soft", dir: "auto" }, words,
        entry.receipt && [" · ", h("a", { href: `/wallet/receipt/${entry.receipt}` },
          t("receipt.show"))])),
    h("span", { class: "share-sum" },
      h("span", { class: `money strong ${isIn ? "good" : ""}` },
        signedMoney(entry.amount, entry.currency),
        h("span", { class: "sr-only" }, ` ${t(isIn ? "entry.in" : "entry.out")}`)),
      h("span", { class: "money small soft" },
        t("wallet.after", { amount: money(entry.balance, entry.currency) }))),
  );
}
