/** How much each friend could lend, or could borrow, and why. */

import { listen } from "../core/bus.js";
import { Part, h, icon, refill } from "../core/dom.js";
import { needWords, t, tList, tParts } from "../core/i18n.js";
import { needStyle } from "../core/styles.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { empty, face, paneHead, skeletons, sum, who } from "./parts.js";

await Promise.all([needWords("-friends", "-trust"), needStyle("trust")]);

const ROLES = ["borrower", "lender"];

class Could extends Part {
  #body = h("div", { class: "could" });

  get pageTitle() {
    return t("could.title");
  }

  start() {
    const { role } = this.route;
    refill(
      this,
      paneHead(t("could.title"), "/wallet"),
      h("div", { class: "scroll" }, h("div", { class: "page" },
        h("nav", { class: "tabs", "aria-label": t("could.title") }, ROLES.map((one) => h("a", {
          class: "button plain", href: `/wallet/limits/${one}`, data: { replace: "" },
          "aria-current": one === role && "page",
        }, t(`could.as_${one}`)))), this.#body)),
    );
    refill(this.#body, skeletons(4));
    this.until(listen("trust", () => this.load()), listen("money", () => this.load()));
    this.load();
  }

  async load() {
    const { role } = this.route;
    try {
      this.show(await findLimits(role), role);
    } catch (error) {
      refill(this.#body, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }

  show(limits, role) {
    const some = limits.filter((one) => one.limit > 0);
    const none = limits.filter((one) => one.limit === 0);
    refill(
      this.#body,
      h("p", { class: "small soft" }, t(`could.intro_${role}`)),
      some.length ? list(some, role)
        : empty({ picture: "loan", title: t("could.none"), text: t(`could.none_${role}`) }),
      none.length > 0 && h("details", { class: "proposal" },
        h("summary", {}, t("could.nothing_yet", { count: none.length })), list(none, role)),
    );
  }
}
customElements.define("kith-could", Could);

async function findLimits(role) {
  const { limits, friends_of_friends: further } = await call("loan.limits", { role });
  return [...limits, ...further].toSorted((one, other) => other.limit - one.limit);
}

function list(limits, role) {
  // The address names what the other one would be.
  const other = role === "lender" ? "borrower" : "lender";
  return h("ul", { class: "panel entries" }, limits.map((one) => h("li", {}, h(
    "a", { class: "row", href: `/friends/${one.person}/limit/${other}` },
    face(one.person, 40),
    h("span", { class: "row-text" },
      h("span", { class: "clip row-name" }, who(one.person)),
      h("span", { class: "clip small soft" }, why(one))),
    sum(one.limit, "CNY", one.limit ? "trust-sum" : "soft"),
    icon("next", "icon soft"),
  ))));
}

/** Return over whom a limit goes, as far as that is known, or that there is a reason to read. */
function why({ through }) {
  if (!through.length) return t("limit.why");
  return tParts("could.over", { names: tList(through.slice(0, 3).map((one) => who(one))) });
}
