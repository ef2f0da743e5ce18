/** One room: its head, its messages, and the place to type. */

import { listen, tell } from "../core/bus.js";
import { Part, h, icon, iconButton, refill } from "../core/dom.js";
import { t, tList } from "../core/i18n.js";
import { back, go, route } from "../core/router.js";
import { nameOf } from "../state/people.js";
import { loadMembers, markRead, titleOf } from "../state/rooms.js";
import { state } from "../state/store.js";
import { openTimeline } from "../state/timeline.js";
import { announce, empty, presence, roomFace, spinner } from "./parts.js";
import { summary } from "./summary.js";
import "./composer.js";
import "./timeline.js";

const TYPING_SHOWN = 3;
const SOON_MS = 1_000;

// What a tap opens is here before the tap, and so in a tunnel too.
function fetchAhead() {
  setTimeout(() => Promise.all([
    import("./flows.js"), import("./money.js"), import("./envelope-dialog.js"),
    import("./emoji.js"), import("./story.js"), import("./room-detail.js"),
  ]).catch(() => {}), SOON_MS);
}

class Conversation extends Part {
  #head = h("header", { class: "head lined" });
  #typing = h("p", { class: "typing", "aria-live": "off" });

  get room() {
    return state.rooms.get(this.route.room);
  }

  get pageTitle() {
    return this.room && titleOf(this.room);
  }

  start() {
    const id = this.route.room;
    if (!this.room) {
      this.showGone();
      return;
    }
    this.timeline = document.createElement("kith-timeline");
    this.timeline.room = id;
    this.composer = document.createElement("kith-composer");
    this.composer.room = id;
    refill(this, this.#head, this.timeline, this.#typing, this.composer);
    this.showHead();
    this.until(
      listen(`room:${id}`, () => (this.room ? this.showHead() : this.showGone())),
      listen(`typing:${id}`, () => this.showTyping()),
      listen("people", () => this.showHead()),
      listen("said", (event) => this.hear(event)),
      listen("connection", () => this.showHead()),
    );
    this.addEventListener("dragover", (event) => event.preventDefault());
    this.addEventListener("drop", (event) => this.composer.takeFiles(event, event.dataTransfer));
    this.addEventListener("reply", ({ detail }) => this.composer.replyTo(detail));
    this.addEventListener("edit", ({ detail }) => this.composer.edit(detail));
    this.addEventListener("edit-last", () => this.timeline.editLast());
    this.addEventListener("said", () => this.timeline.toNewest());
    this.addEventListener("read", () => markRead(id));
    this.open();
  }

  async open() {
    const id = this.route.room;
    const loading = this.room?.knowsMembers ? null : loadMembers(id);
    try {
      await Promise.all([loading, openTimeline(id).load()]);
    } catch (error) {
      if (error.code !== "room.not_found" && this.isConnected) this.showProblem(error);
      return;
    }
    if (!this.isConnected || !this.room) return;
    this.timeline.begin();
    fetchAhead();
    if (matchMedia("(hover: hover)").matches && !document.querySelector("dialog[open]")) {
      this.composer.focusField();
    }
  }

  showProblem(error) {
    this.timeline.replaceChildren(empty({
      picture: "warning", title: t("page.not_loaded"), text: error.sentence,
      action: h("button", { type: "button", class: "button", onclick: () => {
        this.timeline.replaceChildren(spinner());
        this.open();
      } }, t("page.again")),
    }));
  }

  showGone() {
    refill(this, empty({
      picture: "lock", title: t("room.gone"), text: t("room.gone_text"),
      action: h("a", { class: "button", href: "/" }, t("page.to_chats")),
    }));
  }

  showHead() {
    const { room } = this;
    if (!room) return;
    const look = JSON.stringify([titleOf(room), room.members.size, room.muted]);
    if (this.#head.dataset.look === look) return;
    this.#head.dataset.look = look;
    const info = `/rooms/${room.room}/info`;
    refill(
      this.#head,
      iconButton("back", t("page.back"), () => back("/"), { class: "icon-button to-list" }),
      h("a", { class: "head-room", href: info },
        roomFace(room, 40),
        h("span", { class: "row-text" },
          h("span", { class: "row-line" },
            h("h1", { class: "clip row-name", dir: "auto" }, titleOf(room)),
            room.muted && icon("mute", "icon small soft")),
          h("span", { class: "clip small soft" }, this.underTitle(room)))),
      iconButton("info", t("room.info"), () => {
        go(route().detail ? `/rooms/${room.room}` : info);
      }),
    );
    tell("title");
  }

  underTitle(room) {
    if (!room.knowsMembers) return "\u00a0";
    if (!room.with) return t("room.members", { count: room.members.size });
    const other = room.members.get(room.with);
    if (!other) return "\u00a0";
    return presence(room.with, { otherwise: `@${other.username}`, room: room.room });
  }

  showTyping() {
    // In a direct room the head says so.
    const people = this.room?.with ? [] : [...(this.room?.typing.keys() ?? [])];
    this.#typing.classList.toggle("on", people.length > 0);
    if (!people.length) {
      refill(this.#typing);
      return;
    }
    const names = tList(people.slice(0, TYPING_SHOWN).map(nameOf)).join("");
    const text = people.length > TYPING_SHOWN
      ? t("room.many_typing")
      : t("room.typing", { count: people.length, names });
    const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
    refill(this.#typing, dots, text);
  }

  hear({ room, message }) {
    if (room.room !== this.route.room || message.author === state.me.id) return;
    announce(t("message.heard", { name: nameOf(message.author), text: summary(message) }));
  }
}
customElements.define("kith-conversation", Conversation);
