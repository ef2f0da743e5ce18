/** What one shares with somebody: groups, and friends as far as all of them show it. */

import { Part, h, icon, refill } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { learn, nameOf } from "../state/people.js";
import { state } from "../state/store.js";
import { openDialog } from "./dialog.js";
import { face, roomFace, spinner, whileBusy } from "./parts.js";

await needWords("-circle");

const SHOWN = 6;
const PAGE = 50;

class InCommon extends Part {
  #isAsked = false;

  // It is put back into the page each time the person is shown anew, as it is.
  start() {
    if (!this.#isAsked) this.load();
    this.#isAsked = true;
  }

  async load() {
    try {
      const found = await call("friend.in_common", { person: this.person });
      this.show(found);
    } catch {
      refill(this);
    }
  }

  show({ friends, friend_count: count, rooms }) {
    friends.forEach(learn);
    refill(this, h(
      "section", { class: "panel", "aria-label": t("common.title") },
      h("h2", {}, t("common.title")),
      !count && !rooms.length && h("p", { class: "soft" }, t("common.none")),
      rooms.length > 0 && [
        h("h3", { class: "small soft" }, t("common.groups", { count: rooms.length })),
        h("ul", {}, rooms.slice(0, SHOWN).map((room) => h("li", {},
          h("a", { class: "row", href: `/rooms/${room.room}` },
            roomFace(state.rooms.get(room.room) ?? room, 40),
            h("span", { class: "row-text clip", dir: "auto" }, room.name))))),
      ],
      count > 0 && [
        h("h3", { class: "small soft" }, t("common.friends", { count })),
        h("ul", {}, friends.slice(0, SHOWN).map(personRow)),
      ],
      h("button", {
        type: "button", class: "link-button", onclick: () => openFriendsOf(this.person),
      }, t("common.all_friends")),
    ));
  }
}
customElements.define("kith-in-common", InCommon);

function personRow({ id, name, username }, _, __, onclick) {
  return h("li", {}, h("a", { class: "row", href: `/friends/${id}`, onclick },
    face(id, 40), h("span", { class: "row-text" },
      h("span", { class: "clip row-name", dir: "auto" }, name),
      h("span", { class: "clip small soft" }, `@${username}`))));
}

/** Open the list of somebody's friends, page by page. */
function openFriendsOf(person) {
  const list = h("ul", {});
  const foot = h("div", {}, spinner());
  const dialog = openDialog({
    title: t("common.their_friends", { name: nameOf(person) }), body: [list, foot],
  });
  const load = async (after) => {
    try {
      const page = await call("person.friends", { person, limit: PAGE, ...(after && { after }) });
      page.people.forEach(learn);
      list.append(...page.people.map((one) => personRow(one, 0, 0, () => dialog.close())));
      const none = !list.children.length && h("p", { class: "soft" }, t("common.none"));
      refill(foot, none, page.more && h("button", {
        type: "button", class: "link-button more-button",
        onclick: (event) => whileBusy(event.currentTarget, () => load(page.people.at(-1).id)),
      }, icon("down"), t("page.more")));
    } catch (error) {
      const { code, sentence } = asRefused(error);
      refill(foot, h("p", { class: "soft", role: "status" }, code === "friend.list_hidden"
        ? t("common.hidden", { name: nameOf(person) }) : sentence));
    }
  };
  load();
}
