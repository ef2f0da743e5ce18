/** Friends, requests and people one may know. */

import { listen } from "../core/bus.js";
import { Part, h, icon, iconButton, refill, refillHeld } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { go, route } from "../core/router.js";
import { needStyle } from "../core/styles.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { statusOf, takeFriend } from "../state/friends.js";
import { findPerson, learn, nameOf } from "../state/people.js";
import { state } from "../state/store.js";
import { moveInList, openMenu } from "./dialog.js";
import { announce, empty, face, presence, toast, whileBusy, who } from "./parts.js";
import { reason } from "./reason.js";
import "./chats.js";
import "./friend.js";
import "./limit.js";

await Promise.all([needWords("-friends", "-circle"), needStyle("circle")]);

const SEARCH_PAUSE_MS = 200;

/** Carry out a command about a friendship and take its answer. */
export async function befriend(command, person, fields = {}) {
  try {
    takeFriend((await call(command, { person, ...fields })).friend);
    return true;
  } catch (error) {
    toast(asRefused(error).sentence);
    return false;
  }
}

class Friends extends Part {
  #body = h("div", { class: "scroll" });
  #search = h("input", {
    class: "input", type: "search", placeholder: t("friends.search"), autocomplete: "off",
    "aria-label": t("friends.search"), spellcheck: "false", dir: "auto",
  });
  #found = null;
  #suggestions = null;
  #isAway = false;

  start() {
    refill(
      this,
      h("header", { class: "head" }, h("h1", {}, t("nav.friends")),
        iconButton("add", t("circle.add"), openAdding, { "aria-haspopup": "menu" })),
      h("div", { class: "search" }, icon("search"), this.#search),
      this.#body,
    );
    for (const topic of ["friends", "people", "route"]) {
      this.until(listen(topic, () => this.showSoon()));
    }
    this.#search.addEventListener("input", () => this.look());
    this.until(listen("suggestions", () => this.suggest()));
    this.addEventListener("keydown", (event) => {
      const isInField = event.target === this.#search;
      if (!isInField || event.key === "ArrowDown") {
        moveInList(event, [...this.#body.querySelectorAll("a.row")]);
      }
    });
    this.suggest();
    this.show();
  }

  stop() {
    clearTimeout(this.searching);
  }

  async suggest() {
    try {
      this.#suggestions = (await call("friend.suggest")).suggestions;
      this.#isAway = false;
    } catch (error) {
      this.#suggestions = [];
      this.#isAway = error.code === "graph.unavailable";
    }
    this.show();
  }

  look() {
    clearTimeout(this.searching);
    const text = this.#search.value.trim();
    if (!text) this.#found = null;
    this.show();
    if (!text) return;
    this.searching = setTimeout(async () => {
      try {
        const { people } = await call("person.find", { text: text.slice(0, 64) });
        if (this.#search.value.trim() !== text) return;
        people.forEach(learn);
        this.#found = people.filter((person) => person.id !== state.me.id);
        this.show();
      } catch (error) {
        toast(asRefused(error).sentence);
      }
    }, SEARCH_PAUSE_MS);
  }

  show() {
    const shown = this.#search.value.trim() ? this.results()
      : [this.requests(), this.friends(), this.suggested()];
    refillHeld(this.#body, shown, (held) => this.#near(held));
  }

  /** Return the row of the same person, or the first one. */
  #near(held) {
    const person = held.split(" ").at(-1);
    return this.#body.querySelector(`[data-held="${person}"]`)
      ?? this.#body.querySelector("[data-held]") ?? this.#search;
  }

  results() {
    if (!this.#found) return null;
    if (!this.#found.length) {
      const text = this.#search.value.trim();
      return h("p", { class: "nothing soft" }, t("rooms.nothing", { text }));
    }
    return h("ul", {}, this.#found.map((person) => h("li", {}, row(person.id, {
      under: `@${person.username}`, aside: aside(person.id),
    }))));
  }

  requests() {
    const requests = [...state.requests.values()];
    const theirs = requests.filter((one) => one.status === "asked_by_them");
    const mine = requests.filter((one) => one.status === "asked_by_me");
    return [
      theirs.length > 0 && section(t("friends.requests"), theirs.map((one) => row(one.person, {
        under: one.note ? h("bdi", {}, one.note) : `@${one.username}`,
        below: h("div", { class: "buttons tight" },
          button("friend.accept", one.person, t("friends.accept")),
          button("friend.refuse", one.person, t("friends.refuse"), "plain")),
      }))),
      mine.length > 0 && section(t("friends.waiting"), mine.map((one) => row(one.person, {
        under: `@${one.username}`,
        aside: button("friend.refuse", one.person, t("friends.take_back"), "plain"),
      }))),
    ];
  }

  friends() {
    const friends = [...state.friends.values()];
    if (friends.length) {
      return section(t("friends.all", { count: friends.length }), friends.map((one) => row(
        one.person,
        {
          under: presence(one.person, {
            otherwise: `@${one.username}`, before: `@${one.username}`,
          }),
          aside: one.family && h("span", { class: "tag good" }, t("friends.family")),
        },
      )));
    }
    if (state.requests.size) return null;
    return empty({
      picture: "friends", title: t("friends.none"), text: t("friends.none_text"),
      action: h("button", { type: "button", class: "button", onclick: showMyLink },
        icon("link"), t("circle.my_code")),
    });
  }

  suggested() {
    if (this.#isAway) {
      return section(t("friends.suggestions"), [h("div", { class: "nothing soft" },
        h("p", {}, t("error.graph.unavailable")),
        h("button", { type: "button", class: "link-button", onclick: () => this.suggest() },
          t("page.again")))]);
    }
    const shown = (this.#suggestions ?? []).filter((one) => statusOf(one.person) === "none");
    if (!shown.length) return null;
    return section(t("friends.suggestions"), shown.map((one) => row(one.person, {
      under: h("span", { class: "reason" }, reason(one)), wraps: true,
      aside: [button("friend.ask", one.person, t("friends.add")), this.dismissal(one.person)],
    })));
  }

  dismissal(person) {
    return iconButton("close", t("circle.dismiss", { name: nameOf(person) }), async () => {
      try {
        await call("friend.dismiss", { person });
        this.#suggestions = this.#suggestions.filter((one) => one.person !== person);
        this.show();
        announce(t("circle.dismissed", { name: nameOf(person) }));
        this.#search.focus();
      } catch (error) {
        toast(asRefused(error).sentence);
      }
    });
  }
}
customElements.define("kith-friends", Friends);

function section(title, rows) {
  return h("section", { "aria-label": title }, h("h2", { class: "list-title" }, title),
    h("ul", {}, rows.map((one) => h("li", {}, one))));
}

function row(person, { under, aside: beside, below, wraps = false }) {
  findPerson(person);
  const isHere = route().person === person;
  return h(
    "div", { class: `person-row ${isHere ? "here" : ""}` },
    h("a", { class: "row", href: `/friends/${person}`, "aria-current": isHere && "page",
      data: { held: person } },
      face(person, 40, { dot: true }),
      h("span", { class: "row-text" },
        h("span", { class: "clip row-name" }, who(person)),
        h("span", { class: wraps ? "small soft" : "clip small soft" }, under))),
    beside,
    below,
  );
}

function button(command, person, label, className = "") {
  return h("button", {
    type: "button", class: `button small-button ${className}`,
    data: { held: `${command} ${person}` },
    onclick: (event) => whileBusy(event.currentTarget, () => befriend(command, person)),
  }, label);
}

/** Return what one can do about somebody who was found. */
function aside(person) {
  const status = statusOf(person);
  if (status === "none") return button("friend.ask", person, t("friends.add"));
  if (status === "asked_by_them") return button("friend.accept", person, t("friends.accept"));
  return h("span", { class: "tag" }, t(`friends.is_${status}`));
}

async function showMyLink() {
  (await import("./my-link.js")).openMyLink();
}

async function showContacts() {
  (await import("./contacts.js")).openContacts();
}

/** Open the ways to find people beside the search. */
function openAdding(event) {
  openMenu(event.currentTarget, [
    { icon: "link", label: t("circle.my_code"), run: showMyLink },
    { icon: "search", label: t("circle.contacts"), run: showContacts },
    { icon: "eye", label: t("circle.privacy"), run: () => go("/settings/privacy") },
  ], { label: t("circle.add") });
}
