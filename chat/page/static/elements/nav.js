/** The way between chats, friends, wallet, notices and settings. */

import { listen } from "../core/bus.js";
import { Part, h, icon, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { waitingForMe } from "../state/friends.js";
import { countUnseen } from "../state/notices.js";
import { countUnread } from "../state/rooms.js";
import { logo } from "./logo.js";

const PLACES = [
  { name: "chats", href: "/", icon: "chats", routes: ["rooms", "room"], count: countUnread },
  { name: "friends", href: "/friends", icon: "friends", routes: ["friends", "friend", "limit"],
    count: () => waitingForMe().length },
  { name: "wallet", href: "/wallet", icon: "wallet",
    routes: ["wallet", "entries", "bills", "loans", "could", "loan", "transfer", "requests",
      "receipt", "statement", "gifts"],
    count: () => 0 },
  { name: "notices", href: "/notices", icon: "bell", routes: ["notices"], count: countUnseen },
  { name: "settings", href: "/settings", icon: "settings",
    routes: ["settings", "setting", "disputes", "dispute", "risk", "question", "cases", "case"],
    count: () => 0 },
];
const MOST_SHOWN = 99;

class Nav extends Part {
  #links = new Map();

  start() {
    this.setAttribute("role", "navigation");
    this.setAttribute("aria-label", t("nav.label"));
    for (const place of PLACES) {
      const badge = h("span", { class: "badge", hidden: true });
      const link = h(
        "a", { href: place.href, class: place.name === "settings" ? "last" : "" },
        icon(place.icon), h("span", {}, t(`nav.${place.name}`)), badge,
      );
      this.#links.set(place, { link, badge });
    }
    refill(this, h("span", { class: "mark" }, logo()),
      [...this.#links.values()].map(({ link }) => link));
    for (const topic of ["rooms", "friends", "notices"]) {
      this.until(listen(topic, () => this.count()));
    }
    this.count();
  }

  count() {
    for (const [place, { link, badge }] of this.#links) {
      const count = place.count();
      badge.hidden = count === 0;
      badge.textContent = count > MOST_SHOWN ? `${MOST_SHOWN}+` : String(count);
      const name = t(`nav.${place.name}`);
      link.setAttribute("aria-label", count ? t("nav.waiting", { name, count }) : name);
    }
  }

  /** Show in which place we are. */
  mark({ name }) {
    for (const [place, { link }] of this.#links) {
      if (place.routes.includes(name)) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }
}
customElements.define("kith-nav", Nav);
