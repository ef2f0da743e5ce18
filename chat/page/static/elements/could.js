/** How much each friend could lend, or could borrow, and why. */

import { listen } from "../core/bus.js";
import { Part, h, icon, iconButton, refill } from "../core/dom.js";
import { needWords, t, tList, tParts } from "../core/i18n.js";
import { back } from "../core/router.js";
import { needStyle } from "../core/styles.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { loadFriends } from "../state/friends.js";
import { state } from "../state/store.js";
import { empty, face, skeletons, sum, who } from "./parts.js";

await Promise.all([needWords("-friends", "-trust"), needStyle("trust")]);

const ROLES = ["borrower", "lender"];
// Where the service does not answer for all at once, so many friends are asked for one by one.
const ONE_BY_ONE = 30;
const AT_ONCE = 4;

class Could extends Part {
  #body = h("div", { class: "could" });

  get pageTitle() {
    return t("could.title");
  }

  start() {
    const { role } = this.route;
    refill(
      this,
      h("header", { class: "head lined" },
        iconButton("back", t("page.back"), () => back("/wallet"), { class: "icon-button to-list" }),
        h("h1", { class: "head-title limit-head" }, t("could.title"))),
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
  let found;
  try {
    const answer = await call("loan.limits", { role });
    found = [...answer.limits, ...answer.friends_of_friends ?? []];
  } catch (error) {
    if (error.code !== "request.unknown_command") throw error;
    found = await askEach(role);
  }
  return found.toSorted((one, other) => other.limit - one.limit);
}

async function askEach(role) {
  if (!state.friends.size) await loadFriends();
  const left = [...state.friends.keys()].slice(0, ONE_BY_ONE);
  const found = [];
  const work = async () => {
    while (left.length) {
      const person = left.shift();
      const [lender, borrower] = role === "lender" ? [state.me.id, person] : [person, state.me.id];
      const { limit, paths } = await call("loan.limit", { lender, borrower });
      found.push({ person, limit, paths });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
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
function why({ paths = [], through = [] }) {
  const over = paths.length ? paths.flatMap((path) => path.through) : [through].flat();
  const known = [...new Set(over.filter(Boolean))];
  if (paths.some((path) => path.through.length === 0) && !known.length) return t("could.directly");
  if (!known.length) return t("limit.why");
  return tParts("could.over", { names: tList(known.slice(0, 3).map((one) => who(one))) });
}
