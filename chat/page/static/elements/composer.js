/** The place to type: grows with the text, keeps drafts, answers, edits, completes names. */

import { listen } from "../core/bus.js";
import { Part, freshId, h, icon, iconButton, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { call, mention } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { draftOf, keepDraft } from "../state/drafts.js";
import { say } from "../state/outbox.js";
import { state } from "../state/store.js";
import { Mentions } from "./mentions.js";
import { replyTitle } from "./message.js";
import { summary } from "./summary.js";
import { toast } from "./parts.js";

const TYPING_EVERY_MS = 3_000;
const TYPING_ENDS_MS = 5_000;
const LONGEST = 4_000;
const LONGEST_SHOWN_FROM = 3_600;

class Composer extends Part {
  #strip = h("div", { class: "strip", hidden: true });
  #count = h("span", { class: "count small", hidden: true });
  #replying = null;
  #editing = null;
  #typedAt = 0;

  start() {
    const id = freshId("composer");
    this.field = h("textarea", {
      class: "input", id, rows: 1, placeholder: t("composer.placeholder"), dir: "auto",
      "aria-label": t("composer.placeholder"), enterkeyhint: "send",
    });
    this.button = iconButton("send", t("composer.send"), () => this.send(), {
      class: "icon-button send", disabled: true,
    });
    const members = () => state.rooms.get(this.room)?.members.values() ?? [];
    this.mentions = new Mentions(this.field, members);
    refill(
      this,
      this.#strip,
      this.mentions.list,
      h("form", { class: "composer", onsubmit: (event) => event.preventDefault() },
        iconButton("add", t("composer.money"), (event) => this.openMoney(event.currentTarget),
          { "aria-haspopup": "menu" }),
        h("div", { class: "composer-field" }, this.field, this.#count,
          iconButton("smile", t("emoji.title"), (event) => this.openEmoji(event.currentTarget))),
        this.button),
    );
    this.field.addEventListener("input", () => this.onInput());
    this.field.addEventListener("keydown", (event) => this.onKey(event));
    this.field.addEventListener("paste", (event) => this.takeFiles(event, event.clipboardData));
    this.field.value = draftOf(this.room);
    this.until(listen(`room:${this.room}`, () => this.toggleAttribute("inert", !this.isIn)));
    this.fit();
  }

  stop() {
    this.stopTyping();
  }

  get isIn() {
    return state.rooms.has(this.room);
  }

  focusField() {
    this.field.focus();
  }

  onInput() {
    this.fit();
    this.mentions.look();
    if (!this.#editing) keepDraft(this.room, this.field.value);
    if (this.field.value.trim() && !this.#editing) this.showTyping();
    else this.stopTyping();
  }

  fit() {
    const { field } = this;
    field.style.blockSize = "auto";
    field.style.blockSize = `${field.scrollHeight}px`;
    const length = [...field.value].length;
    this.button.disabled = !field.value.trim() || length > LONGEST;
    this.#count.hidden = length < LONGEST_SHOWN_FROM;
    this.#count.textContent = String(LONGEST - length);
    this.#count.classList.toggle("bad", length > LONGEST);
  }

  onKey(event) {
    // While a Chinese or Japanese word is being composed, Enter chooses it.
    if (event.isComposing || this.mentions.takeKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "ArrowUp" && !this.field.value && !this.#editing) {
      event.preventDefault();
      this.dispatchEvent(new CustomEvent("edit-last", { bubbles: true }));
    } else if (event.key === "Escape" && (this.#replying || this.#editing)) {
      event.preventDefault();
      this.leaveStrip();
    }
  }

  send() {
    const text = this.field.value.trim();
    if (!text || this.button.disabled) return;
    if (this.#editing) {
      this.saveEdit(this.#editing, text);
    } else {
      say(this.room, text, this.#replying?.id ?? null);
      this.dispatchEvent(new CustomEvent("said", { bubbles: true }));
    }
    this.stopTyping();
    this.leaveStrip();
    this.put("");
    this.field.focus();
  }

  async saveEdit(message, text) {
    if (message.text === text) return;
    try {
      await call("message.edit", { message: message.id, text });
    } catch (error) {
      toast(asRefused(error).sentence);
    }
  }

  /** Put a text into the field. */
  put(text) {
    this.field.value = text;
    if (!this.#editing) keepDraft(this.room, text);
    this.fit();
  }

  // --- Answering and editing ---------------------------------------------------------------------

  replyTo(message) {
    if (this.#editing) this.leaveStrip();
    this.#replying = message;
    this.showStrip("reply", replyTitle(message), summary(message));
  }

  edit(message) {
    this.#replying = null;
    this.#editing = message;
    this.field.value = message.text;
    this.fit();
    this.showStrip("edit", t("message.editing"), message.text);
    this.field.setSelectionRange(message.text.length, message.text.length);
  }

  showStrip(picture, title, text) {
    this.#strip.hidden = false;
    refill(
      this.#strip,
      icon(picture),
      h("span", { class: "row-text" },
        h("strong", { class: "clip" }, title),
        h("span", { class: "clip soft", dir: "auto" }, text)),
      iconButton("close", t("page.cancel"), () => this.leaveStrip()),
    );
    this.field.focus();
  }

  leaveStrip() {
    const wasEditing = this.#editing;
    this.#editing = null;
    this.#replying = null;
    this.#strip.hidden = true;
    refill(this.#strip);
    if (wasEditing) this.put(draftOf(this.room));
    this.field.focus();
  }

  // --- Typing ------------------------------------------------------------------------------------

  showTyping() {
    clearTimeout(this.ending);
    this.ending = setTimeout(() => this.stopTyping(), TYPING_ENDS_MS);
    if (Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = Date.now();
    mention("typing", { room: this.room, on: true });
  }

  stopTyping() {
    clearTimeout(this.ending);
    if (!this.#typedAt) return;
    this.#typedAt = 0;
    if (this.isIn) mention("typing", { room: this.room, on: false });
  }

  /** Send files that were pasted or dropped. */
  async takeFiles(event, { files }) {
    if (!files.length) return;
    event.preventDefault();
    const chosen = [...files];
    const { sendFiles } = await import("./attach.js");
    sendFiles(this.room, chosen);
  }

  // --- Emoji and money ---------------------------------------------------------------------------

  async openEmoji(anchor) {
    const { openEmoji } = await import("./emoji.js");
    openEmoji({
      anchor,
      choose: (emoji) => {
        this.field.setRangeText(emoji, this.field.selectionStart, this.field.selectionEnd, "end");
        this.field.focus();
        this.onInput();
      },
    });
  }

  async openMoney(anchor) {
    const { openMoney } = await import("./money.js");
    openMoney(anchor, state.rooms.get(this.room));
  }
}
customElements.define("kith-composer", Composer);
