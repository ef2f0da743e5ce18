/** The list of rooms, and the search over it. */

import { listen } from "../core/bus.js";
import { Part, h, icon, iconButton, match, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { shortMoment } from "../core/time.js";
import { go, route } from "../core/router.js";
import { call } from "../net/api.js";
import { learn, nameOf, youOrName } from "../state/people.js";
import { sortedRooms, titleOf } from "../state/rooms.js";
import { state } from "../state/store.js";
import { draftOf } from "../state/drafts.js";
import { moveInList, openMenu } from "./dialog.js";
import { empty, face, roomFace } from "./parts.js";
import { summary } from "./summary.js";

const SEARCH_PAUSE_MS = 200;
const MOST_UNREAD = 999;

class Rooms extends Part {
  #rooms = h("ul", { class: "rooms", "aria-label": t("nav.chats") });
  #people = h("div", { class: "found" });
  #search = h("input", {
    class: "input", type: "search", placeholder: t("rooms.search"), "aria-label": t("rooms.search"),
    autocomplete: "off", spellcheck: "false", dir: "auto",
  });
  #found = [];

  start() {
    refill(
      this,
      h("header", { class: "head" },
        h("h1", {}, t("nav.chats")),
        iconButton("add", t("rooms.new"), (event) => this.offer(event.currentTarget),
          { "aria-haspopup": "menu" })),
      h("div", { class: "search" }, icon("search"), this.#search),
      h("div", { class: "scroll" }, this.#rooms, this.#people),
    );
    for (const topic of ["rooms", "route", "people", "drafts"]) {
      this.until(listen(topic, () => this.showSoon()));
    }
    this.#search.addEventListener("input", () => this.look());
    this.addEventListener("keydown", (event) => this.takeKey(event));
    this.show();
  }

  stop() {
    clearTimeout(this.searching);
  }

  show() {
    const wanted = this.#search.value.trim().toLocaleLowerCase();
    const rooms = sortedRooms()
      .filter((room) => !wanted || titleOf(room).toLocaleLowerCase().includes(wanted));
    match(this.#rooms, rooms, {
      key: (room) => room.room,
      make: (room) => roomRow(room),
      update: (row, room) => (row.dataset.look === lookOf(room) ? null : roomRow(room, row)),
    });
    this.showPeople(wanted, rooms);
  }

  showPeople(wanted, rooms) {
    if (!state.rooms.size && !wanted) {
      refill(this.#people, empty({
        picture: "chats", title: t("rooms.none"), text: t("rooms.none_text"),
        action: h("a", { class: "button", href: "/friends" }, t("rooms.find_people")),
      }));
      return;
    }
    const people = wanted ? this.#found.filter((person) => person.id !== state.me.id) : [];
    refill(
      this.#people,
      people.length > 0 && h("h2", { class: "list-title" }, t("rooms.people")),
      people.length > 0 && h("ul", {}, people.map((person) => h("li", {}, personRow(person)))),
      wanted && !people.length && !rooms.length
        && h("p", { class: "nothing soft" }, t("rooms.nothing", { text: this.#search.value })),
    );
  }

  look() {
    this.show();
    clearTimeout(this.searching);
    const text = this.#search.value.trim();
    if (!text) return;
    this.searching = setTimeout(async () => {
      const { people } = await call("person.find", { text: text.slice(0, 64) }).catch(
        () => ({ people: [] }),
      );
      if (this.#search.value.trim() !== text) return;
      people.forEach(learn);
      this.#found = people;
      this.show();
    }, SEARCH_PAUSE_MS);
  }

  takeKey(event) {
    const rows = [...this.querySelectorAll(".scroll a")];
    if (event.key === "Escape" && this.#search.value) {
      event.preventDefault();
      this.#search.value = "";
      this.#search.focus();
      this.show();
    } else if (event.target !== this.#search || event.key === "ArrowDown") {
      moveInList(event, rows);
    } else if (event.key === "Enter" && rows[0]) rows[0].click();
  }

  offer(button) {
    const make = async (what) => (await import("./new-room.js"))[what]();
    openMenu(button, [
      { icon: "chats", label: t("rooms.new_direct"), run: () => make("newDirect") },
      { icon: "friends", label: t("rooms.new_group"), run: () => make("newGroup") },
      { icon: "search", label: t("rooms.find_people"), run: () => go("/friends") },
    ], { label: t("rooms.new") });
  }
}
customElements.define("kith-rooms", Rooms);

function personRow(person) {
  return h("a", { class: "row", href: `/friends/${person.id}` },
    face(person.id, 40),
    h("span", { class: "row-text" },
      h("span", { class: "clip row-name", dir: "auto" }, person.name),
      h("span", { class: "clip soft" }, `@${person.username}`)));
}

/** Return what a row shows, to know when it has to be drawn anew. */
function lookOf(room) {
  const { newest } = room;
  return JSON.stringify([
    titleOf(room), room.unread, room.muted, newest?.id, newest?.kind, newest?.text,
    newest && nameOf(newest.author), room.newest_at && shortMoment(room.newest_at),
    route().room === room.room, route().room === room.room ? "" : draftOf(room.room),
  ]);
}

function roomRow(room, before) {
  const isHere = route().room === room.room;
  const hadFocus = before?.contains(document.activeElement);
  const row = h("li", { data: { look: lookOf(room) } },
    h("a", { class: "row room-row", href: `/rooms/${room.room}`, "aria-current": isHere && "page" },
      roomFace(room),
      h("span", { class: "row-text" },
        h("span", { class: "row-line" },
          h("span", { class: "clip row-name", dir: "auto" }, titleOf(room)),
          room.newest_at && h("time", { class: "small soft", datetime: room.newest_at },
            shortMoment(room.newest_at))),
        h("span", { class: "row-line" },
          preview(room, isHere),
          room.muted
            && h("span", { class: "soft", title: t("rooms.muted") }, icon("mute", "icon small")),
          badge(room)))));
  if (hadFocus) queueMicrotask(() => row.querySelector("a").focus());
  return row;
}

function badge(room) {
  if (!room.unread) return null;
  const label = t("rooms.unread", { count: room.unread });
  const className = `badge ${room.muted ? "quiet" : ""}`;
  return h("span", { class: className, "aria-label": label, role: "img" },
    room.unread >= MOST_UNREAD ? "999+" : String(room.unread));
}

function preview(room, isHere) {
  const draft = isHere ? "" : draftOf(room.room);
  if (draft) {
    return h("span", { class: "clip preview", dir: "auto" },
      h("span", { class: "draft" }, t("rooms.draft")), ` ${draft}`);
  }
  const text = previewText(room);
  return h("span", { class: "clip soft preview", dir: "auto" }, text || "\u00a0");
}

/** Return the newest message in a line. */
export function previewText(room) {
  const { newest } = room;
  if (!newest) return "";
  const what = summary(newest);
  const isMine = newest.author === state.me.id;
  if (newest.kind === "recalled" || (room.with && !isMine)) return what;
  return t("rooms.said", { who: youOrName(newest.author), what });
}
