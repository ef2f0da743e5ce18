/** One person: how one stands with them, trust in both directions, and what that carries. */

import { listen } from "../core/bus.js";
import { Part, h, icon, iconButton, refill } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { keep, recall } from "../core/storage.js";
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
import { action, face, presence, toast, whileBusy, who } from "./parts.js";
import "./between.js";
import "./trust.js";

await needWords("-friends", "-more", "-expenses");

class Friend extends Part {
  #common = document.createElement("kith-in-common");
  #trust = h("kith-trust");
  #between = h("kith-between");
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
    for (const topic of ["friends", "people"]) {
      this.until(listen(topic, () => this.showSoon()));
    }
    this.show();
    this.loadBlocked();
  }

  show() {
    const person = findPerson(this.id);
    const status = statusOf(this.id);
    const look = JSON.stringify([person, status, state.friends.get(this.id), this.isBlocked]);
    if (this.#shown === look) return;
    this.#shown = look;
    this.#trust.person = this.#between.person = this.id;
    const focused = this.contains(document.activeElement) ? document.activeElement : null;
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
        status === "friends" && [this.#trust, this.#between],
        this.id !== state.me.id && this.#common,
        this.rest(status))),
    );
    if (focused) this.#focusNear(focused);
  }

  /** Focus what had it, if that is still here, or its like, or what one can do first. */
  #focusNear(focused) {
    const alike = () => [...this.querySelectorAll("button, a")].find(
      (one) => one.textContent === focused.textContent,
    );
    const first = () => this.querySelector(".hero-buttons button");
    const near = focused.isConnected ? focused : alike() ?? first();
    near?.focus({ preventScroll: true });
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
    if (isSure) await befriend("friend.remove", this.id);
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
    this.showSoon();
  }
}
customElements.define("kith-friend", Friend);
