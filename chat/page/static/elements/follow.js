/** Where a link between friends leads: whose it is, and the one button that makes friends. */

import { Part, h, refill } from "../core/dom.js";
import { needWords, t, tParts } from "../core/i18n.js";
import { go } from "../core/router.js";
import { call } from "../net/api.js";
import { post } from "../net/http.js";
import { asRefused } from "../net/refused.js";
import { takeFriend } from "../state/friends.js";
import { learn } from "../state/people.js";
import { empty, face, paneHead, spinner, toast, whileBusy, who } from "./parts.js";

await needWords("-circle", "-more");

/** Show at the door whose link it is, and how to go on from there. */
export async function showAtDoor(box, token) {
  refill(box, spinner());
  try {
    const { person } = await post("friend.look_at_link", { token });
    const search = `?f=${encodeURIComponent(token)}`;
    refill(box, sight(person, "h2"),
      h("a", { class: "button wide", href: `/login${search}` }, t("follow.log_in")),
      h("a", { class: "button plain wide", href: `/signup${search}` }, t("join.sign_up")));
  } catch (error) {
    refill(box, h("p", { class: "problem", role: "alert" }, asRefused(error).sentence),
      h("a", { class: "button wide", href: "/login" }, t("door.log_in")));
  }
}

function sight(person, heading) {
  learn(person);
  return h("div", { class: "hero" }, face(person.id, 88),
    h(heading, { dir: "auto" }, person.name),
    h("p", { class: "soft" }, `@${person.username}`),
    h("p", {}, tParts("follow.ask", { who: who(person.id) })));
}

class Follow extends Part {
  #body = h("div", { class: "page narrow" });

  get pageTitle() {
    return t("follow.title");
  }

  start() {
    refill(
      this,
      paneHead(t("follow.title"), "/friends"),
      h("div", { class: "scroll" }, this.#body),
    );
    refill(this.#body, spinner());
    this.load();
  }

  async load() {
    try {
      const ahead = await call("friend.look_at_link", { token: this.route.token });
      if (this.isConnected) this.show(ahead);
    } catch (error) {
      if (!this.isConnected) return;
      refill(this.#body, empty({
        picture: "link", title: t("follow.gone"), text: asRefused(error).sentence,
        action: h("a", { class: "button", href: "/friends" }, t("nav.friends")),
      }));
    }
  }

  show({ person, standing }) {
    refill(
      this.#body,
      h("div", { class: "panel" }, sight(person, "h2"),
        standing && h("p", { class: "note", role: "status" }, t(`follow.is_${standing}`)),
        standing === "friends" && h("a", { class: "button wide", href: `/friends/${person.id}` },
          tParts("follow.open", { who: who(person.id) })),
        !standing && h("button", {
          type: "button", class: "button wide",
          onclick: (event) => whileBusy(event.currentTarget, () => this.follow(person)),
        }, t("follow.add"))),
    );
  }

  async follow(person) {
    try {
      const { friend } = await call("friend.follow_link", { token: this.route.token });
      takeFriend(friend);
      go(`/friends/${person.id}`, { replace: true });
    } catch (error) {
      toast(asRefused(error).sentence);
    }
  }
}
customElements.define("kith-follow", Follow);
