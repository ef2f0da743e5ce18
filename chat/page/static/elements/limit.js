/** Why a limit is what it is: the paths of trust as a picture, and in words. */

import { listen } from "../core/bus.js";
import { Part, h, icon, refill } from "../core/dom.js";
import { needWords, t, tParts } from "../core/i18n.js";
import { clock } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { findPerson, nameOf } from "../state/people.js";
import { state } from "../state/store.js";
import { explain } from "./limit-words.js";
import { openDirect } from "./new-room.js";
import { empty, paneHead, spinner, sum, whileBusy, who } from "./parts.js";
import { picture } from "./picture.js";

await needWords("-friends", "-trust");

const NARROW_PX = 528;
const MOST_WAYS = 6;

function wayList(ways) {
  return ways.length > 0 && h("ul", { class: "ways" }, ways.map((way) => h("li", {}, way)));
}

class Limit extends Part {
  #body = h("div", { class: "page" });
  #answer = null;
  #isNarrow = false;

  get pageTitle() {
    return t("limit.page_title", { name: nameOf(this.route.person) });
  }

  start() {
    const { person } = this.route;
    findPerson(person);
    refill(
      this,
      paneHead(t("limit.why"), `/friends/${person}`, { way: "" }),
      h("div", { class: "scroll" }, this.#body),
    );
    refill(this.#body, spinner());
    const watch = new ResizeObserver(([{ contentRect }]) => this.fit(contentRect.width));
    watch.observe(this.#body);
    this.until(
      () => watch.disconnect(),
      listen("people", () => this.show()),
      listen("trust", () => this.load()),
      listen("money", () => this.load()),
    );
    this.load();
  }

  async load() {
    const { person, role } = this.route;
    const [lender, borrower] = role === "lender" ? [person, state.me.id] : [state.me.id, person];
    try {
      const [limit, lines] = await Promise.all([
        call("loan.limit", { lender, borrower }), call("trust.list"),
      ]);
      this.#answer = { limit, lines, lender, borrower };
    } catch (error) {
      refill(this.#body, empty({
        picture: "warning", title: t("page.not_loaded"), text: asRefused(error).sentence,
        action: h("button", { type: "button", class: "button", onclick: () => this.load() },
          t("page.again")),
      }));
      return;
    }
    this.show();
  }

  fit(width) {
    const isNarrow = width < NARROW_PX;
    if (isNarrow === this.#isNarrow) return;
    this.#isNarrow = isNarrow;
    this.show();
  }

  show() {
    if (!this.#answer) return;
    const { limit, lender, borrower } = this.#answer;
    const { edges, ways, tight, more } = explain(this.#answer);
    const isBorrower = borrower === state.me.id;
    const other = isBorrower ? lender : borrower;
    refill(
      this.#body,
      h("div", { class: "hero" },
        h("p", {}, tParts(isBorrower ? "limit.hero_lender" : "limit.hero_borrower",
          { who: who(other) })),
        h("p", { class: "payment-sum" }, sum(limit.limit))),
      h("figure", { class: "panel" },
        picture({
          lender, borrower, edges, label: t("limit.picture"), isNarrow: this.#isNarrow,
        }),
        edges.some((edge) => edge.isTight)
          && h("figcaption", { class: "small soft legend" },
            h("span", { class: "legend-tight", "aria-hidden": "true" }), t("limit.legend"))),
      h("section", { class: "panel", "aria-labelledby": "limit-words" },
        h("h2", { id: "limit-words" }, t("limit.in_words")),
        wayList(ways.slice(0, MOST_WAYS)),
        ways.length > MOST_WAYS && h("details", { class: "proposal" },
          h("summary", {}, t("limit.more_ways", { count: ways.length - MOST_WAYS })),
          wayList(ways.slice(MOST_WAYS))),
        h("p", { class: "tight-words" }, icon("info"), h("span", {}, tight)),
        more.length > 0 && h("ul", { class: "ways more-words" },
          more.map((words) => h("li", {}, words))),
        h("p", { class: "small soft" },
          t(`limit.source_${limit.source}`, { at: clock(limit.as_of) }))),
      isBorrower && limit.limit > 0 && h("button", {
        type: "button", class: "button wide",
        onclick: (event) => whileBusy(event.currentTarget, () => openDirect(other)),
      }, icon("chats"), t("limit.talk", { name: nameOf(other) })),
    );
  }
}
customElements.define("kith-limit", Limit);
