/** Where a link into a group leads: the room, and the way in. */

import { listen } from "../core/bus.js";
import { Part, h, refill } from "../core/dom.js";
import { needWords, t, tParts } from "../core/i18n.js";
import { go } from "../core/router.js";
import { call } from "../net/api.js";
import { post } from "../net/http.js";
import { asRefused, CommandId } from "../net/refused.js";
import { learn } from "../state/people.js";
import { addRoom } from "../state/rooms.js";
import { state } from "../state/store.js";
import { empty, paneHead, roomFace, spinner, toast, whileBusy, who } from "./parts.js";

await needWords("-more");

/** Show at the door where a link leads, and how to go on from there. */
export async function showAtDoor(box, token) {
  refill(box, spinner());
  try {
    const ahead = await post("invite.look", { token });
    const search = `?join=${encodeURIComponent(token)}`;
    refill(box, sight(ahead),
      h("a", { class: "button wide", href: `/login${search}` }, t("join.log_in")),
      h("a", { class: "button plain wide", href: `/signup${search}` }, t("join.sign_up")));
  } catch (error) {
    refill(box, h("p", { class: "problem", role: "alert" }, asRefused(error).sentence),
      h("a", { class: "button wide", href: "/login" }, t("door.log_in")));
  }
}

function sight({ room, by }) {
  learn(by);
  return h("div", { class: "hero" }, roomFace(room, 72),
    h("h2", { dir: "auto" }, room.name),
    h("p", { class: "soft" }, t("room.members", { count: room.members })),
    h("p", {}, tParts("join.by", { who: who(by.id) })));
}

class Join extends Part {
  #body = h("div", { class: "page narrow" });
  #ahead = null;
  #id = new CommandId();

  get pageTitle() {
    return this.#ahead?.room.name ?? t("join.title");
  }

  start() {
    refill(
      this,
      paneHead(t("join.title"), "/"),
      h("div", { class: "scroll" }, this.#body),
    );
    this.until(
      // Somebody let us in, or we were here already.
      listen("rooms", () => this.#ahead?.standing === "pending" && this.enter()),
    );
    refill(this.#body, spinner());
    this.load();
  }

  async load() {
    try {
      this.#ahead = await call("invite.look", { token: this.route.token });
    } catch (error) {
      if (!this.isConnected) return;
      refill(this.#body, empty({
        picture: "link", title: t("join.gone"), text: asRefused(error).sentence,
        action: h("a", { class: "button", href: "/" }, t("page.to_chats")),
      }));
      return;
    }
    if (!this.isConnected) return;
    if (this.#ahead.standing === "member" && this.enter()) return;
    this.show();
  }

  /** Go to the room if we are in it; tell whether we are. */
  enter() {
    const { room } = this.#ahead.room;
    if (!state.rooms.has(room)) return false;
    go(`/rooms/${room}`, { replace: true });
    return true;
  }

  show() {
    const { standing, needs_approval: asks } = this.#ahead;
    const note = standing ? t(`join.is_${standing}`) : asks && t("join.asks");
    refill(
      this.#body,
      h("div", { class: "panel" }, sight(this.#ahead),
        note && h("p", { class: "note", role: "status" }, note),
        !standing && h("button", {
          type: "button", class: "button wide",
          onclick: (event) => whileBusy(event.currentTarget, () => this.use()),
        }, t(asks ? "join.ask" : "join.join"))),
    );
  }

  async use() {
    const fields = { token: this.route.token };
    try {
      const { status, room } = await call("invite.use", fields, { id: this.#id.for(fields) });
      if (room) {
        addRoom(room);
        this.enter();
        return;
      }
      this.#ahead.standing = status;
      this.show();
    } catch (error) {
      toast(asRefused(error).sentence);
    }
  }
}
customElements.define("kith-join", Join);
