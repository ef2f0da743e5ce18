/** One person: how one stands with them, trust in both directions, and what that carries. */

import { listen } from "../core/bus.js";
import { Part, h, icon, iconButton, refill } from "../core/dom.js";
import { needWords, t, tParts } from "../core/i18n.js";
import { keep, recall } from "../core/storage.js";
import { money } from "../core/money.js";
import { back } from "../core/router.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { loadFriends, statusOf } from "../state/friends.js";
import { findPerson, nameOf } from "../state/people.js";
import { state } from "../state/store.js";
import { confirmFirst } from "./dialog.js";
import { familyAction, familyNote } from "./family.js";
import { befriend } from "./friends.js";
import { openDirect } from "./new-room.js";
import { action, face, presence, spinner, sum, toast, whileBusy, who } from "./parts.js";
import { openTrust } from "./trust.js";

await needWords("-friends", "-more", "-expenses");

class Friend extends Part {
  #common = document.createElement("kith-in-common");
  #lines = null;
  #limits = {};
  #shown = "";

  get pageTitle() {
    return nameOf(this.route.person);
  }

  get id() {
    return this.route.person;
  }

  start() {
    // It comes to life once it is here; nothing else waits for it.
    this.#common.person = this.id;
    import("./in-common.js");
    for (const topic of ["friends", "people"]) this.until(listen(topic, () => this.show()));
    this.until(listen("trust", () => this.load()), listen("money", () => this.load()));
    this.show();
    this.load();
  }

  async load() {
    this.loadBlocked();
    if (statusOf(this.id) !== "friends") return;
    const { given, received } = await call("trust.list").catch(() => ({ given: [], received: [] }));
    this.#lines = {
      given: given.find((line) => line.to === this.id),
      received: received.find((line) => line.from === this.id),
    };
    this.show();
    const me = state.me.id;
    const ask = async (name, lender, borrower) => {
      this.#limits[name] = await call("loan.limit", { lender, borrower }).catch(() => null);
    };
    await Promise.all([ask("lender", this.id, me), ask("borrower", me, this.id)]);
    if (this.isConnected) this.show();
  }

  show() {
    const person = findPerson(this.id);
    const status = statusOf(this.id);
    const look = JSON.stringify([
      person, status, state.friends.get(this.id), this.#lines, this.#limits, this.isBlocked,
    ]);
    if (this.#shown === look) return;
    this.#shown = look;
    refill(
      this,
      h("header", { class: "head to-list-head" },
        iconButton("back", t("page.back"), () => back("/friends"),
          { class: "icon-button to-list" })),
      h("div", { class: "scroll" }, h("div", { class: "page" },
        h("div", { class: "hero" }, face(this.id, 88, { dot: true }),
          h("h1", { dir: "auto" }, who(this.id)),
          h("p", { class: "soft" }, person ? presence(this.id, {
            otherwise: `@${person.username}`, before: `@${person.username}`,
          }) : "\u00a0"),
          this.tags(status)),
        this.main(status),
        status === "friends" && familyNote(this.id, this.familyBy),
        status === "friends" && [this.trust(), this.loans()],
        this.id !== state.me.id && this.#common,
        this.rest(status))),
    );
  }

  tags(status) {
    const { family } = state.friends.get(this.id) ?? {};
    return h("p", {}, family ? h("span", { class: "tag good" }, t("friends.family"))
      : status !== "none" && h("span", { class: "tag" }, t(`friends.is_${status}`)));
  }

  main(status) {
    const by = (command, label, className = "") => h("button", {
      type: "button", class: `button ${className}`,
      onclick: (event) => whileBusy(event.currentTarget, () => befriend(command, this.id)),
    }, label);
    const buttons = {
      friends: () => h("button", {
        type: "button", class: "button",
        onclick: (event) => whileBusy(event.currentTarget, () => openDirect(this.id)),
      }, icon("chats"), t("friends.message")),
      asked_by_them: () => [by("friend.accept", t("friends.accept")),
        by("friend.refuse", t("friends.refuse"), "plain")],
      asked_by_me: () => by("friend.refuse", t("friends.take_back"), "plain"),
      none: () => by("friend.ask", t("friends.add")),
    };
    return h("div", { class: "buttons hero-buttons" }, buttons[status]());
  }

  trust() {
    if (!this.#lines) return h("section", { class: "panel" }, spinner());
    const { given, received } = this.#lines;
    const name = nameOf(this.id);
    return h(
      "section", { class: "panel", "aria-labelledby": "trust-title" },
      h("h2", { id: "trust-title" }, t("trust.title")),
      h("div", { class: "trust-line" },
        h("div", {},
          h("p", {}, tParts("trust.given", { who: who(this.id) })),
          h("p", { class: "small soft" },
            given?.capacity ? lineWords(given) : t("trust.none_given"))),
        h("p", { class: "trust-sum" }, sum(given?.capacity ?? 0)),
        h("button",
          { type: "button", class: "button plain", onclick: () => openTrust(this.id, given) },
          t(given?.capacity ? "trust.change" : "trust.set"))),
      h("div", { class: "trust-line" },
        h("div", {},
          h("p", {}, tParts("trust.received", { who: who(this.id) })),
          h("p", { class: "small soft" }, received?.capacity
            ? t("trust.use", { used: money(received.reserved), free: money(received.free) })
            : t("trust.none_received", { name }))),
        h("p", { class: "trust-sum" }, sum(received?.capacity ?? 0))),
    );
  }

  loans() {
    const line = (role, name) => {
      const limit = this.#limits[role];
      return h("a", { class: "row limit-row", href: `/friends/${this.id}/limit/${role}` },
        h("span", { class: "row-text" },
          h("span", {}, tParts(name, { who: who(this.id) })),
          h("span", { class: "small soft" }, t("limit.why"))),
        limit === undefined ? h("span", { class: "soft" }, "…")
          : limit ? sum(limit.limit, "CNY", "trust-sum") : h("span", { class: "soft" }, "–"),
        icon("next", "icon soft"));
    };
    return h("section", { class: "panel", "aria-labelledby": "limits-title" },
      h("h2", { id: "limits-title" }, t("limit.title")),
      line("lender", "limit.they_lend"), line("borrower", "limit.you_lend"));
  }

  get familyBy() {
    return state.friends.get(this.id)?.family_by ?? "";
  }

  rest(status) {
    return h("section", { class: "section rest" },
      h("a", { class: "action", href: `/friends/${this.id}/balances` },
        icon("wallet"), t("expenses.between_you")),
      status === "friends" && familyAction(this.id, this.familyBy),
      status === "friends"
        && action("close", t("friends.remove"), () => this.remove(), { class: "action danger" }),
      action("block", t(this.isBlocked ? "friends.unblock" : "friends.block"),
        () => this.block(), { class: "action danger" }),
      action("flag", t("report.action"), () => this.report(), { class: "action danger" }));
  }

  async remove() {
    const name = nameOf(this.id);
    const isSure = await confirmFirst({
      title: t("friends.remove_title", { name }), text: t("friends.remove_text"),
      action: t("friends.remove"),
    });
    if (isSure && await befriend("friend.remove", this.id)) this.#lines = null;
  }

  async report() {
    const { openReport } = await import("./report.js");
    openReport({ about: "person", ref: this.id });
  }

  async loadBlocked() {
    try {
      const { people } = await call("person.blocked");
      keep(`${state.me.id}.blocked`, people.map(({ id }) => id));
      if (this.isConnected) this.show();
    } catch {
      // What this browser remembers will do.
    }
  }

  get isBlocked() {
    return recall(`${state.me.id}.blocked`, []).includes(this.id);
  }

  async block() {
    const on = !this.isBlocked;
    const name = nameOf(this.id);
    if (on && !await confirmFirst({
      title: t("friends.block_title", { name }), text: t("friends.block_text"),
      action: t("friends.block"),
    })) return;
    try {
      await call("person.block", { person: this.id, on });
    } catch (error) {
      toast(asRefused(error).sentence);
      return;
    }
    const others = recall(`${state.me.id}.blocked`, []).filter((one) => one !== this.id);
    keep(`${state.me.id}.blocked`, on ? [...others, this.id] : others);
    toast(t(on ? "friends.blocked" : "friends.unblocked", { name }));
    await loadFriends().catch(() => {});
    this.show();
  }
}
customElements.define("kith-friend", Friend);

function lineWords(line) {
  const use = t("trust.use", { used: money(line.reserved), free: money(line.free) });
  const burned = line.burned ? ` ${t("trust.burned", { amount: money(line.burned) })}` : "";
  return `${use} ${t(`trust.lenders_${line.lenders}`)}.${burned}`;
}
