/** Small parts that are everywhere: faces, names, amounts, toasts. */

import { listen } from "../core/bus.js";
import { Part, h, icon, iconButton, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { back } from "../core/router.js";
import { findPerson, nameOf } from "../state/people.js";
import { state } from "../state/store.js";

const TONES = 8;

function toneOf(id) {
  let sum = 0;
  for (const character of id ?? "") sum = (sum * 31 + character.codePointAt(0)) % 9973;
  return sum % TONES;
}

function initialsOf(name) {
  const words = name.trim().split(/\s+/u);
  const first = (word) => [...(word ?? "")][0] ?? "";
  // One sign says enough where signs are words.
  if (/\p{Script=Han}|\p{Script=Hangul}/u.test(first(words[0]))) return first(words[0]);
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : "")).toUpperCase();
}

/**
 * Return a round face with somebody's initials; it says nothing that the name does not say, but
 * for a `dot` where they are online.
 */
export function face(id, size = 40, { dot = false } = {}) {
  const disc = h("kith-face", {
    class: `face tone-${toneOf(id)} ${dot ? "dotted" : ""}`, "aria-hidden": "true",
    style: { "--face": `${size}px` },
  });
  disc.person = id;
  return disc;
}

/** Return the face of a room: the other's in a direct room, a sign for groups. */
export function roomFace(room, size = 48) {
  if (room.with) return face(room.with, size, { dot: true });
  const style = { "--face": `${size}px` };
  const tone = `face tone-${toneOf(room.room)}`;
  return h("span", { class: tone, "aria-hidden": "true", style }, icon("friends"));
}

class Face extends Part {
  start() {
    for (const topic of ["person", "presence"]) {
      this.until(listen(`${topic}:${this.person}`, () => this.show()));
    }
    this.show();
  }

  show() {
    this.dataset.presence = state.presence.get(this.person)?.status ?? "";
    this.textContent = initialsOf(findPerson(this.person)?.name ?? "");
  }
}
customElements.define("kith-face", Face);

/**
 * Return somebody's name as an element that fills itself in once it is known. `you` says that
 * oneself is called "You", or "you" with `you: "inside"` of a sentence.
 */
export function who(id, { you = false } = {}) {
  const name = h("kith-name", { dir: "auto" });
  name.person = id;
  name.you = you;
  return name;
}

class Name extends Part {
  start() {
    this.until(listen(`person:${this.person}`, () => this.show()));
    this.show();
  }

  show() {
    const isMe = this.you && this.person === state.me?.id;
    const you = this.you === "inside" ? "people.you_inside" : "people.you";
    this.textContent = isMe ? t(you) : nameOf(this.person);
  }
}
customElements.define("kith-name", Name);

/** Return how somebody stands, in words, or `otherwise` while that is not known. */
export function presence(person, { otherwise, room, before = "" }) {
  const words = h("kith-presence", {}, otherwise);
  return Object.assign(words, { person, otherwise, room, before });
}

/** Return an amount as an element. */
export function sum(amount, currency = "CNY", className = "") {
  return h("span", { class: `money ${className}` }, money(amount, currency));
}

/**
 * Return the head of a pane: the way back to `home`, the title, and what else stands there. `way`
 * says on which screens there is a way back: "to-list" and "to-main" on narrow ones, "" on all.
 */
export function paneHead(title, home, { way = "to-list", look = "" } = {}, ...more) {
  return h("header", { class: "head lined" },
    iconButton("back", t("page.back"), () => back(home), { class: `icon-button ${way}`.trim() }),
    h("h1", { class: `head-title limit-head ${look}`.trim() }, title), more);
}

/** Return a part that says that there is nothing here, and what to do about it. */
export function empty({ picture, title, text, action }) {
  return h(
    "div", { class: "empty" },
    picture && icon(picture),
    title && h("h2", {}, title),
    text && h("p", {}, text),
    action,
  );
}

/** Return rows in the size of what is still loading. */
export function skeletons(count) {
  const rows = Array.from({ length: count }, () => h("div", { class: "skeleton" }));
  return h("div", { role: "status", "aria-label": t("page.loading") }, rows);
}

/** Return a button in a list of things that can be done. */
export function action(picture, label, onclick, props = {}) {
  return h("button", { type: "button", class: "action", onclick, ...props }, icon(picture), label);
}

/** Return a sign that something is on its way. */
export function spinner() {
  return h("div", { class: "spinner", role: "status", "aria-label": t("page.loading") });
}

/** Say something in passing. */
export function toast(text, { stays = false } = {}) {
  const box = document.querySelector(".toasts");
  const one = h("div", { class: "toast", role: "status" }, text);
  box.append(one);
  if (!stays) setTimeout(() => one.remove(), 4000);
  return one;
}

/** Read something to who does not look. */
export function announce(text) {
  const live = document.getElementById("live");
  if (live) refill(live, text);
}

/** Keep a button busy while `work` is under way. */
export async function whileBusy(button, work) {
  if (button.getAttribute("aria-busy") === "true") return undefined;
  const hadFocus = document.activeElement === button;
  button.setAttribute("aria-busy", "true");
  button.disabled = true;
  try {
    return await work();
  } finally {
    button.removeAttribute("aria-busy");
    button.disabled = false;
    // A button that cannot be pressed loses the focus to nobody.
    if (hadFocus && document.activeElement === document.body) button.focus();
  }
}
